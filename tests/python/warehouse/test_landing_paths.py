"""A landing zone may lie anywhere, or one sentence says why not; no landed file is passed over without a word."""

import gzip
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from ingest.settings import DEFAULT_LANDING
from ingest.zone.folder import SAMPLE_MARK
from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import ROOT, Project, environment, quiet
from warehouse.reading import DEFAULT_DUCKDB

INCIDENTS = ("--select", "+incidents", "--exclude-resource-type", "test", "unit_test")


def at(project: Project, name: str) -> Project:
    """The project with its landing zone in a folder of this name, and its database beside that folder."""
    return replace(project, folder=project.folder / name, file="../dispatch.duckdb")


def landed(project: Project) -> list[str]:
    return [row["incident_id"] for row in project.query("select incident_id from marts.incidents order by 1")]


def failure(project: Project) -> str:
    """What the hook at the start of a build says when it fails; nothing else runs then."""
    with pytest.raises(Exception, match=r"landed|DISPATCH_LANDING") as error:
        project.build_tables(*INCIDENTS)
    assert not project.database.exists()
    return str(error.value)


@pytest.mark.parametrize("name", ["br[1]", "a'b\"c ? * [!x] {y} $HOME %20 ;--#é"])
def test_any_character_will_do(project: Project, name: str) -> None:
    project = at(project, name)
    project.land([incident("P1")])
    project.build_tables(*INCIDENTS)
    assert landed(project) == ["P1"]


@pytest.mark.parametrize(
    ("mark", "said"), [(".sample", "Reconstructed sample"), ("sample", "The county's own records")]
)
def test_the_sample_is_called_one_in_whatever_way_it_is_built(project: Project, mark: str, said: str) -> None:
    project = at(project, "a'[1]")
    project.land([incident("P1")])
    (project.landing / mark).touch()
    project.build_tables("--select", "+data_status", "--exclude-resource-type", "test", "unit_test")
    (status,) = project.query("select described_as from marts.data_status")
    assert status["described_as"].startswith(said)


def test_the_mark_of_the_sample_has_one_name() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    macros = (ROOT / "macros" / "dialect.sql").read_text(encoding="utf-8")
    assert f"SAMPLE_MARK := $$DISPATCH_LANDING/{SAMPLE_MARK}\n" in makefile
    assert f"landing_glob('{SAMPLE_MARK}')" in macros


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    for file in (ROOT / "profiles.yml.example", *(ROOT / "macros").glob("*.sql")):
        assert not re.findall(r"env_var\('\w+', '[^']+'\)", file.read_text(encoding="utf-8")), file
    shows = '\nshow:\n\t@echo "$$DISPATCH_LANDING $$DISPATCH_DUCKDB"\n'
    (tmp_path / "Makefile").write_text(f"include {ROOT}/Makefile{shows}")
    empty = os.environ | {"DISPATCH_LANDING": "", "DISPATCH_DUCKDB": ""}
    shown = subprocess.check_output(["make", "-s", "show"], cwd=tmp_path, env=empty, text=True)
    assert shown == f"{DEFAULT_LANDING} {DEFAULT_DUCKDB}\n"
    named = ["make", "-s", "show", "DISPATCH_LANDING=", "DISPATCH_DUCKDB="]
    assert subprocess.check_output(named, cwd=tmp_path, text=True) == shown


@pytest.mark.parametrize(
    ("others", "code"), [((), 0), (("dt=2024-06-14/hh=10/2.gz",), 2), (("dt=2024-06-14/._2.gz",), 0)]
)
def test_forget_sample_counts_what_is_somebodys(tmp_path: Path, others: tuple[str, ...], code: int) -> None:
    landing = tmp_path / "incidents" / ".hidden" / "landing"
    for file in (SAMPLE_MARK, "incidents/dt=2024-06-14/hh=10/1.gz", *(f"incidents/{other}" for other in others)):
        write(landing / file)
    places = {"DISPATCH_LANDING": str(landing), "DISPATCH_DUCKDB": str(tmp_path / "d.duckdb")}
    command = ["make", "-s", "forget-sample"]
    made = subprocess.run(command, cwd=ROOT, env=os.environ | places, capture_output=True, text=True)
    assert made.returncode == code, made.stderr
    assert landing.exists() == bool(code)


def test_what_only_builds_cannot_read_stops_nothing_else(project: Project) -> None:
    """docs/on-aws.md lets people export such a landing zone."""
    with environment(project.folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_LANDING", "s3://bucket/prefix")
        outcome = dbtRunner().invoke(["parse", *quiet(project.folder / "parsed")])
    assert outcome.success, outcome.exception


@pytest.mark.parametrize("name", ["a\\b", "dt=2024-01-01"])
def test_what_duckdb_cannot_read_is_refused(project: Project, name: str) -> None:
    project = at(project, name)
    project.land([incident("P1")])
    assert failure(project).count("Choose another path.") == 1


def test_a_home_that_no_shell_has_written_out_is_refused(project: Project) -> None:
    with environment(project.folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_LANDING", "~/landing")
        manifest = project.manifest.deepcopy()  # type: ignore[no-untyped-call]
        outcome = dbtRunner(manifest).invoke(["seed", *quiet(project.folder)])
    assert "DISPATCH_LANDING is ~/landing: that is your home only where a shell" in str(outcome.exception)


@pytest.mark.parametrize(
    "place",
    [
        "P1.gz",
        "dt=2024-06-14/P1.gz",
        "dt=2024-06-14/hh=10/P1.ndjson",
        "2024/06/14/10/P1.gz",
        "dt=/hh=10/P1.gz",
        "dt=2024-6-4/hh=10/P1.gz",
        "dt=2024-02-30/hh=10/P1.gz",
    ],
)
def test_files_that_no_build_reads_are_an_error(project: Project, place: str) -> None:
    write(project.landing / "incidents" / place)
    assert f"1 of the landed files lie where no build reads them, first {project.landing}/incidents/{place}" in failure(
        project
    )


def test_files_that_no_build_reads_are_seen_below_a_hidden_folder(project: Project) -> None:
    project = at(project, "incidents/_old/landing")
    write(project.landing / "incidents" / "P1.gz")
    assert "1 of the landed files lie where no build reads them" in failure(project)


def test_files_of_no_date_stop_no_others(project: Project) -> None:
    project.land([incident("P1")])
    write(project.landing / "incidents" / "dt=2024-13-45" / "hh=10" / "P2.gz")
    result = project.build("--select", "+incidents", "+data_health", "--exclude-resource-type", "unit_test")
    assert result.success
    assert landed(project) == ["P1"]
    assert any("1 of the landed files lie where no build reads them, first " in told for told in result.messages)


def test_files_that_are_no_rows_are_none(project: Project) -> None:
    hour = "dt=2024-06-14/hh=10"
    project.land([incident("P1")])
    (project.landing / "incidents" / hour / "._0000.gz").write_bytes(b"AppleDouble")
    for place in ("_SUCCESS", f".Trashes/{hour}/a.gz", f"{hour}/.a.gz.tmp", f"{hour}/.a.gz", f"{hour}/_a.gz"):
        write(project.landing / "incidents" / place)
    for full_refresh in ((), ("--full-refresh",)):
        result = project.dbt("run", "--select", "+landed_texts", "+stg_incidents", *full_refresh)
        assert result.success
        assert not result.messages
        assert project.query("select count(*) as n from staging.stg_landed_lines") == [{"n": 1}]


def write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"{}\n"))
