"""What lands where and when: each file is read once it is there, whole files alone, and what is gone is gone."""

import datetime as dt
import errno
import gzip
import os
import re
import shutil
from unittest.mock import Mock

import duckdb
import pytest
from dbt_common.exceptions import CompilationError, DbtRuntimeError

from ingest.zone import gzip_text
from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project

UP_TO_INCIDENTS = ("--select", "+incidents", "+data_health")
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
FUTURE = f"{dt.date.today() + dt.timedelta(days=400)}"


def incidents(project: Project) -> dict[str, str]:
    """The disposition of each incident."""
    rows = project.query("select incident_id, disposition from marts.incidents")
    return {row["incident_id"]: row["disposition"] for row in rows}


def build(project: Project) -> None:
    project.build_tables(*UP_TO_INCIDENTS)


def assert_equals_a_build_from_nothing(project: Project) -> None:
    increments = project.tables("staging", "marts")
    project.build_tables(*UP_TO_INCIDENTS, "--full-refresh")
    assert project.tables("staging", "marts") == increments


def test_late_files_of_any_date_are_read(project: Project) -> None:
    project.land([incident("P1")], "2024-01-05")
    project.land([incident("P2")], "2024-06-14")
    build(project)
    project.land(
        [incident("P3"), incident("P2", updated_at="2024-06-14T08:00:00.000Z", disposition_desc="LATE")], "2024-01-05"
    )
    project.land([incident("P4")], "2023-12-31")
    build(project)

    expected = dict.fromkeys(("P1", "P3", "P4"), "OTHERMISCELLANEOUS") | {"P2": "LATE"}
    assert incidents(project) == expected
    assert_equals_a_build_from_nothing(project)


def test_date_in_the_future_is_never_the_newest(project: Project) -> None:
    project.land([incident("FUTURE")], FUTURE)
    build(project)
    good = [incident(f"P{number:02d}") for number in range(20)]
    project.land([*good, *(incident(f"Q{number:02d}", priority="7") for number in range(20))], "2024-06-14")

    result = project.build(*UP_TO_INCIDENTS, *WITHOUT_UNIT_TESTS)

    assert "rejected_rows_are_below_the_limit" in result.named("fail")
    read = project.query("select count(*) as n from staging.stg_landed_lines", project.unpublished)
    assert read == [{"n": 41}]


def test_damaged_file_stops_the_build_with_its_name(project: Project) -> None:
    whole = project.land([incident(f"P{number:03d}") for number in range(200)])
    build(project)
    before = incidents(project)
    damaged = whole.with_name("damaged.gz")
    content = bytearray(whole.read_bytes())
    # One bit of the checksum, which DuckDB does not look at.
    content[-8] ^= 1
    damaged.write_bytes(content)

    other = damaged.with_name("other.gz")
    shutil.copy(damaged, other)

    with pytest.raises(DbtRuntimeError, match=rf"{damaged} is damaged \(CRC check failed .+\), as is 1 more, so"):
        project.build(*UP_TO_INCIDENTS, *WITHOUT_UNIT_TESTS)
    assert incidents(project) == before

    damaged.unlink()
    other.unlink()
    assert project.build(*UP_TO_INCIDENTS, *WITHOUT_UNIT_TESTS).success


def test_files_are_unpacked_once(project: Project) -> None:
    file = project.land([incident("P1")])
    build(project)
    # Another content, the size and the time of before: nothing tells that it was written.
    stat = file.stat()
    file.write_bytes(b"x" * stat.st_size)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert project.dbt("run", "--select", "landed_texts").success

    os.utime(file)
    with pytest.raises(DbtRuntimeError, match=r"is damaged \(Not a gzipped file"):
        project.dbt("run", "--select", "landed_texts")


def test_what_is_gone_from_the_landing_zone_goes_from_staging(project: Project) -> None:
    first = project.land([incident("P1"), incident("P2"), incident("P3")], "2024-06-11")
    newer = incident("P1", updated_at="2024-06-14T08:00:00.000Z", disposition_desc="NEWER")
    withdrawn = incident("P3", updated_at="2024-06-14T08:00:00.000Z") | {"deleted": True}
    project.land([newer, withdrawn, incident("P4")], "2024-06-12")
    project.land([incident("P5")], "2024-06-13")
    blank = project.land([incident("P6")], "2024-06-14")
    build(project)
    assert incidents(project).keys() == {"P1", "P2", "P4", "P5", "P6"}
    assert incidents(project)["P1"] == "NEWER"

    shutil.rmtree(project.landing / "incidents" / "dt=2024-06-12")
    blank.write_bytes(gzip.compress(b"\n"))
    build(project)
    assert incidents(project) == dict.fromkeys(("P1", "P2", "P3", "P5"), "OTHERMISCELLANEOUS")
    assert_equals_a_build_from_nothing(project)

    first.unlink()
    build(project)
    assert incidents(project).keys() == {"P5"}
    assert_equals_a_build_from_nothing(project)


def test_file_of_the_name_of_an_hour_hides_no_other(project: Project) -> None:
    first = project.land([incident("P1")])
    (first.parents[1] / "hh=05").write_bytes(b"")
    build(project)
    project.land([incident("P2")], hour=23)
    build(project)
    assert incidents(project).keys() == {"P1", "P2"}


@pytest.mark.parametrize("left", ["no folder", "no file"])
def test_zone_that_is_gone_at_once_empties_nothing(project: Project, left: str) -> None:
    project.land([incident("P1")])
    build(project)
    shutil.rmtree(project.landing)
    if left == "no file":
        (project.landing / "incidents" / "dt=2024-06-14" / "hh=10").mkdir(parents=True)

    told = f"is {project.landing}, where no file has landed, but {project.database} was built from some"
    for command in ("build", "run", "seed"):
        with pytest.raises(CompilationError, match=re.escape(told)):
            project.dbt(command)
    assert incidents(project).keys() == {"P1"}

    project.build_tables(*UP_TO_INCIDENTS, "--full-refresh")
    build(project)
    assert incidents(project) == {}


@pytest.mark.parametrize("part", ["incidents", "incidents/dt=2024-06-13", "incidents/dt=2024-06-13/hh=10"])
def test_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(
    project: Project, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    project.land([incident("P1")], "2024-06-13")
    project.land([incident("P2")], "2024-06-14")
    build(project)
    forbidden, scandir = project.landing / part, os.scandir

    def refuse(path: str | os.PathLike[str]) -> object:
        # Root may read any folder.
        if path == forbidden:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(
        DbtRuntimeError, match=rf"{forbidden} cannot be read \(Permission denied\), so nothing is built"
    ):
        build(project)
    assert incidents(project).keys() == {"P1", "P2"}


def test_file_that_cannot_be_read_is_not_called_damaged(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    file = project.land([incident("P1")])
    link = file.with_name("link.gz")
    link.symlink_to("nowhere.gz")
    with pytest.raises(DbtRuntimeError, match=rf"{link} cannot be read \(No such file or directory\), so nothing is"):
        build(project)
    link.unlink()

    for number, reason in ((errno.EACCES, "Permission denied"), (errno.EIO, "Input/output error")):
        # Root may read any file.
        refuse = Mock(side_effect=OSError(number, reason, str(file)))
        monkeypatch.setattr(gzip_text, "open", refuse, raising=False)
        with pytest.raises(DbtRuntimeError, match=rf"{file} cannot be read \({reason}\), so nothing is built"):
            build(project)


def test_file_that_is_another_one_is_read_again(project: Project) -> None:
    file = project.land([incident("P1"), incident("P2")], "2024-01-05")
    project.land([incident("P3")], "2024-06-14")
    build(project)
    other = project.folder / "other.gz"
    shutil.move(project.land([incident("P1", disposition_desc="OTHER")], "2024-01-06"), other)
    other.replace(file)
    build(project)

    assert incidents(project) == {"P1": "OTHER", "P3": "OTHERMISCELLANEOUS"}
    assert_equals_a_build_from_nothing(project)


def test_nothing_new_reads_no_line(project: Project) -> None:
    file = project.land([incident("P1")], "2024-06-14")
    build(project)
    # No file that could be read, with the size and the time of before.
    stat = file.stat()
    file.write_bytes(b"x" * stat.st_size)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    build(project)
    assert incidents(project).keys() == {"P1"}


def test_lines_that_staging_lacks_are_told(project: Project) -> None:
    project.land([incident("P1"), incident("P2")], "2024-06-13")
    project.land([incident("P3")], "2024-06-14")
    build(project)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("delete from staging.stg_landed_lines where incident_id = 'P1'")

    # The second build of a day counts the dates that it has read; told to, it counts all.
    assert "raw_equals_staged" in project.build("--select", "+stg_incidents", *WITHOUT_UNIT_TESTS).named("pass")
    result = project.build("--select", "+stg_incidents", *WITHOUT_UNIT_TESTS, "--vars", "compare_all_dates: always")

    assert result.named("fail") == {"raw_equals_staged"}
    told = "raw_equals_staged: Of landed date 2024-06-13 the landing zone has 2 lines and staging 1: "
    assert f"{told}dbt build --full-refresh reads everything anew." in result.messages


def test_nul_in_a_text_is_a_blank(project: Project) -> None:
    project.land(['{"incident_id":"P1","start_time":"2024-06-10T01:00:00","city":"SILVER\\u0000 SPRING"}'])
    build(project)
    assert project.query("select city from marts.incidents") == [{"city": "SILVER SPRING"}]


def test_source_freshness_reads_the_key(project: Project) -> None:
    now = dt.datetime.now(dt.UTC)
    project.land([f'{{"incident_id": "P1", "row_ts" : "{now:%Y-%m-%dT%H:%M:%S.000Z}"}}'], f"{now:%Y-%m-%d}")
    build(project)
    assert project.dbt("source", "freshness").statuses["incidents"] == "pass"
