"""The bundled sample is what its generator makes, and its records look and add up like the county's."""

import datetime as dt
import gzip
import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sample.make_sample import FIGURES, SAMPLE, make_sample

Row = dict[str, Any]

LINES = gzip.decompress(SAMPLE.read_bytes())
ROWS: list[Row] = [json.loads(line) for line in LINES.splitlines()]
MOMENTS = ("callroute", "dispatch", "arrive", "cleared")
DISTRICT_OF_SECTOR_LETTER = {
    letter: district
    for district, letters in {"1D": "AB", "2D": "DE", "3D": "GHI", "4D": "JKL", "5D": "MN", "6D": "PR"}.items()
    for letter in letters
}


def ids(rows: list[Row]) -> list[str]:
    return [row["incident_id"] for row in rows]


def when(row: Row, field: str) -> dt.datetime:
    return dt.datetime.fromisoformat(row[field].removesuffix("Z"))


def span_seconds(row: Row) -> float:
    return (when(row, "end_time") - when(row, "start_time")).total_seconds()


def test_generator_makes_the_committed_lines() -> None:
    assert make_sample() == LINES


def test_generator_refuses_figures_that_the_tables_contradict(tmp_path: Path) -> None:
    figures = tmp_path / "figures.yml"
    published = FIGURES.read_text(encoding="utf-8")
    assert published.count("SILVER SPRING: 412") == 1
    figures.write_text(published.replace("SILVER SPRING: 412", "SILVER SPRING: 413"), encoding="utf-8")
    # 413 incidents in Silver Spring make 1,158 in all, and types.csv has 1,157.
    with pytest.raises(ValueError, match="do not add up to the same total"):
        make_sample(figures)


def test_ids_cannot_be_taken_for_the_countys() -> None:
    assert ids([row for row in ROWS if not re.fullmatch(r"S24\d{8}", row["incident_id"])]) == []


def test_ids_are_unique() -> None:
    for field in ("incident_id", ":id"):
        assert len({row[field] for row in ROWS}) == len(ROWS) == 1157


def test_report_numbers_are_unique_and_have_nine_digits() -> None:
    for field in ("cr_number", "crash_reports"):
        numbers = [row[field] for row in ROWS if field in row]
        assert [n for n, times in Counter(numbers).items() if times > 1 or not re.fullmatch(r"24\d{7}", n)] == []


def test_values_are_text_and_missing_ones_have_no_key() -> None:
    for row in ROWS:
        values = {field: value for field, value in row.items() if field != "geolocation"}
        assert [field for field, value in values.items() if not isinstance(value, str) or not value] == []


def test_incidents_start_in_the_four_days() -> None:
    pattern = r"2024-06-1[0-3]T\d\d:\d\d:\d\d\.000"
    assert ids([row for row in ROWS if not re.fullmatch(pattern, row["start_time"])]) == []


def test_last_unit_clears_at_the_end_time() -> None:
    cleared = [row for row in ROWS if "calltime_cleared" in row]
    assert ids([row for row in cleared if abs(span_seconds(row) - int(row["calltime_cleared"])) > 1]) == []


def test_a_duration_is_there_exactly_when_both_of_its_ends_are() -> None:
    for first, last in itertools.pairwise(MOMENTS):
        ends = {f"calltime_{first}", f"calltime_{last}"}
        assert ids([row for row in ROWS if (f"{first}_{last}" in row) != (ends <= row.keys())]) == []


def test_durations_agree_with_their_ends_within_a_second() -> None:
    for first, last in itertools.pairwise(MOMENTS):
        for row in ROWS:
            if (duration := row.get(f"{first}_{last}")) is not None:
                between = int(row[f"calltime_{last}"]) - int(row[f"calltime_{first}"])
                assert abs(between - int(duration)) <= 1, row["incident_id"]


def test_call_times_follow_each_other() -> None:
    for row in ROWS:
        times = [int(row[f"calltime_{moment}"]) for moment in MOMENTS if f"calltime_{moment}" in row]
        assert times == sorted(times), row["incident_id"]
        assert times[0] >= 0, row["incident_id"]
        assert span_seconds(row) >= 0, row["incident_id"]


def test_sectors_lie_in_their_districts() -> None:
    strays = [r for r in ROWS if DISTRICT_OF_SECTOR_LETTER[r["sector"][0]] != r["police_district_number"]]
    assert ids(strays) == []


def test_positions_lie_in_the_county() -> None:
    for row in ROWS:
        longitude, latitude = float(row["longitude"]), float(row["latitude"])
        assert 38.90 < latitude < 39.40, row["incident_id"]
        assert -77.60 < longitude < -76.80, row["incident_id"]
        point = row["geolocation"]["coordinates"]
        # The portal writes this point with four decimals.
        assert max(abs(point[0] - longitude), abs(point[1] - latitude)) < 0.000051, row["incident_id"]


def test_a_block_has_one_position() -> None:
    positions: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    for row in ROWS:
        if " BLK " in row["address"]:
            block = row["address"], row["city"], row["sector"]
            positions.setdefault(block, set()).add((row["latitude"], row["longitude"]))
    assert [block for block, spots in positions.items() if len(spots) > 1] == []


def test_telephone_reports_have_the_lowest_priority() -> None:
    reports = [row for row in ROWS if "TELEPHONE" in row["initial_type"]]
    assert reports
    assert {row["priority"] for row in reports} == {"4"}


def test_rows_are_published_after_the_incident_ended() -> None:
    # start_time and end_time are local (UTC-4 in June), :updated_at is UTC.
    early = [row for row in ROWS if when(row, ":updated_at") < when(row, "end_time") + dt.timedelta(hours=4)]
    assert ids(early) == []
