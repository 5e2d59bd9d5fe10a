"""The sample and a generated landing, built on both engines, to be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dbt.artifacts.resources.types import NodeType

from bench.generate import Feed
from tests.python.athena.athena_project import AthenaProject, Run, failures
from tests.python.athena.compare import Table, as_athena_writes
from tests.python.dbt_project.project import Project, Result

WITH_SAMPLE = {"sample_is_loaded": True}

# The sample lands in June, so that its period holds nothing else: the golden tests are about it.
SAMPLE_LANDED = "2024-06-14"
# Few busy days, so that a thousandth of a date's lines is a line or two: more malformed ones would stop the marts.
FEED = Feed(incidents=17_400, first_day=date(2024, 7, 8), days=10, malformed_pct=0.1)
# The first increment ends within this date, and what the day before landed in its last hour comes late.
FIRST_UNTIL, LATE_DATE = "2024-07-14", "2024-07-13"
LAST_HOUR = "hh=20"
WITHDRAWN = 5


@dataclass(frozen=True)
class State:
    """What a build of `county` did, and the tables as it left them: all marts, and of staging what is about lines and
    incidents.
    """

    duckdb_result: Result
    athena_run: Run
    duckdb: Mapping[str, Table]
    athena: Mapping[str, Table]


@dataclass(frozen=True)
class County:
    """The same landing zone on both engines. `held_back` holds the files that have yet to land."""

    duckdb: Project
    athena: AthenaProject
    held_back: Path

    def land(self, files: Sequence[Path]) -> None:
        """Lets files of `held_back` land, on both."""
        for file in files:
            target = self.duckdb.landing / file.relative_to(self.held_back)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.rename(target)
        self.athena.land(self.duckdb.landing)

    def files_held_back(self) -> list[Path]:
        return sorted(self.held_back.glob("incidents/dt=*/hh=*/*.gz"))

    def build(self, *arguments: str) -> tuple[Result, Run]:
        """Runs `dbt build` on both; unit tests run on Athena alone, since other tests run them on DuckDB."""
        duckdb_result = self.duckdb.build(
            *(arguments or ("--exclude-resource-type", "unit_test")), "--vars", json.dumps(WITH_SAMPLE)
        )
        athena_run = self.athena.dbt("build", *arguments)
        models = {node.name for node in self.athena.manifest.nodes.values() if node.resource_type == NodeType.Model}
        for result in (duckdb_result, athena_run.result):
            assert not models & result.named("error", "skipped"), failures(athena_run)
        return duckdb_result, athena_run

    def build_and_read(self, *arguments: str) -> State:
        return State(*self.build(*arguments), self.duckdb_tables(), self.athena_tables())

    def duckdb_tables(self) -> dict[str, Table]:
        tables = {}
        for relation in self.duckdb.query("select table_schema, table_name from information_schema.tables"):
            schema, name = relation["table_schema"], relation["table_name"]
            if is_compared(schema, name):
                described = self.duckdb.query(f"describe {schema}.{name}")
                rows = self.duckdb.query(f"select * from {schema}.{name}")
                tables[name] = Table(
                    [column["column_name"] for column in described],
                    [tuple(as_athena_writes(value) for value in row.values()) for row in rows],
                )
        return tables

    def athena_tables(self) -> dict[str, Table]:
        tables = {}
        for schema in ("staging", "marts"):
            for name, columns in self.athena.table_columns(schema).items():
                if is_compared(schema, name):
                    selected = ", ".join(f'"{column}"' for column in columns)
                    sql = f'select {selected} from "{self.athena.database(schema)}"."{name}"'
                    tables[name] = Table(columns, self.athena.client.rows(sql))
        return tables


def is_compared(schema: str, table: str) -> bool:
    return schema == "marts" or (schema == "staging" and table.startswith("stg_"))
