"""Values as people's files display them: read as what they are, or refused with their line and column."""

import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.files.displays import api_value
from ingest.files.readable import MISSING_MARKS, NUMERALS, SECONDS
from ingest.zone.folder import FolderZone
from tests.python.ingest.conftest import LOADED_AT, Load
from tests.python.ingest.files import GOOD, as_ndjson, good_cells, rows, set_cell, write_csv
from tests.python.ingest.landed import landed_lines, landed_rows

AFTERNOON = "2026-11-02T13:40:42.000"
TIMES = {
    "11/02/2026 01:40:42 PM": AFTERNOON,
    "11/2/2026 1:40:42 pm": AFTERNOON,
    "11/02/2026 13:40:42": AFTERNOON,
    "2026 Nov 02 01:40:42 PM": AFTERNOON,
    "2026 NOV 2 01:40:42 PM": AFTERNOON,
    "2026 november 02 13:40:42": AFTERNOON,
    "2026/11/02 01:40:42 PM": AFTERNOON,
    "2026/11/02 13:40:42": AFTERNOON,
    "November 2, 2026 01:40:42 PM": AFTERNOON,
    "Nov 02, 2026, 1:40:42 PM": AFTERNOON,
    "02 November 2026 01:40:42 PM": AFTERNOON,
    "2-Nov-2026 13:40:42": AFTERNOON,
    "2026-11-02 13:40:42": AFTERNOON,
    "2026-11-02T13:40:42.000": AFTERNOON,
    "2026-11-02 01:40:42 PM": AFTERNOON,
    "  11/02/2026\u00a001:40:42 PM ": AFTERNOON,
    "11/02/2026 01:40 PM": "2026-11-02T13:40:00.000",
    "2026 Nov 02 01:40 PM": "2026-11-02T13:40:00.000",
    "2026/11/02 13:40": "2026-11-02T13:40:00.000",
    "2026-11-02 13:40": "2026-11-02T13:40:00.000",
    "2026 May 02 12:00 AM": "2026-05-02T00:00:00.000",
    "2026 Sept 02 12:00 PM": "2026-09-02T12:00:00.000",
    "2026-11-02T13:40:42.25": "2026-11-02T13:40:42.250",
    "2026-11-02T13:40:42.999999": "2026-11-02T13:40:42.999",
}
NO_TIMES = {
    "2026-11-02T13:40:42Z": "has a zone",
    "2026-11-02T13:40:42.000z": "has a zone",
    "2026-11-02T13:40:42+00:00": "has a zone",
    "2026-11-02 13:40:42.000-0400": "has a zone",
    "2026-11-02 13:40:42-04": "has a zone",
    "2026-11-02 13:40:42 EDT": "has a zone",
    "11/02/2026 01:40:42 PM EST": "has a zone",
    "11/02/2026 01:40 PM UTC": "has a zone",
    "11/02/2026 13:40:42 GMT-4": "has a zone",
    "2026-11-02T13:40:42-05:00[America/New_York]": "has a zone",
    "2026-11-02 13:40:42 (EST)": "has a zone",
    "2026-11-02T13:40:42[America/New_York]": "has a zone",
    "2026-11-02 13:40:42 America/New_York": "has a zone",
    "2026-11-02": "has no time of day",
    "11/02/2026": "has no time of day",
    "2026 Nov 02": "has no time of day",
    "2026/11/02": "has no time of day",
    "November 2, 2026": "has no time of day",
    "20261102": "has no time of day",
    "2026-11-02T13": "has no time of day",
    "11/02/2026 15:40:42 AM": "hours go from 1 to 12",
    "11/02/2026 13:00 PM": "hours go from 1 to 12",
    "2026 Nov 02 00:30 AM": "hours go from 1 to 12",
    "11/02/26 01:40:42 PM": "has a year of two digits",
    "11/02/2026 24:00:00": "is no time",
    "2026-11-02T24:00:00.000": "is no time",
    "11/02/2026 12:60:00 PM": "is no time",
    "2026-11-02T13:40:60": "is no time",
    "02/30/2026 01:00:00 AM": "is no time",
    "13/11/2026 01:00:00 AM": "is no time",
    "2026 Smarch 02 01:40:42 PM": "is no time",
    "2026-W45-1T13:40:42": "is no time",
    "20261102T134042": "has no time of day",
    "01:40:42 PM": "is no time",
    "46328.57": "is no time",
    "1793626842": "is no time",
    "soon": "is no time",
    "NA": "stands for a missing value",
    "NaT": "stands for a missing value",
}


@pytest.mark.parametrize(("text", "iso"), TIMES.items())
def test_a_time_is_read(text: str, iso: str) -> None:
    assert api_value("start_time", text) == iso


@pytest.mark.parametrize(("text", "words"), NO_TIMES.items())
def test_what_is_no_time_is_refused(load: Load, zone: FolderZone, tmp_path: Path, text: str, words: str) -> None:
    cells = good_cells()
    set_cell(cells, 4, "End Time", text)

    with pytest.raises(UsageError, match=rf"x.csv: line 4, column End Time.*: '{re.escape(text)}' .*{words}"):
        load(write_csv(tmp_path / "x.csv", cells))
    assert landed_lines(zone.root) == []


@pytest.mark.parametrize("clock", ["%I:%M:%S %p", "%H:%M:%S"])
@pytest.mark.parametrize("day", ["%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y %b %d", "%Y %B %d", "%B %d, %Y", "%d %B %Y"])
def test_no_time_changes(day: str, clock: str) -> None:
    """Each display of a portal, of 500 moments of a century."""
    draw = random.Random(20261102)
    for _ in range(500):
        moment = datetime(1970, 1, 1) + timedelta(seconds=draw.randrange(100 * 366 * 86_400))

        read = api_value("start_time", moment.strftime(f"{day} {clock}"))

        assert read == moment.isoformat(timespec="milliseconds")


@pytest.mark.parametrize("field", ["priority", *SECONDS, *NUMERALS])
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138.0", "138"),
        ("138", "138"),
        ("033", "033"),
        ("0.0", "0"),
        ("-5.0", "-5"),
        ("1,252", "1252"),
        ("-1,252.00", "-1252"),
        ("12,345,678", "12345678"),
        (" 19 ", "19"),
    ],
)
def test_whole_numbers_are_read(field: str, text: str, number: str) -> None:
    assert api_value(field, text) == number
    assert api_value("latitude", "39.0") == "39.0"


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("Calltime Cleared", "1.252,0", "is no whole number of seconds"),
        ("Calltime Cleared", "12,52", "is no whole number of seconds"),
        ("Calltime Arrive", "1 252", "is no whole number of seconds"),
        ("Calltime Arrive", "1'252", "is no whole number of seconds"),
        ("Dispatch Arrive", "1.5", "is no whole number of seconds"),
        ("Dispatch Arrive", "1.252E+03", "is no whole number of seconds"),
        ("Dispatch Arrive", "0:20:52", "is no whole number of seconds"),
        ("Arrive Cleared", "12345678901", "is no whole number of seconds"),
        ("Arrive Cleared", "NA", "stands for a missing value"),
        ("CallRoute Dispatch", "NULL", "stands for a missing value"),
        ("Priority", "P1", "is no number: a priority is one from 0 to 4"),
        ("Priority", "Priority 2", "is no number"),
        ("Priority", "2.5", "is no number"),
        ("Latitude", "39,0123", "has a decimal comma: write 39.0123"),
        ("Longitude", "-77,0134", "has a decimal comma: write -77.0134"),
        ("Latitude", "39.0345 N", "is no number of degrees"),
        ("Longitude", "-7.70134E+01", "is no number of degrees"),
        ("Crime Reports", "2.60012E+08", "has lost digits in a spreadsheet"),
        ("Crime Reports", "2,60E+08", "has lost digits in a spreadsheet"),
        ("Incident_ID", "'P2600900001", "has an apostrophe that a spreadsheet put before it"),
        ("Zip", "'20903", "has an apostrophe that a spreadsheet put before it"),
        ("PRA", "'033", "has an apostrophe that a spreadsheet put before it"),
        ("Crime Reports", "'260012004", "has an apostrophe that a spreadsheet put before it"),
        ("City", "#SPILL!", "stands for a missing value"),
        ("City", "#NV", "stands for a missing value"),
        ("City", "#WERT!", "stands for a missing value"),
        ("City", "#¿NOMBRE?", "stands for a missing value"),
        ("City", "#N/D", "stands for a missing value"),
        ("City", "#NA", "stands for a missing value"),
        ("City", "Err:502", "stands for a missing value"),
        ("City", "-nan", "stands for a missing value"),
        ("City", "1.#QNAN", "stands for a missing value"),
        ("Latitude", "-1.#IND00", "stands for a missing value"),
        ("Latitude", "########", "is what a spreadsheet shows of a column that is too narrow"),
        ("Address", "####", "is what a spreadsheet shows of a column that is too narrow"),
        ("City", "n/a", "stands for a missing value"),
        ("City", "(null)", "stands for a missing value"),
        ("City", "[NULL]", "stands for a missing value"),
        ("City", "<NULL>", "stands for a missing value"),
        ("City", "Null", "stands for a missing value"),
        ("City", "none", "stands for a missing value"),
        ("Zip", "#NAME?", "stands for a missing value"),
        ("Zip", "#NULL!", "stands for a missing value"),
        ("City", "NA", "stands for a missing value"),
        ("Crash Reports", "nan", "stands for a missing value"),
        ("Zip", "None", "stands for a missing value"),
        ("Zip", "#N/A", "stands for a missing value"),
    ],
)
def test_what_cannot_be_read_is_refused(
    load: Load, zone: FolderZone, tmp_path: Path, column: str, text: str, words: str
) -> None:
    cells = good_cells()
    set_cell(cells, 7, column, text)

    with pytest.raises(UsageError, match=rf"line 7, column {column} \(\w+\): .{re.escape(text)}. {words}"):
        load(write_csv(tmp_path / "x.csv", cells))
    assert landed_lines(zone.root) == []


@pytest.mark.parametrize("every", [1, 3])
def test_formulas_that_keep_digits_are_unwrapped(load: Load, zone: FolderZone, tmp_path: Path, every: int) -> None:
    """Of all cells, or of some; an empty one is missing, and what stands between the marks is the text."""
    load(GOOD)
    cells = good_cells()
    set_cell(cells, 2, "Address", 'A ""B"" RD')
    spelled = [
        [f'="{cell}"' if number % every == 0 else cell for number, cell in enumerate(line)] for line in cells[1:]
    ]

    load(write_csv(tmp_path / "x.csv", [cells[0], *spelled]))

    good, read = landed_rows(zone.root)[:6], landed_rows(zone.root)[6:]
    assert read[0].pop("address") == ('A "B" RD' if 8 % every == 0 else 'A ""B"" RD')
    del good[0]["address"]
    assert read == good


@pytest.mark.parametrize(
    "text", ["#4", "APT #12", "#A", "ERR:502", "O'NEILL RD", "'TIS RD", "NAN", "WHY?", "# MAIN ST!"]
)
def test_texts_that_only_look_like_such(load: Load, zone: FolderZone, tmp_path: Path, text: str) -> None:
    cells = good_cells()
    set_cell(cells, 2, "Address", text)

    load(write_csv(tmp_path / "x.csv", cells))

    assert landed_rows(zone.root)[0]["address"] == text


@pytest.mark.parametrize("cell", [' "SILVER SPRING"', '\t"SILVER, SPRING"', ' ""', '  "=""20903"""'])
def test_a_blank_before_a_quotation_mark(load: Load, zone: FolderZone, tmp_path: Path, cell: str) -> None:
    """Then the mark is one of the text, and what separates cells does so between two marks too."""
    cells = good_cells()
    set_cell(cells, 4, "City", "HERE")
    path = write_csv(tmp_path / "x.csv", cells)
    path.write_text(path.read_text().replace("HERE", cell))

    with pytest.raises(UsageError, match=r"line 4, column City \(city\): .* has a blank before its quotation mark"):
        load(path)
    assert landed_lines(zone.root) == []


@pytest.mark.parametrize(("column", "text"), [("Priority", "7"), ("Priority", "-1"), ("Dispatch Arrive", "-5")])
def test_what_the_warehouse_reads_and_rejects_lands(
    load: Load, zone: FolderZone, tmp_path: Path, column: str, text: str
) -> None:
    cells = good_cells()
    set_cell(cells, 2, column, text)

    load(write_csv(tmp_path / "x.csv", cells))

    assert landed_rows(zone.root)[0][column.lower().replace(" ", "_")] == text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("incident_id", {"0": "P1"}, "is no text"),
        ("incident_id", 2600900001, "is no text"),
        ("incident_id", True, "is no text"),
        ("incident_id", " 'P2600000001", "has an apostrophe"),
        ("zip", " '20903", "has an apostrophe"),
        ("pra", "'033", "has an apostrophe"),
        ("cr_number", " 2.60012E+08", "has lost digits"),
        ("calltime_cleared", "####", "is what a spreadsheet shows"),
        ("city", ["SILVER SPRING"], "is no text"),
        ("zip", {"code": 20903.0}, "20903.0}' is no text"),
        ("start_time", "2026-11-02T13:40:42Z", "has a zone"),
        ("start_time", "2026-11-02", "has no time of day"),
        ("start_time", 1793626842000, "is no time such as"),
        ("end_time", "11/02/2026 01:40:42 PM", "is no time such as"),
        ("end_time", ["2026-11-02T13:40:42.000"], "is no time such as"),
        ("priority", "P1", "is no number"),
        ("priority", 1.5, "is no number"),
        ("calltime_cleared", "1,252", "is no whole number of seconds"),
        ("calltime_cleared", 12.5, "is no whole number of seconds"),
        ("calltime_cleared", True, "is no whole number of seconds"),
        ("calltime_cleared", "NA", "stands for a missing value"),
        ("latitude", "39,0123", "has a decimal comma"),
        ("longitude", {"x": 1}, "is no number of degrees"),
        (":updated_at", "2026-11-02T13:40:42-04:00", "is no time in UTC"),
        (":updated_at", "2204-11-02T13:40:42.000Z", "is more than a day ahead of this machine's clock"),
        ("row_ts", "today", "is no time in UTC"),
        ("row_ts", "2204-11-02 13:40:42.1", "is more than a day ahead of this machine's clock"),
        ("row_ts", "", "is empty"),
        ("row_ts", " ", "is empty"),
    ],
)
@pytest.mark.parametrize("as_array", [False, True])
def test_rows_of_json_are_held_to_the_same(
    load: Load, zone: FolderZone, tmp_path: Path, field: str, value: object, words: str, as_array: bool
) -> None:
    sent = [*rows(2), *rows(1, **{field: value})]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(sent) if as_array else as_ndjson(sent))

    with pytest.raises(UsageError, match=rf"x.json: {'row' if as_array else 'line'} 3, column {field}: .* {words}"):
        load(path)
    assert landed_lines(zone.root) == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("priority", "2.0"),
        ("calltime_cleared", "1.252E3"),
        ("calltime_cleared", "1252"),
        ("latitude", "39.0345"),
        ("longitude", "-7.70134e1"),
        ("zip", "20903.0"),
        ("priority", "null"),
        ("priority", '" 2 "'),
        ("start_time", '"2026-11-02 13:40:42"'),
    ],
)
def test_json_that_the_warehouse_reads_lands_as_it_is(
    load: Load, zone: FolderZone, tmp_path: Path, field: str, text: str
) -> None:
    path = tmp_path / "x.ndjson"
    line = as_ndjson(rows(1, **{field: "HERE"})).replace('"HERE"', text)
    path.write_text(line)

    load(path)

    assert landed_lines(zone.root)[0].startswith(line[:-2])


def test_a_row_ts_that_is_null_is_refused(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{**rows(1)[0], "row_ts": None}]))

    with pytest.raises(UsageError, match="row 1, column row_ts: it is empty: leave it out"):
        load(path)


def test_a_stamp_of_the_future_in_a_table_is_refused(load: Load, tmp_path: Path) -> None:
    header, first, *_ = good_cells()

    with pytest.raises(UsageError, match=r"line 2, column :updated_at: '2204.*' is more than a day ahead of this mac"):
        load(write_csv(tmp_path / "x.csv", [[*header, ":updated_at"], [*first, "2204-01-01T00:00:00Z"]]))


@pytest.mark.parametrize("number", ["1e9999999999999999999999", "-1E-9999999999999999999999"])
def test_a_number_that_no_decimal_holds_is_refused(load: Load, tmp_path: Path, number: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(as_ndjson(rows(1, latitude="HERE")).replace('"HERE"', number))

    with pytest.raises(UsageError, match=r"line 1, column latitude: '-?Infinity' is no number of degrees"):
        load(path)


def test_of_a_key_that_comes_twice_the_first_counts(load: Load, tmp_path: Path) -> None:
    """As in the warehouse, which cannot read this one."""
    path = tmp_path / "x.ndjson"
    path.write_text(as_ndjson(rows(1, priority="P1"))[:-2] + ',"priority":"1"}')

    with pytest.raises(UsageError, match="line 1, column priority: 'P1' is no number"):
        load(path)


def test_missing_marks_are_no_value_of_the_county() -> None:
    """Its texts are in capitals; NULL and NA are in none of the lists that were seen."""
    assert {"NA", "NULL", "None", "nan"} <= MISSING_MARKS
    assert not {"", "0", "UNKNOWN", "NONE"} & MISSING_MARKS


@pytest.mark.parametrize("missing", ["incident_id", "start_time"])
@pytest.mark.parametrize("blank", [None, "", " "])
@pytest.mark.parametrize("landed", [{}, {"row_ts": LOADED_AT}, {"row_ts": LOADED_AT, "deleted": "TRUE"}])
def test_a_row_that_is_no_incident_is_refused(
    load: Load, tmp_path: Path, missing: str, blank: str | None, landed: dict[str, object]
) -> None:
    """Also one that has landed elsewhere, but for a tombstone, which needs no start."""
    path = tmp_path / "x.ndjson"
    path.write_text(as_ndjson([*rows(1), *rows(1, **{**landed, missing: blank})]))

    with pytest.raises(UsageError, match=f"line 2 has no {missing}, without which a row is no incident"):
        load(path)


def test_an_empty_incident_id_is_said_to_be_empty(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text(as_ndjson(rows(1, incident_id="")))

    with pytest.raises(UsageError, match="line 1 has no incident_id, without which a row is no incident: it is empty"):
        load(path)


def test_a_csv_row_that_is_no_incident_is_refused(load: Load, tmp_path: Path) -> None:
    """Such as the sum below a sheet."""
    cells = [*good_cells(), ["", "", "", "", "", "Total"] + [""] * 20]

    with pytest.raises(UsageError, match=r"line 8, column Priority \(priority\): 'Total' is no number"):
        load(write_csv(tmp_path / "x.csv", cells))
    cells[-1][5], cells[-1][9] = "", "Total"
    with pytest.raises(UsageError, match="line 8 has no incident_id"):
        load(write_csv(tmp_path / "x.csv", cells))


def test_what_others_wrote_is_printed_safely(load: Load, tmp_path: Path) -> None:
    cells = good_cells()
    set_cell(cells, 2, "Priority", "\x1b[2J" + "x" * 500)

    with pytest.raises(UsageError, match=r"'\[2Jx{57}\.\.\.' is no number"):
        load(write_csv(tmp_path / "x.csv", cells))
