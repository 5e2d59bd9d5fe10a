"""The files of data/cases, each with one kind of fault that people's files have: what lands of it, or what is said."""

from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.zone.folder import FolderZone
from tests.python.ingest.conftest import Ingest, Load
from tests.python.ingest.files import CASES, FILES, GOOD
from tests.python.ingest.landed import landed_lines, landed_rows

AS_THEY_ARE = (
    "02_numbers_as_numbers.ndjson",
    "03_nul_in_a_text.ndjson",
    "04_no_break_space_in_city.ndjson",
    "21_lines_of_another_lambda.ndjson",
)
READ = (
    "06_thousands_separators.csv",
    "08_lines_of_commas.csv",
    "15_rows_export.json",
    "16_semicolons.csv",
    "17_times_with_month_names.csv",
    "19_two_empty_columns.csv",
)
REFUSED = {
    "01_probe_without_newest.json": r"row 1 has no incident_id, without which a row is no incident: it has 'n'",
    "05_page_of_some_columns.json": r"it lacks priority, close_type, address, city, .*, disposition_desc in all of its",
    "07_times_with_zone.csv": r"line 2, column Start Time \(start_time\): '2026-11-02T13:40:42Z' has a zone",
    "09_days_without_time.csv": r"line 2, column Start Time \(start_time\): '2026-11-02' has no time of day",
    "10_frame_by_columns.json": r"its incident_id is no text, since it is a data frame by columns: write rows",
    "12_columns_location.json": r"it is one object that holds a table, whose first key is 'columns'",
    "13_probe_stamp_without_zone.json": r"row 1 has no incident_id",
    "14_download.zip": r"it is a ZIP archive: unpack it",
    "20_one_bit_flipped.ndjson.gz": r"its gzip stream is damaged",
    "18_nan_in_an_array.json": r"none of its rows is a JSON object \(row 1: NaN is no JSON: write null\)",
}


@pytest.mark.parametrize("name", READ)
def test_read_as_the_good_one(load: Load, zone: FolderZone, tmp_path: Path, name: str) -> None:
    load(GOOD)
    good = landed_rows(zone.root)

    load(CASES / name)

    read = landed_rows(zone.root)[len(good) :]
    # An empty cell is an absent key in rows of CSV, and null in those of rows.json.
    assert [{key: value for key, value in row.items() if value is not None} for row in read] == good


@pytest.mark.parametrize("name", REFUSED)
def test_refused(load: Load, zone: FolderZone, name: str) -> None:
    with pytest.raises(UsageError, match=REFUSED[name]):
        load(CASES / name)
    assert landed_lines(zone.root) == []


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_rows_land_as_they_are(load: Load, zone: FolderZone, name: str) -> None:
    load(CASES / name)

    lines = (CASES / name).read_text().splitlines()
    assert [
        line if line in lines else line.rpartition(',"row_ts"')[0] + "}" for line in landed_lines(zone.root)
    ] == lines


def test_each_file_is_here() -> None:
    assert {path.name for path in FILES} == {GOOD.name, *READ, *AS_THEY_ARE, *REFUSED}


def test_all_together(ingest: Ingest, zone: FolderZone, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest("load", *FILES) == 2

    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == f"11 files landed, {len(REFUSED)} did not"
    assert told.err.count("; nothing of it has landed\n") == len(told.err.splitlines()) == len(REFUSED)
    assert len(landed_rows(zone.root)) == 10 * 6 + 1
