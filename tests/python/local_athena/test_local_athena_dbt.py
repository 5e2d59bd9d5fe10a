"""The unmodified dbt-athena on the local Athena: everything that a project can ask of it, in a project of its own.

The steps build on each other, as the runs of a project do: each test is one command of dbt and what it left behind.
"""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_glue.client import GlueClient

from local_athena.client import Client
from local_athena.queries import Statement
from local_athena.server import LocalAthena

PROJECT = Path(__file__).parent / "project"


class Dbt:
    """Runs dbt in the scratch project, with its files in a folder of the tests."""

    def __init__(self, athena: LocalAthena, folder: Path) -> None:
        self._athena = athena
        self.target = folder / "target"
        self._logs = folder / "logs"

    def run(self, *arguments: str, newest_day: str = "2024-06-11") -> None:
        process = subprocess.run(
            [
                str(Path(sys.executable).parent / "dbt"),
                *arguments,
                "--profiles-dir",
                ".",
                "--vars",
                f"newest_day: '{newest_day}'",
            ],
            cwd=PROJECT,
            env=self._athena.environ(DBT_TARGET_PATH=str(self.target), DBT_LOG_PATH=str(self._logs)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.returncode == 0, process.stdout

    def artifact(self, name: str) -> Any:
        return json.loads((self.target / f"{name}.json").read_text())

    def statuses(self) -> dict[str, str]:
        return {result["unique_id"]: result["status"] for result in self.artifact("run_results")["results"]}


@pytest.fixture(scope="module")
def dbt(local_athena: LocalAthena, tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    return Dbt(local_athena, tmp_path_factory.mktemp("dbt"))


def land(s3: Any, day: str, *readings: dict[str, Any]) -> None:
    lines = "".join(json.dumps(reading) + "\n" for reading in readings)
    s3.put_object(Bucket="landing", Key=f"readings/dt={day}/hh=05/lines.gz", Body=gzip.compress(lines.encode()))


def writes_of(node: str, statements: list[Statement]) -> list[Statement]:
    """The statements of a dbt node that are no SELECT: dbt names the node in a comment before each."""
    return [s for s in statements if f'"node_id": "{node}"' in s.sql and s.route != "select"]


def test_the_first_build(dbt: Dbt, athena: Client, local_athena: LocalAthena, s3: Any, glue: GlueClient) -> None:
    land(
        s3,
        "2024-06-10",
        {"id": 1, "station": "A", "value": 1.5, "at": "2024-06-10T01:00:00+02:00"},
        {"id": 2, "station": "B", "value": 2, "at": "2024-06-10T02:00:00Z"},
        {"id": 3, "station": "A", "value": 2.5, "at": "2024-06-10T03:00:00Z"},
    )
    dbt.run("build", newest_day="2024-06-10")
    assert set(dbt.statuses().values()) == {"success", "pass"}
    assert len(dbt.statuses()) == 11, "hook, seed, 4 models, 4 data tests, unit test"
    assert athena.rows("select * from scratch.stations order by 1") == [
        ("A", "North, upper", "2020-01-31"),
        ("B", "South", "2021-06-01"),
        ("C", None, None),
    ]
    assert athena.rows(
        "select station, name, readings, mean_value, newest_at from scratch.station_totals order by 1"
    ) == [
        ("A", "North, upper", "2", "2.0", "2024-06-10 03:00:00.000"),
        ("B", "South", "1", "2.0", "2024-06-10 02:00:00.000"),
    ]
    assert athena.rows("select version, count(*) from scratch.days group by version") == [("1", "130")]

    # 130 partitions were first refused, and then written in batches.
    writes = writes_of("model.scratch.days", local_athena.statements())
    assert "HIVE_TOO_MANY_OPEN_PARTITIONS" in writes[0].error
    assert [(write.route, write.state) for write in writes[1:]] == [
        ("create_table_as", "SUCCEEDED"),  # all rows, without partitions
        ("create_table_as", "SUCCEEDED"),  # the first hundred
        ("insert", "SUCCEEDED"),  # the other thirty
    ]
    table = glue.get_table(DatabaseName="scratch", Name="station_totals")["Table"]
    assert table["Description"] == "One row per station."
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "The station's letter."


def test_the_second_build(dbt: Dbt, athena: Client, local_athena: LocalAthena, s3: Any) -> None:
    """Late corrections are merged, a partition is overwritten, the mart is swapped, and only the new day is read."""
    land(
        s3,
        "2024-06-11",
        {"id": 2, "station": "B", "value": 4, "at": "2024-06-11T02:00:00Z"},
        {"id": 3, "station": "A", "value": 0, "deleted": "true", "at": "2024-06-11T03:00:00Z"},
        {"id": 4, "station": "B", "value": 6, "at": "2024-06-11T04:00:00Z"},
    )
    before = len(local_athena.statements())
    dbt.run("build")
    assert set(dbt.statuses().values()) == {"success", "pass"}
    assert athena.rows("select reading_id, station, value from scratch.current_readings order by 1") == [
        ("1", "A", "1.5"),
        ("2", "B", "4.0"),
        ("4", "B", "6.0"),
    ]
    assert athena.rows("select station, readings, mean_value from scratch.station_totals order by 1") == [
        ("A", "1", "1.5"),
        ("B", "2", "5.0"),
    ]
    assert athena.rows("select version, count(*) from scratch.days group by version order by 1") == [
        ("1", "127"),
        ("2", "3"),
    ]

    writes = writes_of("model.scratch.current_readings", local_athena.statements()[before:])
    assert [write.route for write in writes] == ["create_table_as", "merge", "delete"]
    assert writes[0].partitions == ("scratch_raw.readings/dt=2024-06-11",)


def test_upkeep(dbt: Dbt, athena: Client) -> None:
    question = 'select count(*) > 1, sum(content) > 0 from scratch."current_readings$files"'
    assert athena.rows(question) == [("true", "true")], "several files, and delete files among them"
    dbt.run("run-operation", "compact")
    assert athena.rows(question) == [("false", "false")]
    assert athena.rows("select count(*) from scratch.current_readings") == [("3",)]


def test_freshness(dbt: Dbt) -> None:
    dbt.run("source", "freshness")
    (source,) = dbt.artifact("sources")["results"]
    assert source["status"] == "warn"
    assert source["max_loaded_at"].startswith("2024-06-11T04:00:00")


def test_docs(dbt: Dbt) -> None:
    dbt.run("docs", "generate")
    nodes = dbt.artifact("catalog")["nodes"]
    columns = {name: [c["type"] for c in node["columns"].values()] for name, node in nodes.items()}
    assert columns == {
        "seed.scratch.stations": ["string", "string", "date"],
        "model.scratch.stg_readings": ["int", "string", "double", "boolean", "timestamp", "date"],
        "model.scratch.current_readings": ["int", "string", "double", "boolean", "timestamp"],
        "model.scratch.station_totals": ["string", "string", "bigint", "double", "timestamp"],
        "model.scratch.days": ["int", "date"],
    }


def test_a_failing_node_fails(dbt: Dbt, local_athena: LocalAthena) -> None:
    """A red statement is a red run."""
    with pytest.raises(AssertionError, match="COLUMN_NOT_FOUND"):
        dbt.run("show", "--inline", "select nothing from {{ ref('days') }}")
    assert local_athena.statements()[-1].state == "FAILED"
    assert "AWS_ENDPOINT_URL" not in os.environ, "the tests' own environment stays as it was"
