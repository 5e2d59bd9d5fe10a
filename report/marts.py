"""Reads the marts, on whichever engine they are."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb

from warehouse import reading
from warehouse.reading import database_of, first_line

SCHEMA = "marts"
ATHENA_QUERIES_AT_ONCE = 8

Row = Mapping[str, Any]


class ReportError(Exception):
    """The marts cannot be read. The message is one sentence for the person at the terminal."""

    exit_code = 2


class Marts(Protocol):
    """The marts of one build.

    Attributes:
        schema: Their schema, or their database on Athena.
        place: Where they are, in words.
    """

    schema: str
    place: str

    def read(self, queries: Sequence[str]) -> list[list[Row]]:
        """The rows of each query, as dicts by column. Raises ReportError."""
        ...


class DuckDBMarts:
    """The marts of a DuckDB file, all of one build."""

    schema = SCHEMA

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path) -> None:
        self._connection = connection
        self.place = str(database)

    def read(self, queries: Sequence[str]) -> list[list[Row]]:
        """The rows of each query."""
        return [self._rows(query) for query in queries]

    def _rows(self, query: str) -> list[Row]:
        try:
            cursor = self._connection.execute(query)
        except duckdb.CatalogException as error:
            raise ReportError(
                f"{self.place} lacks a table or a column that the report shows ({first_line(error)}): build it anew "
                "with dbt build"
            ) from error
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class AthenaMarts:
    """The marts on Athena."""

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self.schema = schema
        self.place = f"{schema} on Athena"

    def read(self, queries: Sequence[str]) -> list[list[Row]]:
        """The rows of each query; several run at once."""
        with ThreadPoolExecutor(ATHENA_QUERIES_AT_ONCE) as pool:
            return list(pool.map(self._rows, queries))

    def _rows(self, query: str) -> list[Row]:
        from botocore.exceptions import BotoCoreError, ClientError
        from pyathena.error import Error

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(query)
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except (Error, BotoCoreError, ClientError) as error:
            raise ReportError(f"Athena did not answer: {first_line(error)}") from error


@contextmanager
def opened(target: str) -> Iterator[Marts]:
    """The marts of a target of profiles.yml.example, from the variables that it names.

    Raises:
        UnreadableError: There is no such file, or it cannot be read.
        ReportError: A variable or a package is missing.
    """
    if target == "local":
        database = database_of(os.environ)
        with reading.opened(database) as connection:
            yield DuckDBMarts(connection, database)
    else:
        yield _athena(target)


def _athena(target: str) -> AthenaMarts:
    try:
        from pyathena import connect
    except ImportError as error:
        raise ReportError("the packages for Athena are not installed: run make install-aws") from error
    local = {"AWS_REGION": "us-east-1", "DISPATCH_ATHENA_RESULTS": "s3://athena-results/"}
    settings = {name: os.environ.get(name) or (target == "athena_local" and local[name]) for name in local}
    missing = [name for name, value in settings.items() if not value]
    if missing:
        raise ReportError(f"set {' and '.join(missing)}, as for dbt --target {target} (docs/on-aws.md)")
    connection = connect(
        region_name=settings["AWS_REGION"],
        s3_staging_dir=settings["DISPATCH_ATHENA_RESULTS"],
        work_group="primary" if target == "athena_local" else os.environ.get("DISPATCH_WORK_GROUP", "primary"),
        poll_interval=0.3,
    )
    return AthenaMarts(connection, f"{os.environ.get('DISPATCH_SCHEMA_PREFIX', '')}dispatch_{SCHEMA}")
