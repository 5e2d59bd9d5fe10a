"""Lines that staging cannot type, made from good ones.

A line that is no row of an incident is added to its file; a row with one unreadable field takes the place of the good
one. So the incidents stay as many as they were, and staging rejects exactly one row for each line that was damaged.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

Row = dict[str, Any]


def without_id(row: Row) -> str:
    return dump({name: value for name, value in row.items() if name != "incident_id"})


ADDED: Sequence[tuple[str, Callable[[Row], str]]] = (
    ("not a JSON object", lambda row: dump(row)[:-40]),
    ("no incident_id", without_id),
    ("not a JSON object", lambda row: f"upstream request timeout after row {row['incident_id']}"),
    ("no incident_id", lambda row: dump(row | {"incident_id": ""})),
    ("not a JSON object", lambda row: dump(list(row.values()))),
)
"""Staging's reason to reject it, and the line that comes with the row's."""

REPLACED: Sequence[tuple[str, dict[str, str]]] = (
    ("unreadable end_time", {"end_time": "2024-06-31T25:61:00.000"}),
    ("priority not 0-4", {"priority": "7"}),
    ("negative seconds", {"calltime_cleared": "-30"}),
    ("unreadable seconds", {"callroute_dispatch": "12:30"}),
    ("unreadable coordinates", {"latitude": "39,05154"}),
)
"""Staging's reason to reject the row, and what the row then says."""

KINDS = len(ADDED) + len(REPLACED)


def damage(lines: list[str], count: int, first_kind: int, seed: str) -> Counter[str]:
    """Adds or replaces lines in place, the kinds in turn.

    Args:
        lines: Good lines of one file.
        count: How many become malformed; at most as many as there are lines.
        first_kind: Where in the turn of the kinds to begin.
        seed: Decides which lines they are.

    Returns:
        How many of each of staging's reasons.
    """
    draw = random.Random(seed)
    chosen = sorted(range(len(lines)), key=lambda _: draw.random())[:count]
    reasons: Counter[str] = Counter()
    added: dict[int, str] = {}
    for number, index in enumerate(chosen, start=first_kind):
        row, kind = json.loads(lines[index]), number % KINDS
        if kind < len(ADDED):
            reason, make = ADDED[kind]
            added[index] = make(row)
        else:
            reason, fields = REPLACED[kind - len(ADDED)]
            lines[index] = dump(row | fields)
        reasons[reason] += 1
    for index in sorted(added, reverse=True):
        lines.insert(index, added[index])
    return reasons


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
