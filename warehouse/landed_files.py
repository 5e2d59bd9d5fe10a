"""A plugin of dbt-duckdb: lists the landed files in a table, and finds the damaged ones.

DuckDB compares no checksum of a gzip file: one flipped bit gives other rows without a word. Each file is unpacked once
for that, and again only when its size or its time is another.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError

from ingest.zone.folder import FolderZone
from ingest.zone.gzip_text import gzip_fault

COLUMNS = (
    "file varchar, landed_date varchar, stamp varchar, fault varchar, listed_at timestamp, listed_before timestamp"
)


class Plugin(BasePlugin):
    """Writes the table of landed files; macros/dialect.sql calls it."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        self._connection = conn

    def store(self, target_config: TargetConfig) -> None:
        """Lists what has landed.

        Args:
            target_config: Its config has `table`, which is written; `landing`, the landing zone; `listed_at`, the time.

        Raises:
            DbtRuntimeError: A part of the landing zone cannot be read.
        """
        config: dict[str, Any] = target_config.config
        try:
            with self._connection.cursor() as cursor:
                write_landed_files(cursor, config["table"], Path(config["landing"]), config["listed_at"])
        except OSError as error:
            raise DbtRuntimeError(
                f"{error.filename} cannot be read ({error.strerror}), so nothing is built. Let this user read it, "
                "mount the disk that it is on, or move it out of the landing zone."
            ) from error


def write_landed_files(cursor: duckdb.DuckDBPyConnection, table: str, landing: Path, listed_at: datetime) -> None:
    """Writes one row per landed file: its path, landed date and stamp, and its fault, null when its bytes are whole.

    `listed_at` is the same in all rows, `listed_before` that of the table that is replaced.
    """
    try:
        before = cursor.execute(f"select file, stamp, listed_at from {table} where fault is null").fetchall()
    except duckdb.CatalogException:
        before = []
    known = {file: stamp for file, stamp, _ in before}
    stamps = {str(file): file_stamp(file) for file in FolderZone(landing).landed_files()}
    unread = [file for file, stamp in stamps.items() if known.get(file) != stamp]
    with ThreadPoolExecutor() as pool:
        faults = dict(zip(unread, pool.map(gzip_fault, unread), strict=True))
    listed_before = max((listed for _, _, listed in before), default=None)
    rows = [
        (file, Path(file).parts[-3].removeprefix("dt="), stamp, faults.get(file), listed_at, listed_before)
        for file, stamp in stamps.items()
    ]
    replace_table(cursor, table, rows)


def file_stamp(file: Path) -> str:
    """Another text when a file's size or its time is another: bytes and nanoseconds since 1970."""
    stat = os.stat(file)
    return f"{stat.st_size} {stat.st_mtime_ns}"


def replace_table(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    names = [column.split()[0] for column in COLUMNS.split(", ")]
    cursor.execute(
        f"create or replace table {table} as select unnest($rows::struct({COLUMNS})[], recursive := true)",
        {"rows": [dict(zip(names, row, strict=True)) for row in rows]},
    )
