"""Copies the marts from the DuckDB file to PostgreSQL, where a local Grafana reads them: `python -m grafana.publish`.

Everything happens in one transaction. The rows go into tables beside those that are read, and replace these in its last
moment: a reader sees all of the old tables or all of the new ones, and a failure leaves the old.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from adbc_driver_postgresql import dbapi as postgresql  # type: ignore[import-untyped]

from ingest.progress import Progress

DEFAULT_DUCKDB = "data/dispatch.duckdb"
DEFAULT_POSTGRES = "postgresql://marts:marts@127.0.0.1:5433/marts"
"""The server of compose.yaml."""

READER = "grafana_reader"
"""The role as which Grafana reads; postgres/reader.sql creates it."""

MODELS = Path(__file__).parents[1] / "models" / "marts"
NOT_PUBLISHED = frozenset({"incidents"})
"""No panel reads single incidents, and they are most of the rows."""

BATCH_ROWS = 50_000

MANUAL = f"""\
Copies the marts from the DuckDB file to PostgreSQL, where a local Grafana reads
them. All tables change at once, and a failure leaves those that were there.
Every mart of models/marts is copied but `incidents`, which no panel reads.

environment:
  DISPATCH_DUCKDB    the file that dbt built (default: {DEFAULT_DUCKDB})
  DISPATCH_POSTGRES  where to copy it
                     (default: {DEFAULT_POSTGRES})

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
    database = Path(os.environ.get("DISPATCH_DUCKDB") or DEFAULT_DUCKDB)
    url = os.environ.get("DISPATCH_POSTGRES") or DEFAULT_POSTGRES
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

    Tables of that schema that are no marts stay as they are.

    Args:
        database: The DuckDB file.
        url: A connection string of libpq, whose role owns the tables.
        progress: Counts the rows.

    Raises:
        UsageError: There is no such file, or it lacks a mart.
        PublishError: The file is locked, or PostgreSQL is away or refuses something.
    """
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


@contextmanager
def _duckdb(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not database.is_file():
        raise UsageError(f"there is no file {database}: run make demo or dbt build, or set DISPATCH_DUCKDB to the file")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise PublishError(
                f"{database} is in use by another program: wait for its end, or close it, and run this again"
            ) from error
        raise UsageError(f"{database} cannot be read ({_reason(error)}): build it anew with dbt build") from error


@contextmanager
def _postgres(url: str) -> Iterator[postgresql.Connection]:
    """A connection within a transaction, which ends with it unless it is committed."""
    try:
        connection = postgresql.connect(url)
    except postgresql.Error as error:
        raise PublishError(
            f"PostgreSQL does not answer ({_reason(error)}): start it with make dashboards, or set DISPATCH_POSTGRES"
        ) from error
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


def _reason(error: Exception) -> str:
    """What went wrong, in the server's own words without those of the drivers around them."""
    first_line = str(error).strip().split("\n")[0]
    return re.sub(r"^.*?(Failed to connect: |ERROR: +)", "", first_line)


if __name__ == "__main__":
    sys.exit(main())
