"""Rows that cannot land, kept where a person finds them."""

import hashlib
from pathlib import Path
from typing import Protocol

from ingest import durable


class DeadLetters(Protocol):
    def keep(self, row: bytes) -> None:
        """Keeps a landed line. When this returns, it outlives a crash. The same row is kept once."""


class FolderDeadLetters:
    """One file for each row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, row: bytes) -> None:
        durable.replace_file(self._folder / file_name(row), row)

    def files(self) -> list[Path]:
        return sorted(self._folder.glob("*.ndjson"))


def file_name(row: bytes) -> str:
    """A name that is the same each time that the portal sends the row, whenever that is."""
    without_row_ts = row.rpartition(b',"row_ts":')[0]
    return f"{hashlib.sha256(without_row_ts).hexdigest()[:32]}.ndjson"
