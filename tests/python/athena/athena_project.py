"""The dbt project on the local Athena, in databases and a landing prefix of its own."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from local_athena.client import Client
from local_athena.moto_server import aws_session
from local_athena.queries import Statement
from local_athena.server import LocalAthena
from tests.python.dbt_project.project import ROOT, Result, Row, quiet

SAMPLE = ROOT / "sample" / "incidents_2024-06.ndjson.gz"
TABLES_ONLY = ("--exclude-resource-type", "test", "unit_test")
TARGET = ("--target", "athena_local")


@dataclass(frozen=True)
class Run:
    """What a dbt command did on the local Athena.

    Attributes:
        result: What became of its nodes.
        statements: The statements that ended meanwhile.
        landed_files_read: The landed objects that were opened, as s3:// addresses, in order and once each.
        messages: What dbt told its user, warnings included.
        compiled: The compiled SQL of every node that has any, by unique id; ephemeral models too, which do not run.
    """

    result: Result
    statements: Sequence[Statement]
    landed_files_read: Sequence[str]
    messages: Sequence[str]
    compiled: Mapping[str, str]


@dataclass(frozen=True)
class AthenaProject:
    """Databases, a landing prefix and dbt's artifacts of one name.

    Attributes:
        name: The prefix of the databases (`<name>_dispatch_marts`) and of the landing zone (`s3://landing/<name>`).
        folder: Nothing outside it is written on this machine.
        manifest: The project as it was parsed for this name and these variables.
        variables: dbt's `--vars` of each command.
    """

    name: str
    folder: Path
    athena: LocalAthena
    manifest: Manifest
    variables: Mapping[str, object]

    @cached_property
    def client(self) -> Client:
        return Client(self.athena)

    @cached_property
    def s3(self) -> Any:
        return aws_session().client("s3", endpoint_url=self.athena.aws_endpoint)

    @cached_property
    def glue(self) -> Any:
        return aws_session().client("glue", endpoint_url=self.athena.aws_endpoint)

    def database(self, schema: str) -> str:
        """The database of `raw`, `staging` or `marts`."""
        return f"{self.name}_dispatch_{schema}"

    def land(self, landing: Path) -> None:
        """Uploads the files of a landing folder that are not in the landing zone yet."""
        there = set(self.objects("landing", f"{self.name}/"))
        for file in sorted(landing.glob("incidents/dt=*/hh=*/*.gz")):
            key = f"{self.name}/{file.relative_to(landing).as_posix()}"
            if key not in there:
                self.s3.upload_file(str(file), "landing", key)

    def land_lines(self, lines: Iterable[str | Row], *, days_ago: int = 0, hour: int = 10) -> None:
        """Lands one object of lines, texts as they are or rows written as the ingest does."""
        prefix = f"{self.name}/incidents/dt={utc_date(days_ago)}/hh={hour:02d}/"
        key = f"{prefix}{len(self.objects('landing', prefix)):04d}.gz"
        texts = [line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines]
        self.s3.put_object(Bucket="landing", Key=key, Body=gzip.compress("".join(f"{t}\n" for t in texts).encode()))

    def objects(self, bucket: str, prefix: str) -> list[str]:
        """The keys below a prefix."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def dbt(self, *arguments: str, **variables: object) -> Run:
        """Runs a dbt command in this process, perhaps with other `--vars` beside the project's own."""
        statements, objects = len(self.athena.statements()), self.athena.read_mark()
        messages: list[str] = []

        def listen(event: EventMsg) -> None:
            if event.info.level in ("info", "warn", "error"):
                messages.append(event.info.msg)  # type: ignore[attr-defined]

        with environment(self.athena, self.name):
            # dbt writes into the manifest while it runs.
            manifest = self.manifest.deepcopy()  # type: ignore[no-untyped-call]
            # Of dbt's own files of JSON only the catalog is read.
            write = "--write-json" if "docs" in arguments else "--no-write-json"
            outcome = dbtRunner(manifest, [listen]).invoke(
                [*arguments, write, *options(self.folder, {**self.variables, **variables})]
            )
        if outcome.exception:
            raise outcome.exception
        # An operation has a result, but no node.
        results = [result for result in getattr(outcome.result, "results", ()) if hasattr(result, "node")]
        nodes = [*manifest.nodes.values(), *(result.node for result in results)]
        landing = f"s3://landing/{self.name}/"
        return Run(
            Result(outcome.success, {result.node.name: str(result.status) for result in results}),
            self.athena.statements()[statements:],
            sorted({address for address in self.athena.objects_read(objects) if address.startswith(landing)}),
            messages,
            {node.unique_id: code for node in nodes if (code := getattr(node, "compiled_code", None))},
        )

    def build_tables(self, *arguments: str, **variables: object) -> Run:
        """Builds seeds and models without testing them; raises AssertionError when one fails."""
        run = self.dbt("build", *TABLES_ONLY, *arguments, **variables)
        assert run.result.success, failures(run)
        return run

    def start_dbt(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a dbt command as a process of its own, which can be killed."""
        with environment(self.athena, self.name):
            return subprocess.Popen(
                [str(Path(sys.executable).with_name("dbt")), *arguments, *options(self.folder, self.variables)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Elsewhere than the project, whose `.user.yml` and the like are not ours to write.
                cwd=self.folder,
            )

    def rows(self, schema: str, table: str) -> list[tuple[str | None, ...]]:
        """A table's rows as Athena's texts, in an order that depends on them alone."""
        return sorted(self.client.rows(f'select * from "{self.database(schema)}"."{table}"'), key=repr)

    def marts(self) -> dict[str, list[tuple[str | None, ...]]]:
        """Every mart with all of its rows."""
        return {table: self.rows("marts", table) for table in self.table_columns("marts")}

    def artifact(self, name: str) -> dict[str, Any]:
        """One of the files that the last command left in the target folder."""
        artifact: dict[str, Any] = json.loads((self.folder / "target" / name).read_text())
        return artifact

    def table_columns(self, schema: str) -> dict[str, list[str]]:
        """The tables and views of a schema and their columns, as Glue has them."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=self.database(schema))
        return {
            table["Name"]: [
                column["Name"]
                for column in [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
                # An Iceberg table keeps the columns that it no longer has.
                if column.get("Parameters", {}).get("iceberg.field.current", "true") == "true"
            ]
            for page in pages
            for table in page["TableList"]
        }

    def wipe(self) -> None:
        """Removes the databases and everything that has landed."""
        names = [database["Name"] for database in self.glue.get_databases()["DatabaseList"]]
        for schema in ("marts", "marts_build", "staging", "raw"):
            if self.database(schema) in names:
                self.client.run(f"drop schema if exists `{self.database(schema)}` cascade")
        for bucket, prefix in (("landing", f"{self.name}/"), ("warehouse", f"{self.name}_")):
            aws_session().resource("s3", endpoint_url=self.athena.aws_endpoint).Bucket(bucket).objects.filter(
                Prefix=prefix
            ).delete()


def failures(run: Run) -> str:
    """The nodes that did not end well, and what dbt and Athena said of it."""
    failed = sorted(run.result.named("error", "fail", "runtime error", "skipped"))
    errors = [f"{statement.error}\n{statement.sql}" for statement in run.statements if statement.error]
    told = [message for message in run.messages if "rror" in message]
    return "\n".join([f"not built: {', '.join(failed)}", *told, *errors])


def utc_date(days_ago: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%d}"


def options(folder: Path, variables: Mapping[str, object]) -> list[str]:
    """The options that every dbt command gets."""
    return [*TARGET, "--vars", json.dumps(dict(variables)), *quiet(folder)]


def environment_variables(athena: LocalAthena, name: str) -> Mapping[str, str]:
    """The environment that sends the project to a local Athena, under this name."""
    return {
        **athena.env,
        "DISPATCH_LANDING": f"s3://landing/{name}",
        "DISPATCH_SCHEMA_PREFIX": f"{name}_",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


@contextmanager
def environment(athena: LocalAthena, name: str) -> Iterator[None]:
    """Takes everything of AWS and of the project out of this process's environment, points it to the local Athena, and
    gives the old environment back.
    """
    before = dict(os.environ)
    for key in before:
        if key.startswith(("AWS_", "DISPATCH_", "DBT_")):
            del os.environ[key]
    os.environ |= environment_variables(athena, name)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def open_project(
    athena: LocalAthena, name: str, folder: Path, variables: Mapping[str, object] = MappingProxyType({})
) -> AthenaProject:
    """Parses the project for the local Athena under this name."""
    with environment(athena, name):
        outcome = dbtRunner().invoke(["parse", *options(folder, variables)])
    if outcome.exception:
        raise outcome.exception
    manifest = outcome.result
    assert isinstance(manifest, Manifest), "dbt could not parse the project"
    # dbt cannot copy a manifest that has disabled nodes or selectors.
    manifest.disabled.clear()
    manifest.selectors = {}
    return AthenaProject(name, folder, athena, manifest, variables)
