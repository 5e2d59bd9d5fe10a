"""The builds that the tests share: they are what costs time, so each state of the warehouse is built once.

`county` is the sample and a generated landing on both engines. Its states are built one after the other, in increments:
`first`, `second` (with all tests of the project), `third` (nothing new) and then, with more landed, `rebuilt` from
nothing. What a state found is kept, whatever comes after it.
`town` is for tests that change a small warehouse; it is empty at the start of each.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from boto3.session import Session
from botocore.loaders import JSONFileLoader
from dbt.adapters.athena.connections import AthenaConnection

from bench.generate import generate
from local_athena.server import LocalAthena
from tests.python.athena.athena_project import SAMPLE, TABLES_ONLY, AthenaProject, Run, open_project, utc_date
from tests.python.athena.compare import Table
from tests.python.athena.county import (
    FEED,
    FIRST_UNTIL,
    LAST_HOUR,
    LATE_DATE,
    SAMPLE_LANDED,
    WITH_SAMPLE,
    WITHDRAWN,
    County,
    State,
)
from tests.python.dbt_project.feeds import incident, land_tight_feed
from tests.python.dbt_project.project import Project
from tests.python.dbt_project.project import parse as parse_for_duckdb


class KeptClients(Session):
    """A session that makes a client of each service once."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, object] = {}
        self._lock = threading.Lock()

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        with self._lock:
            if service_name not in self._kept:
                self._kept[service_name] = super().client(service_name, *arguments, **options)  # type: ignore[call-overload]
            return self._kept[service_name]


@cache
def session_of(endpoint: str) -> KeptClients:
    return KeptClients()


@pytest.fixture(scope="session", autouse=True)
def clients_are_made_once() -> Iterator[None]:
    """dbt-athena makes an AWS session and a client for each call, and each reads botocore's descriptions of the
    services anew: that was more than a third of the time of a build.
    """

    def of_connection(connection: AthenaConnection) -> KeptClients:
        return session_of(os.environ["AWS_ENDPOINT_URL"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file)))
        patch.setattr(AthenaConnection.__init__, "__defaults__", (of_connection,))
        yield


@pytest.fixture(scope="session")
def county(local_athena: LocalAthena, tmp_path_factory: pytest.TempPathFactory) -> County:
    """Nothing has landed yet."""
    folder = tmp_path_factory.mktemp("county")
    held_back = tmp_path_factory.mktemp("held_back")
    generate(FEED, held_back)
    return County(
        Project(folder, parse_for_duckdb(folder, "--vars", json.dumps(WITH_SAMPLE))),
        open_project(local_athena, "county", folder / "athena", WITH_SAMPLE),
        held_back,
    )


@pytest.fixture(scope="session")
def first(county: County) -> Run:
    """The sample, and the generated landing up to the middle of a day, in the tables that keep what they had.

    The others are made anew by each build: to have made them before would change nothing in `second`.
    """
    county.duckdb.land(gzip.decompress(SAMPLE.read_bytes()).decode().splitlines(), SAMPLE_LANDED)
    county.land(
        [
            file
            for file in county.files_held_back()
            if (day := file.parents[1].name.removeprefix("dt=")) <= FIRST_UNTIL
            and not (day in (FIRST_UNTIL, LATE_DATE) and file.parent.name == LAST_HOUR)
        ]
    )
    return county.build(*TABLES_ONLY, "--select", "+config.materialized:incremental")[1]


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
    """Nothing more has landed: Athena's tables after one more build of those that keep what they had."""
    county.athena.build_tables("--select", "+config.materialized:incremental")
    return county.athena_tables()


@pytest.fixture(scope="session")
def other_commands(county: County, third: Mapping[str, Table]) -> Mapping[str, Run]:
    """What a user types beside `dbt build`, at a time when all tests pass."""
    commands: Mapping[str, Mapping[str, object]] = {
        "docs generate": {},
        # The study's period holds nothing but the sample, whatever else lands.
        "compile --select resource_type:analysis": {"period": "study_2024_06"},
        "build --select q01_incidents_by_city": {},
        "test --select stg_incidents,test_type:data": {},
    }
    return {command: county.athena.dbt(*command.split(), **variables) for command, variables in commands.items()}


@pytest.fixture(scope="session")
def rebuilt(county: County, other_commands: Mapping[str, Run]) -> State:
    """A feed of ties, edges and broken lines lands beside the rest, and everything is built from nothing."""
    land_tight_feed(county.duckdb)
    county.athena.land(county.duckdb.landing)
    return county.build_and_read(*TABLES_ONLY, "--full-refresh")


@pytest.fixture(scope="session")
def settled_town(local_athena: LocalAthena, tmp_path_factory: pytest.TempPathFactory) -> AthenaProject:
    # A long projection takes seconds to list, in every build.
    variables = {"first_landing_date": utc_date(days_ago=10)}
    return open_project(local_athena, "town", tmp_path_factory.mktemp("town"), variables)


@pytest.fixture
def town(settled_town: AthenaProject) -> AthenaProject:
    settled_town.wipe()
    return settled_town
