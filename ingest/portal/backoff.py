"""How long to wait before something is tried again."""

import random


def full_jitter(failures: int, base_seconds: float, longest_seconds: float) -> float:
    """A random share of a span that doubles with each failure in a row, so that many clients do not come back together.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ compares the ways of waiting.
    """
    return random.uniform(0, min(longest_seconds, base_seconds * 2 ** (failures - 1)))
