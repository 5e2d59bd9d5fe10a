"""Reads a landing folder back, independently of what wrote it."""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def files(landing: Path) -> dict[str, str]:
    """The unpacked text of every landed file, by its path below the landing folder."""
    paths = sorted(landing.glob("incidents/dt=*/hh=*/*.gz"))
    return {str(path.relative_to(landing)): gzip.decompress(path.read_bytes()).decode() for path in paths}


@dataclass(frozen=True)
class Line:
    hour: datetime
    text: str

    @property
    def row(self) -> Row | None:
        """The line's JSON object; None where it is none."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


def lines(landing: Path) -> list[Line]:
    """Every landed line with the hour of its folder, in the order of the files."""
    landed = []
    for path, text in files(landing).items():
        assert text.endswith("\n")
        hour = datetime.strptime("/".join(path.split("/")[1:3]), "dt=%Y-%m-%d/hh=%H").replace(tzinfo=UTC)
        landed += [Line(hour, line) for line in text.removesuffix("\n").split("\n")]
    return landed


def by_incident(landed: list[Line]) -> dict[str, list[Line]]:
    """The lines of each incident in the order in which they landed."""
    of_incident: dict[str, list[Line]] = defaultdict(list)
    for line in landed:
        if (row := line.row) and row.get("incident_id"):
            of_incident[row["incident_id"]].append(line)
    return dict(of_incident)


def newest(landed: list[Line]) -> list[Row]:
    """The newest version of every incident."""
    versions = [[row for line in of_one if (row := line.row)] for of_one in by_incident(landed).values()]
    return [max(rows, key=lambda row: (row[":updated_at"], row["row_ts"])) for rows in versions]


def utc(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
