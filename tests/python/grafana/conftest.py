"""What the tests of the dashboards share: a PostgreSQL server, without Docker or a system package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.python.grafana.postgres import Server, run_server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running PostgreSQL server: let each test use databases of its own."""
    with run_server(tmp_path_factory.mktemp("postgres") / "data") as server:
        yield server
