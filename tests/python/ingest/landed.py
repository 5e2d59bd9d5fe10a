"""What a landing zone holds, as its reader would see it."""

import gzip
import json
from pathlib import Path

from local_portal.soda_server import Row

Version = tuple[str, str]


def landed_lines(root: Path) -> list[str]:
    """All lines, found by the warehouse's own pattern. Each file must end with a newline."""
    lines: list[str] = []
    for path in sorted(root.glob("incidents/*/*/*.gz")):
        text = gzip.decompress(path.read_bytes()).decode()
        assert text.endswith("\n")
        lines += text.removesuffix("\n").split("\n")
    return lines


def landed_rows(root: Path) -> list[Row]:
    return [json.loads(line) for line in landed_lines(root)]


def versions(rows: list[Row]) -> set[Version]:
    return {(str(row["incident_id"]), str(row[":updated_at"])) for row in rows}


def incident_ids(rows: list[Row]) -> set[str]:
    return {str(row["incident_id"]) for row in rows}
