"""The three tables beside this file: types, areas and streets, with the incidents that the sample has of each."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

ANY_TYPE = "*"
"""Stands in streets.csv for no type in particular."""


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
class Blocks:
    """A straight run of a street's blocks: the numbers and the positions of the first and the last."""

    street: str
    first_block: int
    last_block: int
    first_position: Position
    last_position: Position

    @property
    def numbers(self) -> list[int]:
        """Its first block, and each hundred after that."""
        return [self.first_block, *range((self.first_block // 100 + 1) * 100, self.last_block + 1, 100)]

    def position(self, block: int) -> Position:
        """Where a block lies between the first and the last."""
        share = (block - self.first_block) / max(1, self.last_block - self.first_block)
        start, end = self.first_position, self.last_position
        return Position(
            start.latitude + (end.latitude - start.latitude) * share,
            start.longitude + (end.longitude - start.longitude) * share,
        )


@dataclass(frozen=True)
class Stretch:
    """A row of streets.csv: the part of a long street that lies in one area, with its incidents by initial type."""

    city: str
    sector: str
    blocks: Blocks
    incidents: dict[str, int]


def read_types() -> list[IncidentType]:
    return [
        IncidentType(
            name=row["initial_type"],
            incidents=int(row["incidents"]),
            both_missing=int(row["both_missing"]),
            priorities=weights(row["priorities"]),
            dispositions=weights(row["dispositions"]),
            cleared_minutes=float(row["cleared_minutes"]),
            closed_as=row["closed_as"] or None,
        )
        for row in _rows("types.csv")
    ]


def read_areas() -> list[Area]:
    return [
        Area(
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
        for row in _rows("areas.csv")
    ]


def read_stretches() -> list[Stretch]:
    return [
        Stretch(
            city=row["city"],
            sector=row["sector"],
            blocks=Blocks(
                street=row["street"],
                first_block=int(row["first_block"]),
                last_block=int(row["last_block"]),
                first_position=_position(row["first_position"]),
                last_position=_position(row["last_position"]),
            ),
            incidents=_counts(row["types"]),
        )
        for row in _rows("streets.csv")
    ]


def weights(text: str) -> dict[str, float]:
    """'A:3 B:1' -> {'A': 3.0, 'B': 1.0}; a lone 'A' weighs 1."""
    pairs = (part.partition(":") for part in text.split())
    return {name: float(weight or 1) for name, _, weight in pairs}


def _counts(text: str) -> dict[str, int]:
    """'CHECK WELFARE:3 | *:1' -> {'CHECK WELFARE': 3, '*': 1}."""
    pairs = (part.strip().rpartition(":") for part in text.split("|"))
    return {name: int(number) for name, _, number in pairs}


def _position(text: str) -> Position:
    latitude, longitude = text.split()
    return Position(float(latitude), float(longitude))


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))
