"""Rows that cannot land, kept where a person finds them."""

import hashlib
from pathlib import Path
from typing import Protocol

from ingest.zone import durable

LARGEST_ROW_BYTES = 1000 * 1024
"""Of a landed line: what a record of Firehose holds, and a thousand times a row of the portal. None larger lands
anywhere, so that a zone holds the same whichever way its rows came."""


class DeadLetters(Protocol):
    @property
    def address(self) -> str:
        """Where they are, for a person."""

    def count(self) -> int:
        """How many rows there are."""

    def keep(self, row: bytes) -> None:
        """Keeps a landed line. When this returns, it outlives a crash. The same row is kept once."""


class FolderDeadLetters:
    """One file for each row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        return str(self._folder)

    def count(self) -> int:
        return len(self.files())

    def keep(self, row: bytes) -> None:
        durable.replace_file(self._folder / file_name(row), row)

    def files(self) -> list[Path]:
        return sorted(self._folder.glob("*.ndjson"))


def without_large_rows(lines: bytes, dead_letters: DeadLetters) -> tuple[bytes, int]:
    """Keeps lines that are too large as dead letters.

    Args:
        lines: Lines, each ending in a newline.
        dead_letters: Where to.

    Returns:
        The other lines, and how many were kept.
    """
    rows = lines.splitlines(keepends=True) if len(lines) > LARGEST_ROW_BYTES else []
    large = [row for row in rows if len(row) > LARGEST_ROW_BYTES]
    for row in large:
        dead_letters.keep(row)
    return (b"".join(row for row in rows if len(row) <= LARGEST_ROW_BYTES) if large else lines), len(large)


def file_name(row: bytes) -> str:
    """A name that is the same each time that the portal sends the row, whenever that is."""
    without_row_ts = row.rpartition(b',"row_ts":')[0]
    return f"{hashlib.sha256(without_row_ts).hexdigest()[:32]}.ndjson"
