"""Every model is described, and the conventions of CONTRIBUTING.md hold: seen without building anything."""

import re
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode, SeedNode

from tests.python.dbt_project.project import ROOT

DIALECT = ROOT / "macros" / "dialect.sql"
SQL_FOLDERS = ("models", "macros", "tests/dbt", "analyses")
# What these do shows in every build: where rows come from and how tables are written.
MACROS_WITHOUT_A_VALUE = {
    "create_raw_incidents", "replace_dates_strategy", "partitions", "iceberg_timestamp", "count_files", "compact_table",
    "list_landed_files", "remember_landed_files", "landed_dates_to_read", "weighs_all_versions", "delete_dates_to_read",
    "landed_dates_to_compare", "is_first_run_of_the_day", "hold_contract",
    "landed_dates_with_news", "is_marked_as_sample",
}  # fmt: skip
# These name every column of an incident.
LISTS_OF_COLUMNS = {"incidents", "stg_incidents", "stg_landed_lines"}
# These have a time axis of their own, or are the periods.
MARTS_WITHOUT_PERIODS = {
    "incidents", "incident_list", "top_cities", "data_health", "data_status", "disposition_glossary",
    "q20_trend", "q24_streets_by_month",
}  # fmt: skip


def model_nodes(manifest: Manifest) -> list[ModelNode]:
    return [node for node in manifest.nodes.values() if isinstance(node, ModelNode)]


def models(manifest: Manifest) -> dict[str, Path]:
    """Every model's name and the path of its SQL."""
    return {node.name: ROOT / node.original_file_path for node in model_nodes(manifest)}


def marts(manifest: Manifest) -> dict[str, Path]:
    return {name: path for name, path in models(manifest).items() if "marts" in path.parts}


def sentences(manifest: Manifest) -> set[str]:
    """The models of one sentence each, which `answers` describes."""
    return {name for name, path in models(manifest).items() if path.parent.name == "answers"}


def test_every_model_seed_and_source_is_described(manifest: Manifest) -> None:
    nodes = [node for node in manifest.nodes.values() if isinstance(node, ModelNode | SeedNode)]
    bare = {node.name for node in [*nodes, *manifest.sources.values()] if not node.description.strip()}
    assert bare - sentences(manifest) == set(), "add a `description` to the yml beside each"


def test_every_mart_has_an_enforced_contract(manifest: Manifest) -> None:
    enforced = {node.name for node in model_nodes(manifest) if node.contract.enforced}
    assert marts(manifest).keys() - enforced == set(), "dbt_project.yml enforces the contract of models/marts/"


def test_every_model_begins_with_its_grain(manifest: Manifest) -> None:
    first_lines = {name: path.read_text(encoding="utf-8").partition("\n")[0] for name, path in models(manifest).items()}
    bare = [name for name, line in first_lines.items() if not line.startswith("-- One row per ")]
    assert bare == [], "begin the SQL with a comment: -- One row per ..."


def test_no_model_is_long(manifest: Manifest) -> None:
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in models(manifest).items()}
    long = {name for name, count in lines.items() if count > 80}
    assert long <= LISTS_OF_COLUMNS, "split it where a step has a name, into models/intermediate/"


def test_every_model_has_its_yml_beside_it(manifest: Manifest) -> None:
    bare = {name for name, path in models(manifest).items() if not path.with_suffix(".yml").exists()}
    assert bare - sentences(manifest) == set(), "add a yml of the same name beside the SQL"


def test_every_mart_by_period_begins_with_it(manifest: Manifest) -> None:
    """The contract's order of columns is the table's."""
    first_columns = {node.name: next(iter(node.columns)) for node in model_nodes(manifest) if node.contract.enforced}
    others = {name for name, column in first_columns.items() if column != "period_id"}
    told = "make period_id the first column, or add the mart to MARTS_WITHOUT_PERIODS"
    assert others == MARTS_WITHOUT_PERIODS, told


def test_every_mart_has_a_unit_test(manifest: Manifest) -> None:
    tested = {test.model for test in manifest.unit_tests.values()}
    untested = marts(manifest).keys() - tested - {"answers"}
    assert untested == set(), "add `unit_tests:` to the yml of each, with numbers worked out by hand"
    bare = [test.name for test in manifest.unit_tests.values() if not test.description]
    assert bare == [], "write the arithmetic of the unit test into its `description`"


def test_engines_differ_in_one_file() -> None:
    asks_for_the_engine = re.compile(r"target\.(type|name)|adapter\.(type|dispatch)\(")
    askers = {
        path
        for folder in SQL_FOLDERS
        for path in (ROOT / folder).rglob("*.sql")
        if asks_for_the_engine.search(path.read_text(encoding="utf-8"))
    }
    assert askers == {DIALECT}


def test_every_dialect_macro_is_listed_and_tested(manifest: Manifest) -> None:
    table = (ROOT / "macros" / "dialect.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    listed = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", DIALECT.read_text(encoding="utf-8")))
    assert listed == dispatched, "each has a row in macros/dialect.md"
    macros = {
        macro.name.removeprefix("default__")
        for macro in manifest.macros.values()
        if macro.name.startswith("default__") and ROOT / macro.original_file_path == DIALECT
    }
    tests = {path.stem.removeprefix("dialect_") for path in (ROOT / "tests" / "dbt" / "dialect").glob("*.sql")}
    assert tests == macros - MACROS_WITHOUT_A_VALUE, "each needs tests/dbt/dialect/dialect_<macro>.sql"


def test_generic_tests_are_few_and_explained(manifest: Manifest) -> None:
    folder = ROOT / "tests" / "dbt" / "generic"
    tests = {
        macro.name.removeprefix("test_")
        for macro in manifest.macros.values()
        if (ROOT / macro.original_file_path).is_relative_to(folder)
    }
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert 1 <= len(tests) <= 5
    assert {test for test in tests if f"`{test}`" not in readme} == set(), "explain them in tests/dbt/generic/README.md"
