"""Copies the marts from the DuckDB file to PostgreSQL, where a local Grafana reads them: `python -m grafana.publish`.

Everything happens in one transaction. The rows go into tables beside those that are read, and replace these in its last
moment: a reader sees all of the old tables or all of the new ones, and a failure leaves the old.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb
from adbc_driver_postgresql import dbapi as postgresql  # type: ignore[import-untyped]

from terminal.progress import Progress
from warehouse import reading
from warehouse.build_file import BuildFile, LastBuild
from warehouse.reading import DEFAULT_DUCKDB

DEFAULT_POSTGRES = "postgresql://marts:{password}@127.0.0.1:5433/marts"
"""The server of compose.yaml, and its password by default."""

DEFAULT_PASSWORD = "marts"

READER = "grafana_reader"
"""The role as which Grafana reads; postgres/reader.sql creates it."""

MODELS = Path(__file__).parents[1] / "models" / "marts"
NOT_PUBLISHED = frozenset({"incidents"})
"""`incident_list` has of each incident what panels show."""

CONNECTION_FAILURES = (
    *("Connection refused", "No such file or directory", "could not translate host name", "timeout expired"),
    *("Connection timed out", "No route to host", "Network is unreachable", "authentication failed"),
    *("no password supplied", "does not exist", "no pg_hba.conf entry", "starting up", "shutting down"),
    *("too many clients", "remaining connection slots", "server does not support SSL", "certificate verify failed"),
)
"""What keeps libpq from a server, in its own words."""

BATCH_ROWS = 50_000

MANUAL = f"""\
Copies the marts from the DuckDB file to PostgreSQL, where a local Grafana reads
them. All tables change at once, and a failure leaves those that were there.
Every mart of models/marts is copied but `incidents`, of which panels read
`incident_list`. While a build is under way, and after one that failed, nothing
is copied.

environment:
  DISPATCH_DUCKDB    the file that dbt built (default: {DEFAULT_DUCKDB})
  DISPATCH_POSTGRES  where to copy it, such as postgresql://USER:PASSWORD@HOST/DB
                     (default: the server of compose.yaml)
  POSTGRES_PASSWORD  the password of that server, as it was first started with
                     (default: {DEFAULT_PASSWORD})

exit codes:
  0  done
  1  failed; PostgreSQL keeps the tables that it had, run it again
  2  wrong usage: a setting, or a file without the marts
"""


class PublishError(Exception):
    """Publishing failed, and PostgreSQL keeps the tables that it had: run it again."""

    exit_code = 1


class UsageError(PublishError):
    """There is nothing that could be published: a setting or the file is wrong."""

    exit_code = 2


@dataclass(frozen=True)
class Published:
    """How much is now in PostgreSQL."""

    tables: int
    rows: int


def main(arguments: list[str] | None = None) -> int:
    """Publishes once and returns the exit code."""
    argparse.ArgumentParser(
        prog="python -m grafana.publish",
        description=MANUAL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    database = reading.database_of(os.environ)
    password = quote(os.environ.get("POSTGRES_PASSWORD") or DEFAULT_PASSWORD, safe="")
    url = os.environ.get("DISPATCH_POSTGRES") or DEFAULT_POSTGRES.format(password=password)
    started = time.monotonic()
    try:
        published = publish(database, url, Progress())
    except PublishError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("stopped; PostgreSQL keeps the tables that it had", PublishError.exit_code)
    seconds = time.monotonic() - started
    print(f"Published {published.rows:,} rows in {published.tables} tables from {database} in {seconds:.1f} s")
    return 0


def _fail(sentence: str, exit_code: int) -> int:
    print(f"publish: {sentence}", file=sys.stderr)
    return exit_code


def publish(database: Path, url: str, progress: Progress) -> Published:
    """Replaces the tables of the schema `marts` in PostgreSQL by those of a DuckDB file, all at once.

    Other tables of that schema stay as they are.

    Args:
        database: The DuckDB file.
        url: A connection string of libpq, whose role owns the tables.
        progress: Counts the rows.

    Raises:
        UsageError: There is no such file, or it lacks a mart.
        PublishError: The last build of the file failed or is under way, another program writes into it, or PostgreSQL
            is away or refuses something.
    """
    _check_last_build(database)
    with _duckdb(database) as source, _postgres(url) as target:
        rows = _rows_by_mart(source, database)
        with target.cursor() as cursor:
            _check_reader(cursor)
            cursor.execute("CREATE SCHEMA marts_incoming")
            progress.start(sum(rows.values()))
            done = 0
            try:
                for mart in rows:
                    batches = source.sql(f'SELECT * FROM marts."{mart}"').to_arrow_reader(BATCH_ROWS)
                    done += cursor.adbc_ingest(mart, batches, db_schema_name="marts_incoming")
                    progress.update(done)
            finally:
                progress.finish()
            _swap(cursor, rows)
        target.commit()
    return Published(len(rows), done)


def marts_to_publish() -> list[str]:
    """The marts of the dbt project that panels may read, by name."""
    return sorted({model.stem for model in MODELS.rglob("*.sql")} - NOT_PUBLISHED)


def _check_last_build(database: Path) -> None:
    """Whoever publishes after a build wants the marts of that build, and hears that they are not there."""
    build = BuildFile(database)
    match build.last_build():
        case LastBuild.UNDER_WAY:
            raise PublishError(f"a build of {database} is under way: wait for its end, and run this again")
        case LastBuild.NOT_PUBLISHED:
            raise PublishError(
                f"the last build of {database} failed or was broken off, and left {build.path}: "
                "run dbt build, then this again"
            )


@contextmanager
def _duckdb(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with reading.opened(database) as connection:
            yield connection
    except reading.InUseError as error:
        raise PublishError(str(error)) from error
    except reading.UnreadableError as error:
        raise UsageError(str(error)) from error


@contextmanager
def _postgres(url: str) -> Iterator[postgresql.Connection]:
    """A connection within a transaction, which ends with it unless it is committed."""
    try:
        connection = postgresql.connect(url)
    except (postgresql.Error, ValueError) as error:
        raise PublishError(
            f"PostgreSQL does not answer ({_why_not_connected(error)}): start it with make dashboards, or set "
            "DISPATCH_POSTGRES"
        ) from None
    with connection:
        try:
            yield connection
        except postgresql.Error as error:
            raise PublishError(
                f"PostgreSQL did not take the marts ({_reason(error)}); it keeps the tables that it had"
            ) from error


def _rows_by_mart(source: duckdb.DuckDBPyConnection, database: Path) -> Mapping[str, int]:
    found = source.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'marts'").fetchall()
    marts = marts_to_publish()
    missing = sorted(set(marts) - {name for (name,) in found})
    if missing:
        raise UsageError(f"{database} has no table marts.{', marts.'.join(missing)}: run dbt build, then this again")
    counts = source.execute(" UNION ALL ".join(f"SELECT '{mart}', count(*) FROM marts.\"{mart}\"" for mart in marts))
    return dict(counts.fetchall())


def _check_reader(cursor: postgresql.Cursor) -> None:
    cursor.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{READER}'")
    if cursor.fetchone() is None:
        raise PublishError(f"PostgreSQL has no role {READER}: create it as in grafana/postgres/reader.sql")


def _swap(cursor: postgresql.Cursor, marts: Iterable[str]) -> None:
    """Puts the new tables in the place of the old. A reader of an old one waits from here to the commit."""
    cursor.execute("CREATE SCHEMA IF NOT EXISTS marts")
    cursor.execute(f"GRANT USAGE ON SCHEMA marts TO {READER}")
    for mart in marts:
        cursor.execute(f'DROP TABLE IF EXISTS marts."{mart}"')
        cursor.execute(f'ALTER TABLE marts_incoming."{mart}" SET SCHEMA marts')
        cursor.execute(f'GRANT SELECT ON marts."{mart}" TO {READER}')
    cursor.execute("DROP SCHEMA marts_incoming")


def _why_not_connected(error: Exception) -> str:
    """Why there is no connection, in words of our own list: libpq may quote any part of a malformed connection string,
    the password too."""
    words = [word for word in CONNECTION_FAILURES if word.lower() in str(error).lower()]
    return ", ".join(words) or "its address cannot be read: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def _reason(error: Exception) -> str:
    """What went wrong, in the server's own words without those of the drivers around them."""
    return re.sub(r"^.*?(Failed to connect: |ERROR: +)", "", reading.first_line(error))


if __name__ == "__main__":
    sys.exit(main())
