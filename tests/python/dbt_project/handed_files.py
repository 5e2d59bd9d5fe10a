"""The files of tests/python/ingest/data/cases on their way through `load` into a landing zone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.cli import main as ingest
from tests.python.dbt_project.project import Project, Row, environment
from tests.python.ingest.files import FILES

LOADED_AT = datetime(2026, 11, 30, tzinfo=UTC)
"""After the incidents in the files, and after the row_ts that the lines of another lambda have."""

PREFIX = "P2600900"
"""Begins the ids of the incidents, which are the same six in each file."""


def load(project: Project, files: Iterable[Path]) -> int:
    """Lands files as `python -m ingest load` does, and returns its exit code."""
    with environment(project.folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.commands.load.utc_now", lambda: LOADED_AT)
        return ingest(["load", *map(str, files)])


def load_one_by_one(project: Project, folder: Path) -> dict[str, str]:
    """Lands copies of the files, each by itself, in which no incident is another file's.

    Returns:
        The name of each file that landed, by what begins the ids of its incidents.
    """
    return {prefix: file.name for prefix, file in _copies(folder) if load(project, [file]) == 0}


def _copies(folder: Path) -> Iterator[tuple[str, Path]]:
    folder.mkdir()
    for number, file in enumerate(FILES):
        prefix = f"P26{number:02}900"
        copy = folder / file.name
        copy.write_bytes(file.read_bytes().replace(PREFIX.encode(), prefix.encode()))
        yield prefix, copy


def incidents(project: Project, prefix: str) -> list[Row]:
    """What staging has of the incidents whose ids begin so, without that prefix and without how they landed."""
    return project.query(
        "select * exclude (incident_id, updated_at, row_ts, landed_date), "
        f"replace(incident_id, '{prefix}', '') as number "
        f"from staging.stg_incidents where starts_with(incident_id, '{prefix}') order by number"
    )
