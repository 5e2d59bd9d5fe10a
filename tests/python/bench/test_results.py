"""What `make bench` says, without measuring anything."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from bench.answers import compare
from bench.refreshes import LITTLE_MEMORY, land_new_versions, profiles_with_little_memory
from bench.report import (
    ATHENA_BEFORE_MB,
    WITHOUT_NEW,
    Row,
    athena_rows,
    demo_rows,
    explained,
    new_table_rows,
    pull_rows,
    slowest,
)


@pytest.mark.parametrize(
    ("measured", "is_least", "said"),
    [(0.5, False, "reached"), (0.6, False, "missed"), (0.5, True, "reached"), (0.4, True, "missed")],
)
def test_target_is_reached_at_equality(measured: float, is_least: bool, said: str) -> None:
    assert f"| {said}" in str(Row("a share", 0.5, measured, is_least=is_least))


def test_what_was_not_measured_says_so() -> None:
    assert str(Row("a share", 0.5, None)) == "| a share | at most 0.5 | not measured yet | |"


TABLES = {
    "seconds": {"before": {"incidents": 2.0, "gone": 9.0}, "now": {"incidents": 3.0, "q24_streets_by_month": 1.0}},
    "rows": {"q05_hotspots_by_group": 30, "q24_streets_by_month": 12, "incidents": 7},
}


def test_new_tables_are_weighed_against_a_run_without_them() -> None:
    added, rows = new_table_rows({"now": {"seconds": 75.0}, WITHOUT_NEW: {"seconds": 60.0}}, TABLES)
    assert added.measured == pytest.approx(0.25)
    assert rows.measured == 42


def test_athena_is_read_off_the_page_of_its_costs() -> None:
    statements, megabytes = athena_rows(
        "| full | charged statements | 9 | 9 | 9 |\n|  | charged | 90.00 MB | 90.00 MB | 9,000.00 MB |\n"
        "| incremental | charged statements | 7 | 7 | 8 |\n|  | of these read nothing | 1 | 1 | 1 |\n"
        f"|  | charged | 70.00 MB | 70.00 MB | {ATHENA_BEFORE_MB / 2:,.2f} MB |\n"
    )
    assert statements.measured == 8
    assert megabytes.measured == pytest.approx(0.5)


def test_a_pull_is_weighed_against_others_at_the_smallest_size_and_itself_at_the_greatest() -> None:
    def pulled(rows: int, seconds: float, size: int = 0, peak: float = 0.0) -> dict[str, float]:
        return {"rows": rows, "seconds": seconds, "bytes": size, "peak_mb": peak}

    rows = pull_rows({
        "pull 10": pulled(10, 2.0, 120, 80.0),
        "before 10": pulled(10, 3.0, 100, 90.0),
        "sodapy 10": pulled(10, 9.0),
        "dlt 10": pulled(10, 31.0),
        "pull 50": pulled(50, 9.0, 600, 84.0),
    })  # fmt: skip
    assert [row.measured for row in rows] == pytest.approx([4.5, 15.5, 1.2, 84.0, 1.05])
    assert [" reached |" in str(row) for row in rows] == [True] * 5


def test_the_demo_is_weighed_against_that_of_before() -> None:
    (row,) = demo_rows({"before": {"seconds": 30.0}, "now": {"seconds": 24.0}})
    assert row.measured == pytest.approx(0.8)


def test_tables_are_listed_with_what_they_took_before_the_longest_first() -> None:
    assert slowest({"tables 10": TABLES}, [10])[-2:] == [
        "| `incidents` | 2.0 | 3.0 |",
        "| `q24_streets_by_month` |  | 1.0 |",
    ]


def test_of_a_profile_stands_what_takes_a_tenth_of_its_time() -> None:
    profile = {"seconds": 10.0, "peak_mb": 512.4, "operators": {"FILTER": 0.9, "CTE": 1.0, "PROJECTION": 8.1}}
    assert explained({"incidents": profile})[-1] == "| `incidents` | 10.0 | 512 | PROJECTION 81%, CTE 10% |"


def test_little_memory_is_what_the_example_of_a_profile_names(tmp_path: Path) -> None:
    profile = profiles_with_little_memory(tmp_path) / "profiles.yml"
    assert f"\n      settings: {{memory_limit: {LITTLE_MEMORY}}}\n" in profile.read_text()


def test_new_versions_are_of_so_many_incidents_and_land_on_one_later_date(tmp_path: Path) -> None:
    for day, numbers in (("2024-06-10", (1, 2)), ("2024-06-11", (2, 3))):
        folder = tmp_path / "incidents" / f"dt={day}" / "hh=12"
        folder.mkdir(parents=True)
        lines = [json.dumps({"incident_id": f"P{number}", ":updated_at": f"{day}T01:00:00.000Z"}) for number in numbers]
        (folder / "rows.ndjson.gz").write_bytes(gzip.compress("\n".join([*lines, "no JSON"]).encode()))

    land_new_versions(tmp_path, 3)

    (file,) = (tmp_path / "incidents" / "dt=2024-06-12").rglob("*.gz")
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert sorted(row["incident_id"] for row in rows) == ["P1", "P2", "P3"]
    assert {row[":updated_at"] for row in rows} == {"2024-06-12T12:00:00.000Z"}
    with pytest.raises(ValueError, match="fewer than 4"):
        land_new_versions(tmp_path, 4)


@pytest.mark.parametrize(("theirs", "cells"), [(0.1 + 0.2, 6), (0.3000001, None)])
def test_doubles_that_are_added_in_another_order_are_equal(tmp_path: Path, theirs: float, cells: int | None) -> None:
    """Of q01 three columns are shared, by two rows that are alike in all but the double."""
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.q01 as select 'all' as period_id, null as city, unnest([0.3, 0.5]::double[]) as pct"
        )
        (tmp_path / "polars").mkdir()
        connection.execute(
            "copy (select 'all' as period_id, null as city, unnest([0.5, $theirs]::double[]) as pct, 1 as other)"
            f" to '{tmp_path}/polars/q01.parquet'",
            {"theirs": theirs},
        )
    if cells is None:
        with pytest.raises(ValueError, match="1 of 2 rows"):
            compare(tmp_path / "a.duckdb", tmp_path / "polars")
    else:
        assert compare(tmp_path / "a.duckdb", tmp_path / "polars") == cells
