"""Feeds that are built once for the tests that read them."""

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.python.dbt_project.feeds import land_county_feed, land_tight_feed
from tests.python.dbt_project.project import Project


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
