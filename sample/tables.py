"""The three tables beside this file: what the sample has beyond the published figures.

They add up among themselves: `types.csv` and the published cities to 1,157 incidents, `types.csv` and `areas.csv` to
the 273 of them that have no times.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sample.published import Figures

HERE = Path(__file__).parent
ANY_TYPE = "*"


class Position(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class IncidentType:
    """A row of types.csv: an initial type, how often it occurs, and what is usual for it."""

    name: str
    incidents: int
    both_missing: int
    priorities: dict[str, float]  # weights
    dispositions: dict[str, float]  # weights
    cleared_minutes: float
    closed_as: str | None  # the close type that it sometimes turns into


@dataclass(frozen=True)
class Area:
    """A row of areas.csv: the part of a police sector (beat) that has one mailing city."""

    city: str
    district: str
    sector: str
    weight: float
    both_missing: int
    zip_code: str
    middle: Position
    pras: list[str]  # police reporting areas
    streets: list[str]
    named_place: str | None


@dataclass(frozen=True)
class StretchIncidents:
    """How many incidents of a type a stretch has, and how many of them have times (None: nothing published says)."""

    initial_type: str
    incidents: int
    timed: int | None


@dataclass(frozen=True)
class Stretch:
    """A row of streets.csv: the part of a long street that lies in one area, with its incidents."""

    street: str
    city: str
    sector: str
    first_block: int
    last_block: int
    first_position: Position
    last_position: Position
    incidents: list[StretchIncidents]


@dataclass(frozen=True)
class Tables:
    """The three tables."""

    types: dict[str, IncidentType]
    areas: dict[tuple[str, str], Area]  # city and sector
    stretches: list[Stretch]


def read_tables(figures: Figures) -> Tables:
    """Read the three tables; the figures say how many incidents of a stretch have times."""
    types = [_incident_type(row) for row in _rows("types.csv")]
    areas = [_area(row) for row in _rows("areas.csv")]
    timed_left = {(key.place, key.initial_type): mean.incidents for key, mean in figures.street_means.items()}
    return Tables(
        types={kind.name: kind for kind in types},
        areas={(area.city, area.sector): area for area in areas},
        stretches=[_stretch(row, timed_left) for row in _rows("streets.csv")],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _incident_type(row: dict[str, str]) -> IncidentType:
    return IncidentType(
        name=row["initial_type"],
        incidents=int(row["incidents"]),
        both_missing=int(row["both_missing"]),
        priorities=_weights(row["priorities"]),
        dispositions=_weights(row["dispositions"]),
        cleared_minutes=float(row["cleared_minutes"]),
        closed_as=row["closed_as"] or None,
    )


def _area(row: dict[str, str]) -> Area:
    return Area(
        city=row["city"],
        district=row["district"],
        sector=row["sector"],
        weight=float(row["weight"]),
        both_missing=int(row["both_missing"]),
        zip_code=row["zip"],
        middle=Position(float(row["latitude"]), float(row["longitude"])),
        pras=row["pras"].split(","),
        streets=row["streets"].split(","),
        named_place=row["place"] or None,
    )


def _stretch(row: dict[str, str], timed_left: dict[tuple[str, str], int]) -> Stretch:
    """Return a stretch; the first incidents of a street and type are its timed ones, and are taken off `timed_left`."""
    street = row["street"]
    incidents = []
    for part in row["types"].split("|"):
        kind, _, number = part.strip().rpartition(":")
        timed = None
        if (street, kind) in timed_left:
            timed = min(int(number), timed_left[street, kind])
            timed_left[street, kind] -= timed
        incidents.append(StretchIncidents(kind, int(number), timed))
    return Stretch(
        street=street,
        city=row["city"],
        sector=row["sector"],
        first_block=int(row["first_block"]),
        last_block=int(row["last_block"]),
        first_position=_position(row["first_position"]),
        last_position=_position(row["last_position"]),
        incidents=incidents,
    )


def _weights(text: str) -> dict[str, float]:
    """'A:3 B:1' -> {'A': 3.0, 'B': 1.0}; a lone 'A' weighs 1."""
    pairs = (part.partition(":") for part in text.split())
    return {name: float(weight or 1) for name, _, weight in pairs}


def _position(text: str) -> Position:
    latitude, longitude = text.split()
    return Position(float(latitude), float(longitude))
