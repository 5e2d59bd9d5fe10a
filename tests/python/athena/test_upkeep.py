"""Merges leave small files behind; `compact` makes few of them, and a run says when it is due."""

from __future__ import annotations

import time

from dbt.cli.main import dbtRunner

from tests.python.athena.athena_project import AthenaProject, Run
from tests.python.athena.county import County
from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import environment, quiet

INCIDENTS = ("--select", "+stg_incidents")
DUE = "run `dbt run-operation compact`"


def files(town: AthenaProject) -> tuple[int, int]:
    """How many files of data and how many of deleted rows a query of stg_incidents opens."""
    contents = [
        row[0] for row in town.client.rows(f'select content from {town.database("staging")}."stg_incidents$files"')
    ]
    return contents.count("0"), len(contents) - contents.count("0")


def merge_hours(town: AthenaProject, *hours: int) -> list[str]:
    """Lands and merges, hour by hour, one new incident and a new version of the first; what the last run told."""
    messages: list[str] = []
    for hour in hours:
        version = {"updated_at": f"2024-06-14T{hour:02d}:00:00.000Z", "disposition_desc": f"HOUR {hour}"}
        town.land_lines([incident("P0", **version), incident(f"P{hour}", **version)], hour=hour)
        messages = [*town.build_tables(*INCIDENTS, compact_after_files=4).messages]
    return messages


def test_compact_leaves_one_file_and_the_rows_as_they_were(town: AthenaProject) -> None:
    assert not any(DUE in message for message in merge_hours(town, 1))
    messages = merge_hours(town, 2, 3)
    data, deletes = files(town)
    assert data > 1
    assert deletes > 0
    assert [message for message in messages if DUE in message] == [
        f"stg_incidents has {data + deletes} files, more than 4: run `dbt run-operation compact`."
    ]
    rows = town.rows("staging", "stg_incidents")
    assert len(rows) == 4
    stored = len(town.objects("warehouse", f"{town.database('staging')}/stg_incidents/"))

    run = town.dbt("run-operation", "compact")

    assert run.result.success
    assert f"stg_incidents compacted: {data + deletes} files before, 1 now." in run.messages
    assert files(town) == (1, 0)
    assert town.rows("staging", "stg_incidents") == rows

    # Older files stay until they are older than the table keeps its past: 5 days, or as told here.
    keep = "set tblproperties ('vacuum_max_snapshot_age_seconds' = '1')"
    town.client.run(f"alter table {town.database('staging')}.stg_incidents {keep}")
    time.sleep(2)
    town.dbt("run-operation", "compact")
    assert len(town.objects("warehouse", f"{town.database('staging')}/stg_incidents/")) < stored
    assert town.rows("staging", "stg_incidents") == rows

    assert not any(DUE in message for message in merge_hours(town, 4)), "the files are few again"
    assert len(town.rows("staging", "stg_incidents")) == 5


def test_compact_before_the_first_build_says_so(town: AthenaProject) -> None:
    run = town.dbt("run-operation", "compact")
    assert run.result.success
    assert "Nothing to compact: stg_incidents has not been built yet." in run.messages


def test_compact_on_duckdb_does_nothing_and_says_so(county: County, first: Run) -> None:
    folder, messages = county.duckdb.folder, list[str]()
    manifest = county.duckdb.manifest.deepcopy()  # type: ignore[no-untyped-call]
    with environment(folder):
        runner = dbtRunner(manifest, [lambda event: messages.append(event.info.msg)])  # type: ignore[attr-defined]
        outcome = runner.invoke(["run-operation", "compact", *quiet(folder)])
    assert outcome.success
    assert "Nothing to compact: on this engine stg_incidents has no files of its own." in messages
