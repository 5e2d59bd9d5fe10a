"""`dbt build` as a user types it: on the bundled sample, with every test that there is, and on rows of the county."""

from pathlib import Path

import pytest

from ingest.cli import main as ingest
from tests.python.dbt_project.project import ROOT, Project, Result, environment, parse
from tests.python.docs.documents import commands

REAL_ROWS = ROOT / "tests" / "python" / "ingest" / "data" / "portal_export.csv"


def load(project: Project, file: Path) -> None:
    """Lands a file as `python -m ingest load` does."""
    with environment(project.folder):
        assert ingest(["load", str(file)]) == 0


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Result]:
    """The bundled sample, and what came of its build."""
    folder = tmp_path_factory.mktemp("sample")
    project = Project(folder, parse(folder / "parse", "--vars", "sample_is_loaded: true"))
    load(project, ROOT / "sample" / "incidents_2024-06.ndjson.gz")
    return project, project.build()


def test_sample_passes_every_test(sample: tuple[Project, Result]) -> None:
    project, result = sample
    assert result.named("error", "fail", "warn", "skipped") == set()
    assert result.success
    # Ephemeral models, sources and analyses have no status of their own.
    manifest = project.manifest
    nodes = [node.name for node in manifest.nodes.values() if node.resource_type in ("model", "test", "seed")]
    unit_tests = [test.name for test in manifest.unit_tests.values()]
    ephemeral = {node.name for node in manifest.nodes.values() if node.config.materialized == "ephemeral"}
    assert {*nodes, *unit_tests} - ephemeral <= result.statuses.keys()
    assert {status for name, status in result.statuses.items() if name in unit_tests} == {"pass"}
    assert any(name.startswith("q12") for name in unit_tests)


def test_the_documents_queries_run(sample: tuple[Project, Result]) -> None:
    project, _ = sample
    queries = sorted(
        {command for _, command in commands() if command[:2] == ("dbt", "show") and "--target" not in command}
    )
    assert queries
    failed = [query for query in queries if not project.dbt(*query[1:]).success]
    assert failed == []


def test_rows_of_the_county_become_incidents(project: Project) -> None:
    load(project, REAL_ROWS)

    result = project.build("--select", "+incidents", "--exclude-resource-type", "unit_test")

    assert result.success
    assert result.named("warn") == set()
    incidents = {row["incident_id"]: row for row in project.query("select * from marts.incidents")}
    assert len(incidents) == 10
    # The first row of the export: 12/06/2018 03:40:42 PM, an intersection, zip 20903.0, PRA 138.0, 261.0 s to arrive.
    first = incidents["P1800421363"]
    expected = {
        "city": "SILVER SPRING", "zip": "20903", "pra": "138", "sector": "H2", "police_district": "3D", "priority": 0,
        "location_kind": "intersection", "street": "MT PISGAH LN", "cross_street": "MT PISGAH RD", "start_hour": 15,
        "longitude": -76.9768852, "latitude": 39.01519468, "dispatch_arrive_seconds": 261, "missing_reason": None,
    }  # fmt: skip
    assert {column: first[column] for column in expected} == expected
    assert str(first["start_time"]) == "2018-12-06 15:40:42"
    # One that was never dispatched, and one that was and never arrived, on a block.
    assert incidents["P1900328286"]["missing_reason"] == "never dispatched"
    assert incidents["P2400314694"]["missing_reason"] == "cleared before arrival"
    assert incidents["P2400314694"]["block_number"] == 15900


@pytest.mark.parametrize("file", ["packages.yml", "dependencies.yml"])
def test_project_needs_no_packages(file: str) -> None:
    assert not (ROOT / file).exists()
