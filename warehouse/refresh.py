"""Builds and tests every table, showing how far it is, and prints a period's answers: what make demo and make pull do.

    python -m warehouse.refresh --landing data/landing --database data/dispatch.duckdb --period last_28_days

The same as ``dbt build --selector refresh``, which leaves out what says nothing of the data (selectors.yml), and
``dbt run-operation print_answers``, with one parse for both; dbt's own log is in logs/.
What a refresh has built it does not build again: a file beside the database says from what that was.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from ingest.zone.folder import SAMPLE_MARK
from terminal.progress import Progress

PROJECT = (
    "dbt_project.yml",
    "profiles.yml",
    "selectors.yml",
    "models",
    "macros",
    "seeds",
    "analyses",
    "tests/dbt",
    "warehouse",
)
"""What decides how tables come out, beside what has landed."""

LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb")


class Nodes(Progress):
    """How many of dbt's nodes have begun, from its events; its warnings and errors are printed as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = 0

    def listen(self, event: EventMsg) -> None:
        """dbt calls this with each of its events, one at a time."""
        if event.info.level in ("warn", "error"):
            self.finish()
            print(event.info.msg, flush=True)  # type: ignore[attr-defined]
        elif event.info.name == "LogStartLine":
            self._total = event.data.total
            self._begun += 1
            self.update(self._begun)

    def text(self, done: int) -> str:
        return f"{done:,} of {self._total or 0:,} tables and tests"


def from_what(landing: Path, variables: str) -> str:
    """A hash of what decides how the tables come out: the project, its variables, the libraries, what has landed."""
    digest = hashlib.sha256(variables.encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for name in PROJECT:
        for path in files(Path(name)):
            digest.update(f"{path}\n".encode() + path.read_bytes())
    digest.update(f"{(landing / SAMPLE_MARK).exists()}\n".encode())
    # A landed file is never changed.
    for path in files(landing / "incidents"):
        digest.update(f"{path}\n".encode())
    return digest.hexdigest()


def files(path: Path) -> Iterator[Path]:
    """The file, or those below the folder, in an order that depends on their names alone."""
    if path.is_file():
        yield path
    yield from sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)


class Record:
    """The file beside a database that says from what a refresh has built it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(f"{database.name}.refreshed.json")

    def is_of(self, source: str) -> bool:
        """Whether the database is what a refresh has built from this, and no other build has replaced it."""
        try:
            return bool(json.loads(self._path.read_text()) == self._entry(source))
        except (OSError, ValueError):
            return False

    def write(self, source: str) -> None:
        self._path.write_text(json.dumps(self._entry(source)))

    def _entry(self, source: str) -> dict[str, Any]:
        status = self._database.stat()
        return {"source": source, "file": [status.st_ino, status.st_size, status.st_mtime_ns]}


def refresh(landing: Path, database: Path, period: str, variables: str) -> int:
    """Builds what has changed and prints the answers; returns the exit code, dbt's own."""
    options = ("--target", "local", "--vars", variables)
    # With the console's level alone, dbt would leave as much out of its log.
    unheard = ("--log-level", "none", "--log-level-file", "debug")
    nodes = Nodes()
    parsed = dbtRunner(callbacks=[nodes.listen]).invoke(["parse", *options, *unheard])
    if not isinstance(parsed.result, Manifest):
        return failed(parsed.exception)
    record, source = Record(database), from_what(landing, variables)
    if record.is_of(source):
        print(f"{database} is up to date: nothing has landed or changed since it was built")
    else:
        built = dbtRunner(parsed.result, [nodes.listen]).invoke(["build", "--selector", "refresh", *options, *unheard])
        nodes.finish()
        if not built.success:
            print("The build failed. What dbt did is in logs/dbt.log.", file=sys.stderr)
            return failed(built.exception)
        record.write(source)
    answered = dbtRunner(parsed.result).invoke(
        ["--quiet", "run-operation", "print_answers", *options, "--args", json.dumps({"period_id": period})]
    )
    return 0 if answered.success else failed(answered.exception)


def failed(exception: BaseException | None) -> int:
    """dbt's exit codes: 1 when a node failed, 2 when the command itself did."""
    if exception is None:
        return 1
    print(exception, file=sys.stderr)
    return 2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m warehouse.refresh", description="Build and test every table, and print a period's answers."
    )
    parser.add_argument("--landing", type=Path, required=True, metavar="FOLDER", help="where the rows have landed")
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="the DuckDB file that people read")
    parser.add_argument("--period", required=True, metavar="ID", help="of the table reporting_periods")
    parser.add_argument("--vars", default="{}", metavar="YAML", help="dbt's variables")
    options = parser.parse_args(arguments)
    return refresh(options.landing, options.database, options.period, options.vars)


if __name__ == "__main__":
    sys.exit(main())
