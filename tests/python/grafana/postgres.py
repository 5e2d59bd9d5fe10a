"""A real PostgreSQL for the tests, with the role that Grafana has."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]

from grafana import local_postgres

READER_PASSWORD = "the reader's own"
"""The apostrophe tries the quoting of reader.sql. The server asks nobody for a password."""


class Server(local_postgres.Server):
    """A running PostgreSQL with the role of reader.sql."""

    def create_database(self, name: str) -> None:
        run(self.url(), f"CREATE DATABASE {name}")


@contextmanager
def run_server() -> Iterator[Server]:
    """Starts a server with an empty cluster, and stops and deletes it.

    Not in a folder of pytest: these are closed to others whenever pytest starts, and for root the wheel runs the server
    as another user.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, local_postgres.run_server(Path(folder)) as server:
        server.create_reader(READER_PASSWORD)
        yield Server(server.psql, server.socket_folder)


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
