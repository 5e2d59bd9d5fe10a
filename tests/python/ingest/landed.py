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


def landed_line(
    incident_id: str,
    *,
    start: object = "2026-11-01T00:00:00.000",
    updated_at: str | None = "2026-11-24T16:05:00.000Z",
    row_ts: str = "2026-11-24T17:05:00.000Z",
    more: str = "",
) -> str:
    """A line as it lands.

    Args:
        incident_id: The incident.
        start: Its start_time.
        updated_at: UTC; none as in the CSV export.
        row_ts: UTC.
        more: Members of the object that follow, as JSON or as none.
    """
    row = {"incident_id": incident_id, "start_time": start, ":updated_at": updated_at, "row_ts": row_ts}
    text = json.dumps({name: value for name, value in row.items() if name != ":updated_at" or value})
    return f"{text.removesuffix('}')}{',' if more else ''}{more}}}\n"
