"""A build takes the place of the one before when it is whole, and meanwhile is in nobody's way."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import ROOT, Project, Row
from warehouse.build_file import BuildFile, LastBuild, wal
from warehouse.duckdb_file import BUILDING_COMMANDS, no_database

TABLES = ("--exclude-resource-type", "test", "unit_test")
SOME_MARTS = ("--select", "+q01_incidents_by_city", "+data_health")
UP_TO_INCIDENTS = ("--select", "+incidents")
KILLS = 20
STEPS_OF_THE_SWITCH = (
    "warehouse.build_file.BuildFile.publish",
    "shutil.copymode",
    "pathlib.Path.replace",
    "warehouse.build_file.sync_folder",
    "warehouse.build_file.BuildFile.release",
)
SECONDS_TO_BEGIN = 60.0


@contextmanager
def client(file: Path, program: str, read_only: bool = True) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open; it runs the program on `connection` and then waits for its end."""
    code = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect(sys.argv[1], read_only={read_only})\n"
        f"{program}\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        "print(connection.execute('select count(*) from marts.incidents').fetchone()[0], flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def incidents(project: Project, database: Path | None = None) -> list[str]:
    rows = project.query("select incident_id from marts.incidents order by 1", database)
    return [row["incident_id"] for row in rows]


def marts(project: Project) -> dict[str, list[Row]]:
    return project.tables("marts")


@pytest.fixture
def built(project: Project) -> Project:
    """One incident is published, another has landed."""
    project.land([incident("P1")])
    project.build_tables(*SOME_MARTS)
    project.land([incident("P2")])
    return project


def test_the_first_build_makes_the_file_and_leaves_nothing_else(project: Project) -> None:
    project.land([incident("P1")])
    project.build_tables(*SOME_MARTS)
    assert incidents(project) == ["P1"]
    assert BuildFile(project.database).last_build() is LastBuild.PUBLISHED
    assert sorted(path.name for path in project.folder.glob("*duckdb*")) == ["dispatch.duckdb"]


@pytest.mark.parametrize("read_only", [True, False], ids=["reader", "writer"])
def test_who_has_the_file_open_goes_on_and_stops_no_build(built: Project, read_only: bool) -> None:
    with client(built.database, "connection.execute('from marts.incidents').fetchall()", read_only) as process:
        built.build_tables(*SOME_MARTS)
        assert incidents(built) == ["P1", "P2"], "a new reader has the new build"
        output, _ = process.communicate("\n")
    assert output == "1\n", "and an old one that with which it began"


def test_reading_goes_on_while_a_build_runs(built: Project) -> None:
    build = BuildFile(built.database)
    build.begin()

    assert incidents(built) == ["P1"]
    assert built.dbt("show", "--inline", "select * from {{ ref('incidents') }}").success
    assert built.dbt("test", "--select", "incidents,test_type:generic").success
    assert built.dbt("docs", "generate").success
    assert built.dbt("run-operation", "compact").success
    with pytest.raises(Exception, match=r"another build of .+/dispatch\.duckdb is under way: wait for its end"):
        built.build_tables(*SOME_MARTS)
    build.discard()
    built.build_tables(*SOME_MARTS)
    assert incidents(built) == ["P1", "P2"]


def test_commands_that_read_make_no_file(project: Project) -> None:
    assert project.dbt("show", "--inline", "select 1 as one").success
    assert list(project.folder.glob("*duckdb*")) == []


@pytest.mark.parametrize(
    ("selection", "published"),
    [
        # `data_health` is made of what landed, as `incidents` is.
        ("+q01_incidents_by_city", False),
        ("incidents", False),
        # Nothing is made of it, and what it is made of stays.
        ("q01_incidents_by_city", True),
        ("staging", True),
        ("resource_type:seed", True),
        ("+q01_incidents_by_city +data_health", True),
    ],
)
def test_no_mart_is_published_beside_those_of_another_build(built: Project, selection: str, published: bool) -> None:
    before = marts(built)
    assert built.dbt("build", "--select", *selection.split(), *TABLES).success
    last_build = BuildFile(built.database).last_build()
    assert last_build is (LastBuild.PUBLISHED if published else LastBuild.NOT_PUBLISHED)
    if "+data_health" not in selection:
        assert marts(built) == before


def test_steps_of_a_build_add_up(built: Project) -> None:
    marts_and_between = "+q01_incidents_by_city,models/marts +q01_incidents_by_city,models/intermediate data_health"
    for selection in ("resource_type:seed", "staging", marts_and_between):
        assert incidents(built) == ["P1"]
        assert built.dbt("build", "--select", *selection.split(), *TABLES).success
    assert incidents(built) == ["P1", "P2"]


def test_retry_goes_on_with_the_build_that_failed(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    built.land([f"not a row {number}" for number in range(10)])
    # `dbt retry` reads what the last command wrote.
    select = (*SOME_MARTS, "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable", "--write-json")
    result = built.build(*select)
    assert result.statuses["rejected_rows_are_below_the_limit"] == "fail"
    assert incidents(built) == ["P1"]
    failed = built.unpublished.read_bytes()
    monkeypatch.setattr(sys, "argv", ["dbt", "retry"])

    result = built.dbt("retry", "--vars", "{rejected_error_pct: 100}")

    assert result.success
    assert "stg_incidents" not in result.statuses
    assert incidents(built) == ["P1", "P2"]

    # A build that is killed tells nobody what it had built.
    built.unpublished.write_bytes(failed)
    with duckdb.connect(str(built.unpublished)) as connection:
        connection.execute("drop table main.built_nodes")
    with pytest.raises(Exception, match="the last build was broken off: run dbt build"):
        built.dbt("run")


def test_an_empty_build_is_a_rehearsal(built: Project) -> None:
    assert built.dbt("build", "--empty", *SOME_MARTS, *TABLES).success
    assert incidents(built) == ["P1"]
    assert BuildFile(built.database).last_build() is LastBuild.PUBLISHED


def test_rows_of_failed_tests_can_be_looked_at(built: Project) -> None:
    built.land([f"not a row {number}" for number in range(10)])
    built.dbt("build", *SOME_MARTS, "--store-failures", "--exclude-resource-type", "unit_test")
    kept = built.query("from failed_rows.rejected_rows_are_below_the_limit", built.unpublished)
    assert len(kept) == 1


def test_changes_of_a_client_that_was_killed_are_kept(built: Project) -> None:
    with client(built.database, "connection.execute('create table main.mine as select 1 as a')", read_only=False):
        pass
    assert wal(built.database).exists()
    built.build_tables(*SOME_MARTS)
    assert incidents(built) == ["P1", "P2"]
    assert built.query("from main.mine") == [{"a": 1}]
    assert not wal(built.database).exists()


def test_a_client_that_writes_is_told(built: Project) -> None:
    program = "connection.execute('create table main.mine as select 1 as a')"
    with (
        client(built.database, program, read_only=False),
        pytest.raises(Exception, match="has changes of another program beside it"),
    ):
        built.build_tables(*SOME_MARTS)


def test_changes_that_came_during_the_build_do_not_spoil_it(built: Project) -> None:
    build = BuildFile(built.database)
    build.begin()
    with client(built.database, "connection.execute('create table main.mine as select 1 as a')", read_only=False):
        build.publish()
    assert incidents(built) == ["P1"]


@pytest.mark.parametrize("name", ["main.duckdb", "a [b]'c\"*;--{d}.x.duckdb"])
def test_the_file_may_have_any_name(project: Project, name: str) -> None:
    project = Project(project.folder, project.manifest, name)
    for number in (1, 2):
        project.land([incident(f"P{number}")])
        project.build_tables(*SOME_MARTS)
    with duckdb.connect() as connection:
        quoted = str(project.database).replace("'", "''")
        connection.execute(f"attach '{quoted}' as read_here (read_only)")
        assert connection.execute("select count(*) from read_here.marts.incidents").fetchall() == [(2,)]


@pytest.mark.parametrize("name", ["marts.duckdb", "Staging.x.duckdb", "a?b.duckdb", "a\\b.duckdb"])
def test_a_name_that_duckdb_or_its_readers_misread_is_refused(project: Project, name: str) -> None:
    with pytest.raises(Exception, match=r"Give the file another name\.|Choose another path\."):
        Project(project.folder, project.manifest, name).build_tables(*SOME_MARTS)


@pytest.mark.parametrize("name", [".", "notes.md", "notes.md/d.duckdb"])
def test_what_is_no_database_is_refused_and_nothing_is_left(project: Project, name: str) -> None:
    notes = project.folder / "notes.md"
    notes.write_text("# Some notes\n")
    before = set(project.folder.parent.iterdir())
    for command in (("seed",), ("show", "--inline", "select 1 as one")):
        with pytest.raises(DbtRuntimeError, match=r"DISPATCH_DUCKDB is .+\. Name a database of DuckDB"):
            Project(project.folder, project.manifest, name).dbt(*command)
    assert set(project.folder.parent.iterdir()) == before
    assert not list(project.folder.glob("*build*"))


def test_a_damaged_database_is_told_and_leaves_no_copy(project: Project) -> None:
    project.database.write_bytes(b"checksumDUCK" + b"damaged." * 2_000)
    with pytest.raises(DbtRuntimeError, match=rf"DuckDB cannot open {project.database} \(.+\): close"):
        project.dbt("seed")
    assert not project.unpublished.exists()


@pytest.mark.parametrize("path", ["  ", "~/d.duckdb", "s3://bucket/d.duckdb", "md:dispatch"])
def test_a_path_that_is_no_files_is_refused(path: str) -> None:
    assert no_database(path)


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_built(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.unpublished.touch()
    # Root may write into any folder.
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **how: path != built.folder and access(path, mode, **how))
    with pytest.raises(DbtRuntimeError, match=r"\.build\.duckdb cannot be written: Permission denied"):
        built.build_tables(*SOME_MARTS)


def test_the_macro_and_the_plugin_know_the_same_commands() -> None:
    """Else models are read from one file, and written to the other."""
    macro = (ROOT / "macros" / "publish.sql").read_text()
    [commands] = re.findall(r"flags\.WHICH in \[(.+?)\]", macro)
    assert set(re.findall(r"'(\w+)'", commands)) == BUILDING_COMMANDS


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Where builds run that are killed: forked by a process that has imported all and has no threads.

    A fork of this one would hold whatever its threads (DuckDB's among them) had locked, and could wait for ever.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def build_in_a_child(project: Project, dies_before: str | None = None) -> None:
    """Builds the incidents, and kills itself in place of a function, which is named by module, class and name."""
    if dies_before:
        pytest.MonkeyPatch().setattr(dies_before, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    project.build_tables(*UP_TO_INCIDENTS)


def test_killed_builds_change_nothing_and_the_next_one_equals_a_clean_one(
    project: Project, processes: ForkServerContext
) -> None:
    def start(dies_before: str | None = None) -> ForkServerProcess:
        child = processes.Process(target=build_in_a_child, args=(project, dies_before))
        child.start()
        return child

    project.land([incident("P1")])
    project.build_tables(*UP_TO_INCIDENTS)
    build = BuildFile(project.database)
    # How long a build takes from the moment when it has its file.
    child = start()
    wait_for(build.path.exists)
    begun = time.monotonic()
    child.join()
    seconds = time.monotonic() - begun

    moments = random.Random(2024)
    broken_off = 0
    for number in range(KILLS):
        project.land([incident(f"Q{number:02d}", address=f"{number} BLK B ST")])
        before = marts(project)
        step = STEPS_OF_THE_SWITCH[number] if number < len(STEPS_OF_THE_SWITCH) else None
        child = start(step)
        if not step:
            wait_for(lambda: build.last_build() is not LastBuild.PUBLISHED)
            moment = moments.uniform(0, seconds)
            time.sleep(moment)
            child.kill()
        child.join()
        if step:
            assert child.exitcode == -signal.SIGKILL, f"{step} was never reached"
        if build.last_build() is LastBuild.NOT_PUBLISHED:
            broken_off += 1
            assert marts(project) == before
        else:
            assert f"Q{number:02d}" in incidents(project)
            if not step:
                seconds = moment  # This one was too late, so builds are faster now than the first one was.
        if number % 4 == 3:
            project.build_tables(*UP_TO_INCIDENTS)
    assert broken_off > KILLS // 2

    project.build_tables(*UP_TO_INCIDENTS)
    after_kills = project.tables("staging", "marts")
    clean = Project(project.folder / "clean", project.manifest)
    clean.folder.mkdir()
    clean.landing.symlink_to(project.landing)
    clean.build_tables(*UP_TO_INCIDENTS)
    assert clean.tables("staging", "marts") == after_kills
    assert len(after_kills["marts.incidents"]) == 1 + KILLS


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not condition():
        assert time.monotonic() < end, "the build did not begin"
        time.sleep(0.002)
