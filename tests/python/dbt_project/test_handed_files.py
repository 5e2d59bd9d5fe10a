"""Files that people have, through `load` and a build: what landed is typed, and what was refused changed nothing."""

import datetime as dt
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from tests.python.dbt_project.handed_files import PREFIX, incidents, load, load_one_by_one
from tests.python.dbt_project.project import ROOT, Project
from tests.python.ingest.files import FILES
from tests.python.ingest.test_load_cases import AS_THEY_ARE, READ, REFUSED

SOME_MARTS = ("--select", "+q01_incidents_by_city", "+data_health")
STAGING = ("--select", "+stg_incidents", "stg_incidents_rejected")
FIRST = {
    "number": "001",
    "cr_number": None,
    "crash_reports": None,
    "start_time": dt.datetime(2026, 11, 2, 13, 40, 42),
    "end_time": dt.datetime(2026, 11, 2, 13, 56, 34),
    "priority": 1,
    "initial_type": "CHECK WELFARE",
    "close_type": "CHECK WELFARE",
    "address": "100 BLK EXAMPLE RD",
    "city": "SILVER SPRING",
    "state": "MD",
    "zip": "20903",
    "longitude": -77.0134,
    "latitude": 39.0345,
    "police_district": "3D",
    "sector": "H2",
    "pra": "033",
    "calltime_callroute_seconds": 155,
    "calltime_dispatch_seconds": 175,
    "calltime_arrive_seconds": 437,
    "calltime_cleared_seconds": 1252,
    "callroute_dispatch_seconds": 19,
    "dispatch_arrive_seconds": 261,
    "arrive_cleared_seconds": 814,
    "disposition": "OTHERMISCELLANEOUS",
}


def test_one_by_one(project: Project, tmp_path: Path) -> None:
    landed = load_one_by_one(project, tmp_path / "files")

    result = project.build(*STAGING, "--exclude-resource-type", "unit_test")

    assert result.success
    assert set(landed.values()) == {"00_good.csv", *READ, *AS_THEY_ARE}
    good = incidents(project, next(prefix for prefix, name in landed.items() if name == "00_good.csv"))
    assert (len(good), good[0]) == (6, FIRST)
    assert (good[3]["cr_number"], good[2]["arrive_cleared_seconds"]) == ("260012004", None)
    for prefix, name in landed.items():
        expected = good
        if name.startswith("03"):
            expected = good[:1]
        if name.startswith("21"):
            expected = [row | {"longitude": None, "latitude": None, "cr_number": None} for row in good]
        assert incidents(project, prefix) == expected, name
    assert project.query("select * from staging.stg_incidents_rejected") == []


def test_together(project: Project) -> None:
    """The newest of an incident's versions wins: that of the last file that landed."""
    assert load(project, FILES) == 2

    project.build_tables(*STAGING)

    together = incidents(project, PREFIX)
    assert (len(together), together[0]) == (6, FIRST)
    assert project.query("select * from staging.stg_incidents_rejected") == []


def test_refused_files_change_no_mart(manifest: Manifest, tmp_path: Path) -> None:
    project = Project(tmp_path / "sample", manifest)
    assert load(project, [ROOT / "sample" / "incidents_2024-06.ndjson.gz"]) == 0
    project.build_tables(*SOME_MARTS)
    marts, landed = project.tables("marts"), sorted(project.landing.glob("incidents/**/*"))
    assert len(marts["marts.incidents"]) > 1_000

    for file in FILES:
        if file.name in REFUSED:
            assert load(project, [file]) == 2, file.name
            assert sorted(project.landing.glob("incidents/**/*")) == landed, file.name

    project.build_tables(*SOME_MARTS)
    assert project.tables("marts") == marts
