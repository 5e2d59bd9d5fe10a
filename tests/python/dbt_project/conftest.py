"""Projects for the tests: each has a landing folder and a database of its own; all share one parse."""

from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.python.dbt_project.feeds import land_county_feed, land_tight_feed
from tests.python.dbt_project.project import Project, parse


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return parse(tmp_path_factory.mktemp("parse"))


@pytest.fixture
def project(manifest: Manifest, tmp_path: Path) -> Project:
    """A project with nothing landed, for this test alone."""
    return Project(tmp_path, manifest)


@pytest.fixture(scope="session")
def county_project(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The county's feed, built; shared, so to be read only."""
    project = Project(tmp_path_factory.mktemp("county"), manifest)
    land_county_feed(project)
    project.build_tables()
    return project


@pytest.fixture(scope="session")
def tight_project(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tight feed, built; shared, so to be read only."""
    project = Project(tmp_path_factory.mktemp("tight"), manifest)
    land_tight_feed(project)
    project.build_tables()
    return project
