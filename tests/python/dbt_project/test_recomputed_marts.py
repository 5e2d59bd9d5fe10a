"""Every cell of every mart is what plain Python makes of the incidents, and those what it makes of the landed lines."""

from dataclasses import dataclass

import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from tests.python.dbt_project.expected_incidents import expected_data_health, expected_incidents, read_lines
from tests.python.dbt_project.expected_marts import QUESTIONS, Mart, differences, expected_marts
from tests.python.dbt_project.project import Project

WITHOUT_PERIODS = ["incident_list", "q20_trend", "q23_change", "q24_streets_by_month"]
MARTS = ["incidents", "data_health", "reporting_periods", "top_cities", *WITHOUT_PERIODS, *QUESTIONS]
# A sentence each (test_answers.py), the last landing (its unit test), and a seed.
NOT_RECOMPUTED = {"answers", "data_status", "disposition_glossary"}


@dataclass(frozen=True)
class Recomputed:
    """A project whose tables are built, and the marts that it should hold."""

    project: Project
    expected: dict[str, Mart]


@pytest.fixture(scope="module", params=["county_project", "tight_project"])
def recomputed(request: pytest.FixtureRequest) -> Recomputed:
    project: Project = request.getfixturevalue(request.param)
    versions = read_lines(project.landed_lines())
    expected = {
        "incidents": expected_incidents(versions),
        "data_health": expected_data_health(versions),
        **expected_marts(project.query("select * from marts.incidents")),
    }
    return Recomputed(project, expected)


@pytest.mark.parametrize("mart", MARTS)
def test_every_cell_is_what_the_definition_says(recomputed: Recomputed, mart: str) -> None:
    assert differences(recomputed.expected[mart], recomputed.project.query(f"select * from marts.{mart}")) == []


def test_every_mart_is_recomputed(manifest: Manifest) -> None:
    marts = {node.name for node in manifest.nodes.values() if isinstance(node, ModelNode) and node.contract.enforced}
    missing = marts - {*MARTS, *NOT_RECOMPUTED}
    assert missing == set(), "add each to expected_marts.py, or to NOT_RECOMPUTED with what tests it instead"
