"""What goes wrong on Athena: the last good marts stay readable, and the next build mends what is broken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from local_athena.client import StatementFailedError
from tests.python.athena.athena_project import TABLES_ONLY, TARGET, AthenaProject, failures
from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import ROOT, quiet

SOME_MARTS = ("--select", "+q01_incidents_by_city")
# The tests whose tables are all there; the unit tests are not about this.
THEIR_TESTS = ("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test")
SECONDS_TO_THE_FIRST_MART = 120.0


@contextmanager
def reader(town: AthenaProject, query: str) -> Iterator[set[str | None]]:
    """Asks for one value again and again meanwhile, and once afterwards; the answers, or the errors, that it got."""
    answers: set[str | None] = set()
    stop = threading.Event()

    def read() -> None:
        while True:
            is_last = stop.wait(0.05)
            try:
                answers.add(town.client.rows(query)[0][0])
            except StatementFailedError as error:
                answers.add(str(error))
            if is_last:
                return

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def count_of_q01(town: AthenaProject) -> str:
    return f'select sum(incidents) from "{town.database("marts")}"."q01_incidents_by_city" where period_id = \'all\''


def test_marts_stay_readable_through_a_failing_and_a_good_build(town: AthenaProject) -> None:
    town.land_lines([incident("P1"), incident("P2")])
    town.build_tables(*SOME_MARTS)
    good = town.marts()

    town.land_lines([incident("P3"), incident("P4", start_time=None)])
    with reader(town, count_of_q01(town)) as answers:
        run = town.dbt("build", *SOME_MARTS, *THEIR_TESTS)
    assert not run.result.success
    assert "rules_of_stg_incidents" in run.result.named("fail")
    assert run.result.named("skipped") >= good.keys()
    assert town.marts() == good
    assert answers == {"2"}

    town.land_lines([incident("P4", updated_at="2024-06-14T09:00:00.000Z")])
    with reader(town, count_of_q01(town)) as answers:
        run = town.dbt("build", *SOME_MARTS, *THEIR_TESTS)
    assert run.result.success, failures(run)
    assert answers == {"2", "4"}, "the old table, or the new one, and never none"


def test_killed_build_is_mended_by_the_next(town: AthenaProject) -> None:
    town.land_lines([incident("P1")])
    town.build_tables(*SOME_MARTS)
    before = town.marts()
    tables = {schema: town.table_columns(schema) for schema in ("staging", "marts_build", "marts")}
    town.land_lines([incident("P2")])

    statements = len(town.athena.statements())
    process = town.start_dbt("build", *TABLES_ONLY, *SOME_MARTS)
    deadline = time.monotonic() + SECONDS_TO_THE_FIRST_MART
    while not any(
        f'create table "awsdatacatalog"."{town.database("marts_build")}"' in s.sql
        for s in town.athena.statements()[statements:]
    ):
        assert process.poll() is None, "dbt ended before it built a mart"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    assert process.wait() < 0

    assert town.marts() == before
    town.build_tables(*SOME_MARTS)
    assert town.client.rows(count_of_q01(town)) == [("2",)]
    unchanged = {name for name, rows in town.marts().items() if rows == before[name]}
    assert unchanged == {"top_cities"}, "both incidents are of one city"
    assert {schema: town.table_columns(schema) for schema in tables} == tables, "nothing is left lying about"


@pytest.mark.parametrize(
    "dropped",
    [
        [("marts", "q01_incidents_by_city"), ("staging", "stg_incidents")],
        [("raw", "incidents"), ("staging", "stg_landed_lines"), ("marts", "incidents")],
    ],
    ids=["merged_table", "landed_lines"],
)
def test_table_dropped_by_hand_comes_back(town: AthenaProject, dropped: list[tuple[str, str]]) -> None:
    town.land_lines([incident("P1")], days_ago=1)
    town.land_lines([incident("P2")])
    town.build_tables(*SOME_MARTS)
    before = {schema: {t: town.rows(schema, t) for t in town.table_columns(schema)} for schema in ("staging", "marts")}

    for schema, table in dropped:
        town.glue.delete_table(DatabaseName=town.database(schema), Name=table)
    town.build_tables(*SOME_MARTS)

    for schema, tables in before.items():
        assert {table: town.rows(schema, table) for table in town.table_columns(schema)} == tables


def test_empty_landing_zone_builds_empty_marts(town: AthenaProject) -> None:
    town.build_tables()
    marts = town.marts()
    assert [row[0] for row in marts.pop("reporting_periods")] == ["all"]
    assert {row[-1] for row in marts.pop("answers")} == {"No incidents in this period."}
    assert {name: rows for name, rows in marts.items() if rows} == {}


def test_model_without_a_schema_does_not_compile(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "orphan.sql").write_text("select 1 as one")
    (tmp_path / "dbt_project.yml").write_text(f'name: dispatch\nprofile: dispatch\nmacro-paths: ["{ROOT}/macros"]\n')
    outcome = dbtRunner().invoke(["parse", *TARGET, *quiet(tmp_path), "--project-dir", str(tmp_path)])
    assert not outcome.success
    assert "orphan: no +schema in dbt_project.yml for its folder" in str(outcome.exception)
