"""Opens the DuckDB file that dbt has built, for programs that only read it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

DEFAULT_DUCKDB = "data/dispatch.duckdb"


class UnreadableError(Exception):
    """The file cannot be read. The message is one sentence for the person at the terminal."""

    exit_code = 2


class InUseError(UnreadableError):
    """Another program writes into the file: run it again when that has ended."""

    exit_code = 1


def database_of(environment: Mapping[str, str]) -> Path:
    """The file that DISPATCH_DUCKDB names, or the one that dbt builds without it."""
    return Path(environment.get("DISPATCH_DUCKDB") or DEFAULT_DUCKDB)


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that only reads.

    Raises:
        UnreadableError: There is no such file, or it is no database, now or while it is read.
        InUseError: Another program writes into it.
    """
    if not database.is_file():
        raise UnreadableError(
            f"there is no file {database}: run make demo or dbt build, or set DISPATCH_DUCKDB to the file"
        )
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise InUseError(
                f"{database} is in use by another program: wait for its end, or close it, and run this again"
            ) from error
        raise UnreadableError(
            f"{database} cannot be read ({first_line(error)}): build it anew with dbt build"
        ) from error


def first_line(error: Exception) -> str:
    """What an engine says, without the statement that it shows below."""
    return str(error).strip().split("\n")[0]
