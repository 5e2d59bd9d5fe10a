"""The dbt project on a landing folder and in a DuckDB file of its own, run in this process."""

import gzip
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from warehouse.build_file import BuildFile

ROOT = Path(__file__).parents[3]

Row = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of a `dbt` command.

    Attributes:
        success: True when dbt would exit with 0.
        statuses: dbt's word for each node that was up ('success', 'pass', 'warn', 'fail', 'error', 'skipped'), by the
            node's name.
        messages: The warnings and errors that it told.
    """

    success: bool
    statuses: Mapping[str, str]
    messages: Sequence[str] = ()

    def named(self, *statuses: str) -> set[str]:
        """The names of the nodes that ended so."""
        return {name for name, status in self.statuses.items() if status in statuses}


@dataclass(frozen=True)
class Project:
    """A landing folder, a database and dbt's artifacts, all below one folder.

    Attributes:
        folder: Nothing outside it is written.
        manifest: The parsed project.
        file: The name of the DuckDB file.
    """

    folder: Path
    manifest: Manifest
    file: str = "dispatch.duckdb"

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        """What people read: the last build that was published."""
        return (self.folder / self.file).resolve()

    @property
    def unpublished(self) -> Path:
        """What the last build left when it was not published."""
        return BuildFile(self.database).path

    def land(self, lines: Iterable[str | Row], date: str = "2024-06-14", hour: int = 10) -> Path:
        """Lands one file of lines.

        Args:
            lines: Texts as they are, or rows to be written as JSON.
            date: The landed date, YYYY-MM-DD.
            hour: The landed hour, 0 to 23.

        Returns:
            The file, which can be copied to land the same lines again.
        """
        hour_folder = self.landing / "incidents" / f"dt={date}" / f"hh={hour:02d}"
        hour_folder.mkdir(parents=True, exist_ok=True)
        file = hour_folder / f"{len(list(hour_folder.iterdir())):04d}.gz"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        file.write_bytes(gzip.compress("".join(f"{text}\n" for text in texts).encode()))
        return file

    def landed_lines(self) -> list[tuple[str, str]]:
        """Every line that has landed with its landed date, in no order that matters."""
        return [
            (file.parents[1].name.removeprefix("dt="), line)
            for file in sorted(self.landing.glob("incidents/dt=*/hh=*/*.gz"))
            for line in gzip.decompress(file.read_bytes()).decode().split("\n")
        ]

    def dbt(self, *arguments: str) -> Result:
        """Runs a dbt command, such as `dbt('build', '--select', 'staging')`."""
        messages: list[str] = []

        def listen(event: EventMsg) -> None:
            if event.info.level in ("warn", "error"):
                messages.append(event.info.msg)  # type: ignore[attr-defined]

        with environment(self.folder, self.file):
            # dbt writes into the manifest while it runs.
            manifest = self.manifest.deepcopy()  # type: ignore[no-untyped-call]
            # Few read dbt's own files of JSON, and to write them is a third of the work of a small build.
            write = () if "--write-json" in arguments else ("--no-write-json",)
            outcome = dbtRunner(manifest, [listen]).invoke([*arguments, *write, *quiet(self.folder)])
        if outcome.exception:
            raise outcome.exception
        # An operation has a result, but no node.
        results = [result for result in getattr(outcome.result, "results", ()) if hasattr(result, "node")]
        return Result(outcome.success, {result.node.name: str(result.status) for result in results}, messages)

    def build(self, *arguments: str) -> Result:
        """Runs `dbt build` as a user does, tests included."""
        return self.dbt("build", *arguments)

    def build_tables(self, *arguments: str) -> None:
        """Builds seeds and models without testing them; raises AssertionError when one fails."""
        result = self.dbt("build", "--exclude-resource-type", "test", "unit_test", *arguments)
        failed = result.named(RunStatus.Error, RunStatus.Skipped, TestStatus.Fail)
        assert result.success, f"dbt could not build {sorted(failed)}"

    def query(self, sql: str, database: Path | None = None) -> list[Row]:
        """The rows of a query on the published build, or on another database, as dicts by column."""
        with duckdb.connect(str(database or self.database), read_only=True) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tables(self, *schemas: str) -> dict[str, list[Row]]:
        """Every table and view of the schemas with all of its rows, in an order that depends on them alone."""
        relations = self.query(
            "select table_schema || '.' || table_name as name from information_schema.tables "
            f"where table_schema in ({', '.join(repr(schema) for schema in schemas)}) order by 1"
        )
        return {
            relation["name"]: self.query(f"select * from {relation['name']} order by all nulls first")
            for relation in relations
        }


@contextmanager
def environment(folder: Path, file: str = "dispatch.duckdb") -> Iterator[None]:
    """Points the project to the landing folder and the database below a folder, and gives the old environment back."""
    before = dict(os.environ)
    os.environ.pop("DBT_TARGET", None)
    os.environ |= {
        "DISPATCH_LANDING": str(folder / "landing"),
        "DISPATCH_DUCKDB": str((folder / file).resolve()),
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def quiet(folder: Path) -> Sequence[str]:
    """The flags that keep dbt's artifacts below a folder and its log off the terminal."""
    profiles = folder / "profiles"
    profiles.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "profiles.yml.example", profiles / "profiles.yml")
    return [
        *("--project-dir", str(ROOT)),
        *("--profiles-dir", str(profiles)),
        *("--target-path", str(folder / "target")),
        *("--log-path", str(folder / "logs")),
        *("--log-level", "none"),
    ]


def parse(folder: Path, *arguments: str) -> Manifest:
    """Parses the project, once for all the tests. The arguments are further ones of dbt, such as `--vars`."""
    with environment(folder):
        outcome = dbtRunner().invoke(["parse", *arguments, *quiet(folder)])
    if outcome.exception:
        raise outcome.exception
    manifest = outcome.result
    assert isinstance(manifest, Manifest), "dbt could not parse the project"
    # dbt cannot copy a manifest that has disabled nodes or selectors.
    manifest.disabled.clear()
    manifest.selectors = {}
    return manifest
