"""The other commands of dbt that a user types, on Athena."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dbt.artifacts.resources.types import NodeType

from tests.python.athena.athena_project import AthenaProject, Run, failures
from tests.python.athena.county import County
from tests.python.dbt_project.feeds import incident


def test_source_freshness_tells_a_stale_feed_from_a_fresh_one(town: AthenaProject) -> None:
    now = datetime.now(UTC)

    def land(hours_ago: int) -> None:
        row_ts = f"{now - timedelta(hours=hours_ago):%Y-%m-%dT%H:%M:%S.000Z}"
        town.land_lines([incident("P1", row_ts=row_ts)], days_ago=hours_ago // 24)

    land(hours_ago=96)
    town.build_tables("--select", "+stg_landed_lines")
    run = town.dbt("source", "freshness")
    assert run.result.statuses["incidents"] == "error"

    land(hours_ago=30)
    run = town.dbt("source", "freshness")
    assert run.result.statuses["incidents"] == "warn"

    land(hours_ago=0)
    run = town.dbt("source", "freshness")
    assert run.result.success
    assert run.result.statuses["incidents"] == "pass"


def test_docs_know_every_table_and_column(county: County, other_commands: Mapping[str, Run]) -> None:
    assert other_commands["docs generate"].result.success
    catalog = county.athena.artifact("catalog.json")
    assert not catalog["errors"]
    columns = {node["metadata"]["name"]: set(node["columns"]) for node in catalog["nodes"].values()}
    described = {
        node.name: set(node.columns)
        for node in county.athena.manifest.nodes.values()
        if node.resource_type == NodeType.Model and node.config.materialized != "ephemeral"
    }
    assert len(described) > 30
    assert {name: columns.get(name) for name in described} == described
    assert set(catalog["sources"]["source.dispatch.raw.incidents"]["columns"]) == {"line", "dt"}


def test_one_model_is_built_and_tested_alone(other_commands: Mapping[str, Run]) -> None:
    run = other_commands["build --select q01_incidents_by_city"]
    assert run.result.success, failures(run)
    created = [s.sql for s in run.statements if s.route == "create_table_as"]
    assert len(created) == len([sql for sql in created if "q01_incidents_by_city" in sql])
    assert run.result.statuses["q01_incidents_by_city"] == "success"
    assert run.result.named("fail", "error", "skipped") == set()


def test_tests_run_alone(other_commands: Mapping[str, Run]) -> None:
    run = other_commands["test --select stg_incidents,test_type:data"]
    assert run.result.success, failures(run)
    assert len(run.result.named("pass")) >= 3
