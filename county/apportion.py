"""Shares of a total in whole numbers, by the two methods that parliaments use for seats."""

from collections import Counter
from collections.abc import Mapping, Sequence


def by_webster(total: int, weights: Mapping[str, float], limits: Mapping[str, int] | None = None) -> Counter[str]:
    """Shares `total` out near to `weights`, none above its limit: a step for each unit, so for small totals.

    Each unit goes to the key that has least for its weight; the earlier key of `weights` wins a tie. Raises ValueError
    if the limits leave no room for the total.
    """
    shares: Counter[str] = Counter()
    for _ in range(total):
        open_keys = [key for key in weights if limits is None or shares[key] < limits[key]]
        if not open_keys:
            raise ValueError(f"limits {dict(limits or {})} leave no room for {total}")
        shares[min(open_keys, key=lambda key: (shares[key] + 0.5) / weights[key])] += 1
    return shares


def by_largest_remainder(total: int, weights: Sequence[float]) -> list[int]:
    """Shares `total` out by weight: each part rounded down, and what is left over to the largest remainders."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
