"""Which area each incident lies in, and for some which stretch of a long street."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from county.tables import ANY_TYPE, Area
from sample.published import Cell, Figures
from sample.records import Record, Times
from sample.tables import Stretch, StretchIncidents, Tables

# Officers come upon these themselves, so that no dispatch comes before their arrival.
SELF_INITIATED = (
    "TRAFFIC VIOLATION",
    "TS - TRAFFIC STOP",
    "SS - SUBJECT STOP",
    "PARKING OFFENSE",
    "STATION RESPONSE",
    "SUSPICIOUS CIRC, PERSONS, VEHICLE",
    "FOLLOW UP/SUPPLEMENTAL INFORMATION",
)


def place_records(figures: Figures, tables: Tables, records: list[Record], rng: random.Random) -> None:
    """Set the area of every record and the stretch of some: known incidents first, long streets, then the rest.

    Each area gets exactly its incidents without times (areas.csv), and so do sectors and districts.
    """
    placing = _Placing(tables, records)
    for known in figures.known_incidents:
        times = Times.BOTH if known.seconds else Times.NEITHER
        record = next(r for r in placing.unplaced[known.city, known.initial_type] if r.times is times)
        placing.put(record, tables.areas[known.city, known.sector])
        record.pra, record.disposition, record.seconds = known.pra, known.disposition, dict(known.seconds)
    for wish in sorted(_wishes(tables), key=lambda wish: wish.rank):
        stretch = wish.stretch
        area = tables.areas[stretch.city, stretch.sector]
        placing.put(rng.choice(placing.candidates(wish, area)), area, stretch)
    for city in figures.city_incidents:
        areas = [area for area in tables.areas.values() if area.city == city]
        places_of_untimed = [area for area in areas for _ in range(placing.untimed_room[area.city, area.sector])]
        rng.shuffle(places_of_untimed)
        for record in placing.unplaced_in(city):
            if record.times is Times.NEITHER:
                placing.put(record, places_of_untimed.pop())
            else:
                placing.put(record, rng.choices(areas, [area.weight for area in areas])[0])


def drop_dispatch_times(figures: Figures, records: list[Record], rng: random.Random) -> None:
    """Let so many incidents that officers came upon lack dispatch_arrive that the published total is reached."""
    wanted = figures.dispatch_arrive_missing - figures.both_missing
    wanted -= sum(record.times is Times.NO_DISPATCH_ARRIVE for record in records)
    free = [r for r in records if r.times is Times.BOTH and r.initial_type in SELF_INITIATED]
    for record in rng.sample(free, wanted):
        record.times = Times.NO_DISPATCH_ARRIVE


@dataclass(frozen=True)
class _Wish:
    """One incident that a stretch needs; the most particular wishes have the lowest rank."""

    rank: int
    stretch: Stretch
    initial_type: str
    times: Times | None  # None: any


class _Placing:
    """Which records have no area yet, and how many untimed ones each area can still take."""

    def __init__(self, tables: Tables, records: list[Record]) -> None:
        self.untimed_room = Counter({key: area.both_missing for key, area in tables.areas.items()})
        self.unplaced: dict[Cell, list[Record]] = defaultdict(list)
        for record in records:
            self.unplaced[record.cell].append(record)

    def put(self, record: Record, area: Area, stretch: Stretch | None = None) -> None:
        record.area, record.stretch = area, stretch
        if record.times is Times.NEITHER:
            self.untimed_room[area.city, area.sector] -= 1
        self.unplaced[record.cell].remove(record)

    def unplaced_in(self, city: str) -> list[Record]:
        return [record for (c, _), records in self.unplaced.items() if c == city for record in records]

    def candidates(self, wish: _Wish, area: Area) -> list[Record]:
        """Return the unplaced records that fulfil the wish in the area."""
        fitting = [r for r in self.unplaced_in(area.city) if wish.initial_type in (r.initial_type, ANY_TYPE)]
        if wish.times is not None:
            return [r for r in fitting if r.times is wish.times]
        has_room = self.untimed_room[area.city, area.sector] > 0
        return [r for r in fitting if has_room or r.times is not Times.NEITHER]


def _wishes(tables: Tables) -> Iterator[_Wish]:
    for stretch in tables.stretches:
        for part in stretch.incidents:
            yield from _wishes_of(stretch, part)


def _wishes_of(stretch: Stretch, part: StretchIncidents) -> Iterator[_Wish]:
    kind = part.initial_type
    if part.timed is None:
        rank = 2 if kind == ANY_TYPE else 1
        for _ in range(part.incidents):
            yield _Wish(rank, stretch, kind, None)
    else:
        for i in range(part.incidents):
            yield _Wish(0, stretch, kind, Times.BOTH if i < part.timed else Times.NEITHER)
