"""What the sample has beyond the published figures: the county's tables, and which incidents of them have times.

They add up among themselves: `types.csv` and the published cities to 1,157 incidents, `types.csv` and `areas.csv` to
the 273 of them that have no times.
"""

from dataclasses import dataclass

from county.tables import Area, Blocks, IncidentType, read_areas, read_stretches, read_types
from sample.published import Figures


@dataclass(frozen=True)
class StretchIncidents:
    """How many incidents of a type a stretch has, and how many of them have times (None: nothing published says)."""

    initial_type: str
    incidents: int
    timed: int | None


@dataclass(frozen=True)
class Stretch:
    """The part of a long street that lies in one area, with its incidents."""

    city: str
    sector: str
    blocks: Blocks
    incidents: list[StretchIncidents]

    @property
    def street(self) -> str:
        return self.blocks.street


@dataclass(frozen=True)
class Tables:
    """The three tables."""

    types: dict[str, IncidentType]
    areas: dict[tuple[str, str], Area]  # city and sector
    stretches: list[Stretch]


def read_tables(figures: Figures) -> Tables:
    """Read the three tables; the figures say how many incidents of a stretch have times."""
    return Tables(
        types={kind.name: kind for kind in read_types()},
        areas={(area.city, area.sector): area for area in read_areas()},
        stretches=_stretches(figures),
    )


def _stretches(figures: Figures) -> list[Stretch]:
    """The first incidents of a street and type are its timed ones."""
    timed_left = {(key.place, key.initial_type): mean.incidents for key, mean in figures.street_means.items()}
    stretches = []
    for row in read_stretches():
        incidents = []
        for kind, number in row.incidents.items():
            key = row.blocks.street, kind
            timed = None
            if key in timed_left:
                timed = min(number, timed_left[key])
                timed_left[key] -= timed
            incidents.append(StretchIncidents(kind, number, timed))
        stretches.append(Stretch(row.city, row.sector, row.blocks, incidents))
    return stretches
