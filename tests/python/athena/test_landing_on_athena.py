"""What lands late, twice, broken or in the future, on Athena."""

from __future__ import annotations

import gzip

from tests.python.athena.athena_project import AthenaProject, Run, failures, utc_date
from tests.python.dbt_project.feeds import incident

INCIDENTS = ("--select", "+stg_incidents")
ITS_TESTS = ("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test")


def ids(town: AthenaProject) -> list[str | None]:
    return [row[0] for row in town.rows("staging", "stg_incidents")]


def merged_rows(run: Run) -> list[int]:
    """The rows that each merge has written."""
    return [statement.rows for statement in run.statements if statement.route == "merge"]


def test_late_file_of_an_old_date_is_read_once_a_day(town: AthenaProject) -> None:
    town.land_lines([incident("P1")], days_ago=8)
    town.land_lines([incident("P2")])
    town.build_tables(*INCIDENTS)
    town.land_lines([incident("P3")], days_ago=8, hour=11)

    town.build_tables(*INCIDENTS)
    assert ids(town) == ["P1", "P2"], "a run between reads the newest dates"

    run = town.dbt("build", *INCIDENTS, *ITS_TESTS, compare_all_dates="always")
    assert run.result.success, failures(run)
    assert ids(town) == ["P1", "P2", "P3"]
    assert merged_rows(run) == [1], "what has not changed is not written again"


def test_date_that_is_gone_is_told_and_goes_with_a_full_refresh(town: AthenaProject) -> None:
    town.land_lines([incident("P1")], days_ago=8)
    town.land_lines([incident("P2")])
    town.build_tables(*INCIDENTS)
    gone = f"{town.name}/incidents/dt={utc_date(days_ago=8)}/"
    for key in town.objects("landing", gone):
        town.s3.delete_object(Bucket="landing", Key=key)

    run = town.dbt("build", *INCIDENTS, *ITS_TESTS, compare_all_dates="always")
    assert run.result.named("fail") == {"raw_equals_staged"}
    assert any(
        f"Of landed date {utc_date(days_ago=8)} the landing zone has 0 lines and staging 1" in message
        for message in run.messages
    )

    town.build_tables(*INCIDENTS, "--full-refresh")
    assert ids(town) == ["P2"]


def test_damaged_file_fails_with_athenas_own_words(town: AthenaProject) -> None:
    content = bytearray(gzip.compress(b'{"incident_id":"P1"}\n'))
    # One bit of the checksum.
    content[-8] ^= 1
    key = f"{town.name}/incidents/dt={utc_date(days_ago=0)}/hh=10/damaged.gz"
    town.s3.put_object(Bucket="landing", Key=key, Body=bytes(content))

    run = town.dbt("build", *INCIDENTS, *ITS_TESTS)

    assert not run.result.success
    (error,) = {statement.error for statement in run.statements if statement.error}
    # docs/staging.md quotes it.
    assert error.startswith(f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://landing/{key} ")
    assert error.endswith("Corrupt GZIP trailer")
