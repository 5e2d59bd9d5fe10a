"""Files that people have, made for the tests."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from local_portal.soda_server import Row, incidents

CASES = Path(__file__).parent / "data" / "cases"
"""Made-up files: 00_good.csv, and others that differ from it in one kind of fault each."""

GOOD = CASES / "00_good.csv"

FILES = sorted(CASES.iterdir())


_OTHER_FIELDS: Row = {
    "end_time": "2026-11-02T13:56:34.000",
    "close_type": "CHECK WELFARE",
    "state": "MD",
    "zip": "20903",
    "longitude": "-77.0134",
    "latitude": "39.0345",
    "police_district_number": "3D",
    "sector": "H2",
    "pra": "033",
    "calltime_callroute": "155",
    "calltime_arrive": "437",
    "calltime_cleared": "1252",
    "callroute_dispatch": "19",
    "dispatch_arrive": "261",
    "arrive_cleared": "814",
    "disposition_desc": "OTHERMISCELLANEOUS",
}


def rows(count: int = 3, **fields: object) -> list[Row]:
    """Rows with every field that most rows have, and these in the first one; a field that is None is left out there."""
    made = [{**row, **_OTHER_FIELDS} for row in incidents(count)]
    made[0] = {key: value for key, value in {**made[0], **fields}.items() if value is not None}
    return made


def good_cells() -> list[list[str]]:
    """The header of 00_good.csv and its rows, to be spoiled."""
    with GOOD.open(newline="") as file:
        return list(csv.reader(file))


def set_cell(cells: list[list[str]], line: int, column: str, text: str) -> None:
    """Puts a text into a table; the header is line 1."""
    cells[line - 1][cells[0].index(column)] = text


def write_csv(
    path: Path, cells: Iterable[Sequence[str]], encoding: str = "utf-8", separator: str = ",", end: str = "\n"
) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(cells)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_ndjson(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def as_portal_page(rows: list[Row]) -> str:
    return "[" + as_ndjson(rows).removesuffix("\n").replace("\n", "\n,") + "\n]\n"
