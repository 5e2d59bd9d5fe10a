"""Every column of the built tables is described, and no other."""

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode, SeedNode

from tests.python.dbt_project.project import Project


def test_every_column_is_described(manifest: Manifest, county_project: Project) -> None:
    built = {
        (row["table_name"], row["column_name"])
        for row in county_project.query(
            "select table_name, column_name from information_schema.columns where table_schema <> 'information_schema'"
        )
    }
    nodes = [node for node in manifest.nodes.values() if isinstance(node, ModelNode | SeedNode)]
    described = {
        (node.name, column.name)
        for node in [*nodes, *manifest.sources.values()]
        for column in node.columns.values()
        if column.description.strip()
    }
    ephemeral = {node.name for node in nodes if node.config.materialized == "ephemeral"}
    assert built - described == set(), "add these columns to the yml of their tables, with a description"
    assert {(table, column) for table, column in described - built if table not in ephemeral} == set(), (
        "take these off the yml: there is no such column"
    )
