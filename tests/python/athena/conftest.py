"""The builds that the tests share: they are what costs time, so each state of the warehouse is built once.

`county` is the sample and a generated landing on both engines. Its states are built one after the other, in increments:
`first`, `second` (with all tests of the project), `third` (nothing new) and then, with more landed, `rebuilt` from
nothing. What a state found is kept, whatever comes after it.
`town` is for tests that change a small warehouse; it is empty at the start of each.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from botocore.loaders import JSONFileLoader
from dbt.artifacts.resources.types import NodeType
from dbt.contracts.graph.manifest import Manifest

from bench.generate import Feed, generate
from tests.local_athena.server import LocalAthena
from tests.python.athena.athena_project import SAMPLE, TABLES_ONLY, AthenaProject, Run, failures, parse
from tests.python.athena.compare import Table, as_athena_writes
from tests.python.dbt_project.feeds import incident, land_tight_feed
from tests.python.dbt_project.project import Project, Result
from tests.python.dbt_project.project import parse as parse_for_duckdb

WITH_SAMPLE = ("--vars", json.dumps({"sample_is_loaded": True}))

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
        duckdb_result = self.duckdb.build(*(arguments or ("--exclude-resource-type", "unit_test")))
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


@pytest.fixture(scope="session", autouse=True)
def botocore_reads_its_files_once() -> Iterator[None]:
    """dbt-athena makes an AWS session for each call, and each reads botocore's descriptions of the services anew: that
    was a third of the time of a build.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file)))
        yield


@pytest.fixture(scope="session")
def county(local_athena: LocalAthena, tmp_path_factory: pytest.TempPathFactory) -> County:
    """Nothing has landed yet."""
    folder = tmp_path_factory.mktemp("county")
    held_back = tmp_path_factory.mktemp("held_back")
    generate(FEED, held_back)
    return County(
        Project(folder, parse_for_duckdb(folder, *WITH_SAMPLE)),
        AthenaProject(
            "county", folder / "athena", local_athena, parse(local_athena, "county", folder / "athena", *WITH_SAMPLE)
        ),
        held_back,
    )


@pytest.fixture(scope="session")
def first(county: County) -> Run:
    """The sample, and the generated landing up to the middle of a day."""
    county.duckdb.land(gzip.decompress(SAMPLE.read_bytes()).decode().splitlines(), SAMPLE_LANDED)
    county.land(
        [
            file
            for file in county.files_held_back()
            if (day := file.parents[1].name.removeprefix("dt=")) <= FIRST_UNTIL
            and not (day in (FIRST_UNTIL, LATE_DATE) and file.parent.name == LAST_HOUR)
        ]
    )
    return county.build(*TABLES_ONLY)[1]


@pytest.fixture(scope="session")
def second(county: County, first: Run) -> State:
    """The rest of the generated landing, and a few incidents that the portal no longer has. All tests run."""
    generated = county.duckdb.query(
        f"select incident_id from staging.stg_incidents where start_time >= '{FEED.first_day}' order by all"
    )
    county.duckdb.land(
        [
            incident(row["incident_id"], updated_at="2024-07-30T00:00:00.000Z") | {"deleted": True}
            for row in generated[:WITHDRAWN]
        ],
        "2024-07-21",
    )
    county.land(county.files_held_back())
    return county.build_and_read()


@pytest.fixture(scope="session")
def third(county: County, second: State) -> Mapping[str, Table]:
    """Nothing more has landed: Athena's tables after one more build."""
    county.athena.build_tables()
    return county.athena_tables()


@pytest.fixture(scope="session")
def other_commands(county: County, third: Mapping[str, Table]) -> Mapping[str, Run]:
    """What a user types beside `dbt build`, at a time when all tests pass."""
    return {
        command: county.athena.dbt(*command.split())
        for command in (
            "docs generate",
            "compile --select resource_type:analysis",
            "build --select q01_incidents_by_city",
            "test --select stg_incidents,test_type:data",
        )
    }


@pytest.fixture(scope="session")
def rebuilt(county: County, other_commands: Mapping[str, Run]) -> State:
    """A feed of ties, edges and broken lines lands beside the rest, and everything is built from nothing."""
    land_tight_feed(county.duckdb)
    county.athena.land(county.duckdb.landing)
    return county.build_and_read(*TABLES_ONLY, "--full-refresh")


@pytest.fixture(scope="session")
def town_manifest(local_athena: LocalAthena, tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return parse(local_athena, "town", tmp_path_factory.mktemp("parse_town"))


@pytest.fixture
def town(local_athena: LocalAthena, town_manifest: Manifest, tmp_path: Path) -> AthenaProject:
    project = AthenaProject("town", tmp_path, local_athena, town_manifest)
    project.wipe()
    return project
