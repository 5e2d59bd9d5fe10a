"""The arithmetic behind docs/athena-costs.md, by hand."""

from dataclasses import replace

import pytest

from bench.athena_costs import Scan, row, scan
from local_athena.queries import Statement

STATEMENT = Statement(
    query_execution_id="",
    sql="",
    database="",
    route="select",
    state="SUCCEEDED",
    error="",
    trino_sql=(),
    bytes_scanned=0,
    partitions=(),
    rows=0,
    milliseconds=0,
)


def test_small_reads_are_charged_as_ten_megabytes() -> None:
    reads = Scan([0, 9_999_999, 10_000_000, 30_000_000])
    assert reads.scanned == 49_999_999
    assert reads.charged == 60_000_000
    assert reads.dollars == pytest.approx(0.0003)


def test_each_statement_is_scaled_before_the_minimum_is_applied() -> None:
    scaled = Scan([0, 4_000_000, 8_000_000]).scaled(2.0)
    assert scaled.reads == [0, 8_000_000, 16_000_000]
    assert scaled.charged == 36_000_000


def test_ddl_is_free() -> None:
    routes = ("select", "create_table_as", "insert", "merge", "delete", "create_view", "set_table_properties")
    statements = [replace(STATEMENT, route=route, bytes_scanned=n) for n, route in enumerate(routes, start=1)]
    assert scan(statements).reads == [1, 2, 3, 4, 5]


def test_cells_make_a_row_of_markdown() -> None:
    assert row("full", "scanned", ["1", "2"]) == "| full | scanned | 1 | 2 |"
