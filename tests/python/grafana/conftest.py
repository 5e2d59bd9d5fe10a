"""What the tests of the dashboards share: a PostgreSQL server, without Docker or a system package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grafana.publish import READER, publish
from terminal.progress import Progress
from tests.python.grafana.postgres import Server, run_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running PostgreSQL server: let each test use databases of its own."""
    with run_server() as server:
        yield server


@pytest.fixture(scope="session")
def published(postgres_server: Server, warehouse: Path) -> str:
    """Where the marts are in PostgreSQL, for the role that Grafana has."""
    postgres_server.create_database("marts")
    publish(warehouse, postgres_server.url("marts"), Progress())
    return postgres_server.url("marts", user=READER)
