"""What an incident turned out to be: its disposition, its priority, and the type under which it was closed."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping

from county.apportion import by_webster
from sample.published import Cell, Figures
from sample.records import Record, Times
from sample.tables import Tables

# For a city and type whose usual dispositions do not fill the places below the published ones.
SPARE_DISPOSITIONS = ("PARKINGOFFENSES", "RESCUE/SICKPERSON", "TRAFFICHAZARD", "TRESPASSING", "WARRANTSERVICE")
CHANGED_TYPE_SHARE = 0.07  # of the incidents of types that often turn out to be another


def describe_records(figures: Figures, tables: Tables, records: list[Record], rng: random.Random) -> None:
    """Set disposition, priority and close type."""
    cells: dict[Cell, list[Record]] = defaultdict(list)
    for record in records:
        cells[record.cell].append(record)
    by_type: dict[str, list[Record]] = defaultdict(list)
    for (city, kind), members in cells.items():
        usual = tables.types[kind].dispositions
        if (city, kind) in figures.dispositions:
            _give_published_dispositions(members, figures.dispositions[city, kind], usual, rng)
        for record in members:
            # Drawn for every record, so that a change of one figure leaves the later draws as they are.
            drawn = rng.choices(list(usual), list(usual.values()))[0]
            record.disposition = record.disposition or drawn
        if (city, kind) in figures.priorities:
            _give_priorities(members, figures.priorities[city, kind])
        else:
            by_type[kind] += members
    for kind, members in by_type.items():
        _give_priorities(members, by_webster(len(members), tables.types[kind].priorities))
    for record in records:
        closed_as = tables.types[record.initial_type].closed_as
        changed = closed_as is not None and rng.random() < CHANGED_TYPE_SHARE
        record.close_type = closed_as if closed_as is not None and changed else record.initial_type
        if record.initial_type.startswith("THEFTT") and record.times is Times.BOTH:
            record.close_type = "THEFT/LARCENY - OCCURRED EARLIER"  # an officer went after all


def _give_published_dispositions(
    records: list[Record], published: Mapping[str, int], usual: Mapping[str, float], rng: random.Random
) -> None:
    """Give the published counts; nothing else comes above the last published one, or equals it with an earlier name."""
    last, last_count = list(published)[-1], min(published.values())
    others = [
        name for name in (*usual, *SPARE_DISPOSITIONS) if name not in published and (last_count > 1 or name > last)
    ]
    limit = max(1, last_count - 1)
    rest = by_webster(len(records) - sum(published.values()), dict.fromkeys(others, 1.0), dict.fromkeys(others, limit))
    values = [name for counts in (published, rest) for name, count in counts.items() for _ in range(count)]
    rng.shuffle(values)
    for record, disposition in zip(records, values, strict=True):
        record.disposition = disposition


def _give_priorities(records: list[Record], counts: Mapping[str, int]) -> None:
    """Give the priorities; injuries come first, since a collision with injuries has the highest priority."""
    values = list(Counter(dict(sorted(counts.items()))).elements())
    injuries_first = sorted(records, key=lambda record: "INJRY" not in record.disposition)
    for record, priority in zip(injuries_first, values, strict=True):
        record.priority = priority
