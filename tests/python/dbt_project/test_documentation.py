"""Every model and column is described, and the conventions of CONTRIBUTING.md hold."""

import re
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode, SeedNode

from tests.python.dbt_project.project import ROOT, Project

DIALECT = ROOT / "macros" / "dialect.sql"
SQL_FOLDERS = ("models", "macros", "tests/dbt", "analyses")
# What these do shows in every build: where rows come from and how tables are written.
MACROS_WITHOUT_A_VALUE = {
    "create_raw_incidents", "replace_dates_strategy", "iceberg_timestamp", "count_files", "compact_table",
}  # fmt: skip
# These have a time axis of their own, or are the periods.
MARTS_WITHOUT_PERIODS = {"incidents", "top_cities", "data_health", "q20_trend"}


def model_nodes(manifest: Manifest) -> list[ModelNode]:
    return [node for node in manifest.nodes.values() if isinstance(node, ModelNode)]


def models(manifest: Manifest) -> dict[str, Path]:
    """Every model's name and the path of its SQL."""
    return {node.name: ROOT / node.original_file_path for node in model_nodes(manifest)}


def marts(manifest: Manifest) -> dict[str, Path]:
    return {name: path for name, path in models(manifest).items() if "marts" in path.parts}


def test_every_model_seed_and_source_is_described(manifest: Manifest) -> None:
    nodes = [node for node in manifest.nodes.values() if isinstance(node, ModelNode | SeedNode)]
    bare = [node.name for node in [*nodes, *manifest.sources.values()] if not node.description.strip()]
    assert bare == []


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
    assert built - described == set(), "columns without a description"
    assert {(table, column) for table, column in described - built if table not in ephemeral} == set(), "no such column"


def test_every_mart_has_an_enforced_contract(manifest: Manifest) -> None:
    enforced = {node.name for node in model_nodes(manifest) if node.contract.enforced}
    assert marts(manifest).keys() - enforced == set()


def test_every_model_begins_with_its_grain(manifest: Manifest) -> None:
    first_lines = {name: path.read_text(encoding="utf-8").partition("\n")[0] for name, path in models(manifest).items()}
    assert [name for name, line in first_lines.items() if not line.startswith("-- One row per ")] == []


def test_every_model_has_its_yml_beside_it(manifest: Manifest) -> None:
    assert [path for path in models(manifest).values() if not path.with_suffix(".yml").exists()] == []


def test_every_mart_by_period_begins_with_it(county_project: Project, manifest: Manifest) -> None:
    first_columns = {
        row["table_name"]: row["column_name"]
        for row in county_project.query(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'marts' and ordinal_position = 1"
        )
    }
    assert first_columns.keys() == marts(manifest).keys()
    others = {name for name, column in first_columns.items() if column != "period_id"}
    assert others == MARTS_WITHOUT_PERIODS


def test_every_mart_has_a_unit_test(manifest: Manifest) -> None:
    tested = {test.model for test in manifest.unit_tests.values()}
    assert marts(manifest).keys() - tested == {"answers"}
    assert [test.name for test in manifest.unit_tests.values() if not test.description] == []


def test_engines_differ_in_one_file() -> None:
    asks_for_the_engine = re.compile(r"target\.(type|name)|adapter\.(type|dispatch)\(")
    askers = {
        path
        for folder in SQL_FOLDERS
        for path in (ROOT / folder).rglob("*.sql")
        if asks_for_the_engine.search(path.read_text(encoding="utf-8"))
    }
    assert askers == {DIALECT}


def test_every_dialect_macro_is_listed_and_tested() -> None:
    sql = DIALECT.read_text(encoding="utf-8")
    macros = set(re.findall(r"adapter\.dispatch\('(\w+)', 'dispatch'\)", sql))
    table = (ROOT / "macros" / "dialect.md").read_text(encoding="utf-8")
    tests = {path.stem.removeprefix("dialect_") for path in (ROOT / "tests" / "dbt" / "dialect").glob("*.sql")}
    assert macros - set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == set()
    assert tests == macros - MACROS_WITHOUT_A_VALUE


def test_generic_tests_are_few_and_explained() -> None:
    folder = ROOT / "tests" / "dbt" / "generic"
    tests = {
        name: parameters.split(", ")[1:]
        for path in folder.glob("*.sql")
        for name, parameters in re.findall(r"{% test (\w+)\((.*?)\)", path.read_text(encoding="utf-8"))
    }
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert 1 <= len(tests) <= 5
    for name, parameters in tests.items():
        named = [name, *(parameter for parameter in parameters if parameter != "column_name")]
        assert [word for word in named if f"`{word}`" not in readme] == []
