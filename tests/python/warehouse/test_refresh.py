"""`make demo` and `make pull`: what was built is not built again, and a build that failed is told and tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from warehouse import refresh as module
from warehouse.refresh import Record, from_what, refresh

PERIOD = "last_28_days"


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A landing zone with one file, and a project of one model as the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "answers.sql").write_text("select 1")
    land(tmp_path / "landing", "0.gz")
    return tmp_path / "landing"


def land(landing: Path, name: str) -> None:
    hour = landing / "incidents" / "dt=2026-11-01" / "hh=10"
    hour.mkdir(parents=True, exist_ok=True)
    (hour / name).touch()


class TestFromWhat:
    def test_a_model_the_selectors_another_file_and_a_variable_count(self, landing: Path) -> None:
        seen = {from_what(landing, "{}"), from_what(landing, "{sample_is_loaded: true}")}
        Path("models/answers.sql").write_text("select 2")
        seen.add(from_what(landing, "{}"))
        Path("selectors.yml").write_text("selectors: []")
        seen.add(from_what(landing, "{}"))
        land(landing, "1.gz")
        seen.add(from_what(landing, "{}"))
        assert len(seen) == 5

    def test_what_is_left_behind_by_running_does_not(self, landing: Path) -> None:
        before = from_what(landing, "{}")
        for name in ("warehouse/__pycache__/refresh.pyc", "landing/state/pull.json", "target/manifest.json"):
            Path(name).parent.mkdir(parents=True)
            Path(name).touch()
        assert from_what(landing, "{}") == before


class TestRecord:
    def test_of_the_build_that_it_was_written_for(self, tmp_path: Path) -> None:
        database = tmp_path / "dispatch.duckdb"
        assert not Record(database).is_of("a"), "nothing was built"
        database.touch()
        assert not Record(database / "in_a_file.duckdb").is_of("a"), "dbt says what is wrong there"
        Record(database).write("a")
        assert Record(database).is_of("a")
        assert not Record(database).is_of("b")

    def test_another_build_has_taken_its_place(self, tmp_path: Path) -> None:
        database, other = tmp_path / "dispatch.duckdb", tmp_path / "dispatch.build.duckdb"
        database.touch()
        Record(database).write("a")
        other.touch()
        other.replace(database)
        assert not Record(database).is_of("a")

    @pytest.mark.parametrize("text", ["", "[]", '{"source": "a"}'])
    def test_a_damaged_one_is_none(self, text: str, tmp_path: Path) -> None:
        database = tmp_path / "dispatch.duckdb"
        database.touch()
        Record(database).write("a")
        (tmp_path / "dispatch.duckdb.refreshed.json").write_text(text)
        assert not Record(database).is_of("a")


@dataclass
class Dbt:
    """Stands for dbt: publishes a database when a build succeeds.

    Attributes:
        succeeds: What becomes of the next builds.
        commands: What was run, without options.
        options: Those of the last run of each command.
    """

    database: Path
    succeeds: bool = True
    commands: list[str] = field(default_factory=list)
    options: dict[str, Sequence[str]] = field(default_factory=dict)

    def __call__(self, manifest: Manifest | None = None, callbacks: Sequence[Any] = ()) -> Dbt:
        return self

    def invoke(self, arguments: Sequence[str]) -> dbtRunnerResult:
        command = arguments[1] if arguments[0] == "--quiet" else arguments[0]
        self.commands.append(command)
        self.options[command] = arguments
        if command == "parse":
            return dbtRunnerResult(True, result=Manifest())
        if command == "build" and self.succeeds:
            self.database.touch()
        return dbtRunnerResult(command != "build" or self.succeeds)


class TestRefresh:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Path:
        return tmp_path / "dispatch.duckdb"

    @pytest.fixture
    def dbt(self, database: Path, monkeypatch: pytest.MonkeyPatch) -> Dbt:
        dbt = Dbt(database)
        monkeypatch.setattr(module, "dbtRunner", dbt)
        return dbt

    def test_the_second_only_answers(
        self, landing: Path, database: Path, dbt: Dbt, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for _ in range(2):
            assert refresh(landing, database, PERIOD, "{}") == 0
        assert dbt.commands == ["parse", "build", "run-operation", "parse", "run-operation"]
        assert dbt.options["run-operation"][-1] == '{"period_id": "last_28_days"}'
        assert capsys.readouterr().out == (
            f"{database} is up to date: nothing has landed or changed since it was built\n"
        )

    def test_what_says_nothing_of_the_data_is_not_run(self, landing: Path, database: Path, dbt: Dbt) -> None:
        refresh(landing, database, PERIOD, "{}")
        assert "--selector refresh" in " ".join(dbt.options["build"])

    def test_what_lands_is_built(self, landing: Path, database: Path, dbt: Dbt) -> None:
        refresh(landing, database, PERIOD, "{}")
        land(landing, "1.gz")
        refresh(landing, database, PERIOD, "{}")
        assert dbt.commands.count("build") == 2

    def test_a_build_that_failed_is_tried_again(
        self, landing: Path, database: Path, dbt: Dbt, capsys: pytest.CaptureFixture[str]
    ) -> None:
        dbt.succeeds = False
        assert refresh(landing, database, PERIOD, "{}") == 1
        assert capsys.readouterr().err == "The build failed. What dbt did is in logs/dbt.log.\n"
        assert dbt.commands == ["parse", "build"], "no answers of an older build"
        dbt.succeeds = True
        assert refresh(landing, database, PERIOD, "{}") == 0
        assert dbt.commands[2:] == ["parse", "build", "run-operation"]
