"""Lines of JSON of every form are read alike by both engines, value by value and reason by reason."""

from __future__ import annotations

from pathlib import Path

from tests.python.athena.athena_project import AthenaProject, utc_date
from tests.python.athena.compare import Table, as_athena_writes, differences
from tests.python.dbt_project.json_lines import json_lines
from tests.python.dbt_project.project import Project, parse

STAGING = ("--select", "+stg_incidents", "stg_incidents_rejected")


def test_both_engines_read_the_same(town: AthenaProject, tmp_path: Path) -> None:
    duckdb = Project(tmp_path, parse(tmp_path / "parse"))
    for seed in (1, 2):
        duckdb.land(json_lines(3_000, seed), utc_date(days_ago=seed))
    town.land(duckdb.landing)

    duckdb.build_tables(*STAGING)
    town.build_tables(*STAGING)

    for name in ("stg_landed_lines", "stg_incidents_rejected", "stg_incidents"):
        columns = town.table_columns("staging")[name]
        selected = ", ".join(f'"{column}"' for column in columns)
        here = duckdb.query(f"select {selected} from staging.{name}")
        there = town.client.rows(f'select {selected} from "{town.database("staging")}"."{name}"')
        tables = Table(columns, [tuple(map(as_athena_writes, row.values())) for row in here]), Table(columns, there)
        assert len(there) > 500
        told = differences(*tables)
        assert not told, f"{name}: {len(told)} differences\n" + "\n".join(line[:1_000] for line in told[:10])
