"""What dbt compiles for Athena is what Athena's engine runs: no node is only compiled."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from dbt.artifacts.resources.types import NodeType

from tests.python.athena.athena_project import Run, failures
from tests.python.athena.county import County, State


def one_line(sql: str) -> str:
    return " ".join(sql.split())


@pytest.fixture(scope="module")
def succeeded(second: State) -> list[str]:
    """The statements of a whole `dbt build` that Athena's engine ran to a good end."""
    return [one_line(statement.sql) for statement in second.athena_run.statements if statement.state == "SUCCEEDED"]


def test_every_node_ran_and_every_test_passed(county: County, second: State) -> None:
    manifest = county.athena.manifest
    nodes = [
        node.name
        for node in manifest.nodes.values()
        if node.resource_type in (NodeType.Model, NodeType.Seed, NodeType.Test)
        and node.config.materialized != "ephemeral"
    ]
    expected = {*nodes, *(test.name for test in manifest.unit_tests.values())}
    assert len(expected) > 200
    run = second.athena_run
    hooks = {name for name in run.result.statuses if name.startswith("dispatch-on-run-")}
    assert run.result.success, failures(run)
    assert run.result.named("success", "pass") - hooks == expected


def test_compiled_sql_of_every_node_was_run(county: County, second: State, succeeded: list[str]) -> None:
    manifest = county.athena.manifest
    compiled = second.athena_run.compiled
    nodes = [
        node.unique_id for node in manifest.nodes.values() if node.resource_type in (NodeType.Model, NodeType.Test)
    ]
    never_compiled = {*nodes, *manifest.unit_tests} - compiled.keys()
    assert never_compiled == set()
    ephemeral = {
        node.unique_id: f"__dbt__cte__{node.name} as ("
        for node in manifest.nodes.values()
        if node.resource_type == NodeType.Model and node.config.materialized == "ephemeral"
    }
    never_run = [
        unique_id
        for unique_id in (*nodes, *manifest.unit_tests)
        if not any(ephemeral.get(unique_id, one_line(compiled[unique_id])) in statement for statement in succeeded)
    ]
    assert never_run == []


def test_every_seed_was_made_by_a_statement(county: County, succeeded: list[str]) -> None:
    seeds = [node for node in county.athena.manifest.nodes.values() if node.resource_type == NodeType.Seed]
    assert seeds
    never_made = [
        seed.name
        for seed in seeds
        if not any(
            statement.split(" with ")[0].endswith(f'create table "awsdatacatalog"."{seed.schema}"."{seed.name}"')
            for statement in succeeded
        )
    ]
    assert never_made == []


@pytest.mark.usefixtures("rebuilt")
def test_every_analysis_runs(county: County, other_commands: Mapping[str, Run]) -> None:
    compiled = other_commands["compile --select resource_type:analysis"].compiled
    analyses = {name: sql for name, sql in compiled.items() if name.startswith("analysis.")}
    assert len(analyses) >= 18
    empty = {name for name, sql in analyses.items() if not county.athena.client.rows(sql)}
    # No period comes before the sample's.
    assert empty == {"analysis.dispatch.show_q23_change"}
