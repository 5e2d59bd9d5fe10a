"""The comparison itself can fail."""

import datetime as dt

import pytest

from tests.python.athena.compare import Table, as_athena_writes, differences, report

COLUMNS = ("city", "incidents", "pct")
DUCKDB = Table(COLUMNS, [("OLNEY", "2", 40.0), ("BETHESDA", "3", None), (None, "3", 1 / 3)])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(None, "3", "0.3333333333"), ("OLNEY", "2", "40.0"), ("BETHESDA", "3", None)], []),
        (
            [(None, "3", "0.3333333323"), ("OLNEY", "2", "40.0"), ("BETHESDA", "3", None)],
            ["pct: 0.3333333333333333 on DuckDB, 0.3333333323 on Athena: city=None, incidents='3'"],
        ),
        (
            [(None, "3", "0.33333333333"), ("OLNEY ", "2", "40.0"), ("BETHESDA", "3", "0.0")],
            [
                "pct: None on DuckDB, 0.0 on Athena: city='BETHESDA', incidents='3'",
                "0 on DuckDB, 1 on Athena: city='OLNEY ', incidents='2'",
                "1 on DuckDB, 0 on Athena: city='OLNEY', incidents='2'",
            ],
        ),
        (
            [(None, "3", "0.33333333333"), ("OLNEY", "2", "40.0"), ("OLNEY", "2", "40.0"), ("BETHESDA", "3", None)],
            ["1 on DuckDB, 2 on Athena: city='OLNEY', incidents='2'"],
        ),
    ],
)
def test_differences_are_told(rows: list[tuple[str | None, ...]], expected: list[str]) -> None:
    assert differences(DUCKDB, Table(COLUMNS, rows)) == expected


def test_columns_are_matched_by_name() -> None:
    turned = Table(("pct", "city", "incidents"), [(pct, city, count) for city, count, pct in DUCKDB.rows])
    assert differences(DUCKDB, turned) == []
    assert differences(DUCKDB, Table(("city", "incidents"), [])) == [
        "columns: ['city', 'incidents', 'pct'] on DuckDB, ['city', 'incidents'] on Athena"
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (3, "3"),
        (dt.date(2024, 6, 10), "2024-06-10"),
        (dt.datetime(2024, 6, 10, 0, 9, 55, 250_000), "2024-06-10 00:09:55.250"),
        ("it's", "it's"),
        (2.5, 2.5),
        (None, None),
    ],
)
def test_values_are_written_as_athena_writes_them(value: object, text: str | float | None) -> None:
    assert as_athena_writes(value) == text


def test_report_is_short() -> None:
    told = report([("q01", [f"line {number}" for number in range(12)]), ("q02", ["one"])])
    assert told.splitlines()[-4:] == ["  line 9", "  ... and 2 more", "q02 differs:", "  one"]
