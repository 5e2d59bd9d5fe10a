"""A build that fails half-way: every mart, PostgreSQL and so the panels hold the build before."""

import json

import pytest

from grafana import publish as publishing
from grafana.publish import PublishError, marts_to_publish, publish
from terminal.progress import Progress
from tests.python.dbt_project.feeds import incident, too_long_for_the_marts
from tests.python.dbt_project.project import Project
from tests.python.grafana.postgres import Server, query


def test_nobody_sees_marts_of_a_build_that_failed(project: Project, postgres_server: Server) -> None:
    project.land([incident("P1"), incident("P2", city="GERMANTOWN")])
    project.build_tables()
    postgres_server.create_database("failed_build")
    owner = postgres_server.url("failed_build")
    reader = postgres_server.url("failed_build", user=publishing.READER)
    publish(project.database, owner, Progress())
    files, tables = project.tables("marts"), rows(reader)

    project.land([incident("P3"), *too_long_for_the_marts()])
    result = project.build("--exclude-resource-type", "test", "unit_test")

    assert result.statuses["q01_incidents_by_city"] == "success"
    assert result.named("error") == {"pair_times"}
    assert result.statuses["q11_adm_by_city"] == "skipped"
    assert project.tables("marts") == files
    with pytest.raises(PublishError, match="failed or was broken off"):
        publish(project.database, owner, Progress())
    assert rows(reader) == tables
    unpublished = project.query("select sum(incidents) as n from marts.q01_incidents_by_city", project.unpublished)
    assert unpublished != project.query("select sum(incidents) as n from marts.q01_incidents_by_city")


def rows(url: str) -> dict[str, list[str]]:
    """What Grafana's role reads of every mart."""
    return {
        mart: sorted(json.dumps(row, default=str) for row in query(url, f"SELECT * FROM {mart}"))
        for mart in marts_to_publish()
    }
