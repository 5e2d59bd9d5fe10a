"""What a run reads of the landing zone: no more than it needs, and everything at once when it has landed."""

from __future__ import annotations

import re

from local_athena.queries import Statement
from tests.python.athena.athena_project import AthenaProject, Run, utc_date
from tests.python.athena.county import LATE_DATE, SAMPLE_LANDED, County, State
from tests.python.dbt_project.feeds import incident


def landed_on(address: str) -> str:
    return address.split("/dt=")[1].split("/")[0]


def reads_of_landing(run: Run) -> list[Statement]:
    """The statements of stg_landed_lines that read the raw table, through the view of its texts."""
    by_staging = '"node_id": "model.dispatch.stg_landed_lines"'
    return [
        statement for statement in run.statements if by_staging in statement.sql and '"landed_texts"' in statement.sql
    ]


def test_first_run_reads_all_dates_in_one_statement(first: Run) -> None:
    assert len(reads_of_landing(first)) == 1
    dates = {landed_on(address) for address in first.landed_files_read}
    assert dates == {SAMPLE_LANDED, *(f"2024-07-{day:02d}" for day in range(8, 15))}


def test_incremental_run_names_both_ends_as_literals(second: State) -> None:
    (statement,) = reads_of_landing(second.athena_run)
    (bounds,) = re.findall(r"dt >= '(\S+)' and dt <= '(\S+)'", statement.sql)
    assert bounds[0] == LATE_DATE
    assert bounds[1] >= utc_date(days_ago=0)


def test_incremental_run_opens_only_the_dates_it_needs(county: County, second: State) -> None:
    needed = [
        f"s3://landing/{key}"
        for key in county.athena.objects("landing", "county/incidents/")
        # What the state `rebuilt` lands has not landed yet.
        if LATE_DATE <= landed_on(key) < "2025"
    ]
    assert second.athena_run.landed_files_read == sorted(needed)

    (statement,) = reads_of_landing(second.athena_run)
    planned = [partition for partition in statement.partitions if partition.startswith("county_dispatch_raw.")]
    assert min(map(landed_on, planned)) == LATE_DATE


def test_new_hour_is_queryable_at_once(town: AthenaProject) -> None:
    today = utc_date(days_ago=0)
    town.land_lines([incident("P1")], hour=0)
    town.build_tables("--select", "+stg_landed_lines")
    raw = f'"{town.database("raw")}"."incidents"'
    count = f"select count(*) from {raw} where dt >= '{today}' and dt <= '{today}'"
    assert town.client.rows(count) == [("1",)]

    statements = len(town.athena.statements())
    town.land_lines([incident("P2"), incident("P3")], hour=1)

    assert town.client.rows(count) == [("3",)]
    assert len(town.athena.statements()) == statements + 1, "nothing but the query itself"
