"""Files that people have, through `load`, and lines of every kind: both engines read the same in what landed."""

from __future__ import annotations

from pathlib import Path

from tests.python.athena.athena_project import AthenaProject, utc_date
from tests.python.athena.compare import Table, as_athena_writes, differences
from tests.python.dbt_project.handed_files import load, load_one_by_one
from tests.python.dbt_project.line_kinds import cases
from tests.python.dbt_project.project import Project, parse
from tests.python.dbt_project.test_handed_files import STAGING
from tests.python.ingest.files import FILES


def test_both_engines_read_the_same(town: AthenaProject, tmp_path: Path) -> None:
    """The files one by one and together."""
    duckdb = Project(tmp_path, parse(tmp_path / "parse"))
    assert len(load_one_by_one(duckdb, tmp_path / "files")) == 11
    assert load(duckdb, FILES) == 2
    lines = [case.line for of_kind in cases().values() for case in of_kind]
    duckdb.land(lines, utc_date(days_ago=1))
    town.land(duckdb.landing)

    duckdb.build_tables(*STAGING)
    town.build_tables(*STAGING)

    for name, least_rows in (
        ("stg_landed_lines", len(lines)),
        ("stg_incidents", 2_000),
        ("stg_incidents_rejected", 1_500),
    ):
        columns = town.table_columns("staging")[name]
        selected = ", ".join(f'"{column}"' for column in columns)
        here = duckdb.query(f"select {selected} from staging.{name}")
        there = town.client.rows(f'select {selected} from "{town.database("staging")}"."{name}"')
        assert len(there) > least_rows
        rows = [tuple(map(as_athena_writes, row.values())) for row in here]
        told = differences(Table(columns, rows), Table(columns, there))
        assert not told, f"{name}: {len(told)} differences\n" + "\n".join(line[:1_000] for line in told[:10])
