"""What the tests of the dashboards share: a PostgreSQL server, without Docker or a system package."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.generate import Feed, generate
from grafana.publish import READER, publish
from ingest.progress import Progress
from tests.python.dbt_project.project import ROOT, Project, parse
from tests.python.grafana.postgres import Server, run_server

SAMPLE = ROOT / "sample" / "incidents_2024-06.ndjson.gz"
MONTHS_BEFORE = Feed(incidents=6_000, first_day=date(2023, 4, 1), days=426, releases_a_day=1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running PostgreSQL server: let each test use databases of its own."""
    with run_server() as server:
        yield server


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DuckDB file that dbt builds of the bundled sample and fourteen months before it; shared, so to be read only.

    The sample ends the data, so that pages open with its days; the months give trends something to show.
    """
    folder = tmp_path_factory.mktemp("warehouse")
    project = Project(folder, parse(folder))
    generate(MONTHS_BEFORE, project.landing)
    project.land(gzip.decompress(SAMPLE.read_bytes()).decode().splitlines(), "2024-06-14")
    project.build_tables()
    project.query("CHECKPOINT")
    # dbt keeps its file open in this process, where DuckDB then opens it in no other mode.
    file = folder / "published.duckdb"
    shutil.copy(project.database, file)
    return file


@pytest.fixture(scope="session")
def published(postgres_server: Server, warehouse: Path) -> str:
    """Where the marts are in PostgreSQL, for the role that Grafana has."""
    postgres_server.create_database("marts")
    publish(warehouse, postgres_server.url("marts"), Progress())
    return postgres_server.url("marts", user=READER)
