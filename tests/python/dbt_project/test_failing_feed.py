"""Rows that must not reach a dashboard stop the marts, which go on to hold the last good answers."""

import pytest

from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project, Row

WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
UP_TO_INCIDENTS = ("--select", "+incidents", "+data_health", *WITHOUT_UNIT_TESTS)


def marts(project: Project) -> dict[str, list[Row]]:
    """All marts but `data_health`, which tells of the failing feed instead of hiding it."""
    return {name: rows for name, rows in project.tables("marts").items() if name != "marts.data_health"}


@pytest.mark.parametrize("start_time", [None, "06/12/2024 01:00 PM"])
def test_incident_without_a_start_stops_the_marts(project: Project, start_time: str | None) -> None:
    project.land([incident("P1"), incident("P2")])
    project.build_tables()
    good = marts(project)
    assert [row["incident_id"] for row in good["marts.incidents"]] == ["P1", "P2"]

    project.land([incident("P3"), incident("P4", start_time=start_time)])
    result = project.build(*WITHOUT_UNIT_TESTS)

    assert not result.success
    assert "not_null_stg_incidents_start_time" in result.named("fail")
    assert result.statuses["incidents"] == result.statuses["q01_incidents_by_city"] == "skipped"
    assert marts(project) == good


def test_corrected_incident_lets_the_marts_go_on(project: Project) -> None:
    project.land([incident("P1"), incident("P2", start_time=None)])
    assert not project.build(*UP_TO_INCIDENTS).success

    project.land([incident("P2", updated_at="2024-06-14T09:00:00.000Z")])

    assert project.build(*UP_TO_INCIDENTS).success
    assert [row["incident_id"] for row in marts(project)["marts.incidents"]] == ["P1", "P2"]


def test_few_rejected_rows_warn_and_many_stop_the_marts(project: Project) -> None:
    # One line of 1,000 is the limit of 0.1 %, although this one has two faults and so two rows among the rejected.
    good = [incident(f"P{number:04d}") for number in range(999)]
    project.land([*good, incident("P0999", priority="7", dispatch_arrive="soon")])

    result = project.build(*UP_TO_INCIDENTS)

    assert result.success
    assert result.named("warn") == {"rejected_rows_are_few"}
    accepted = marts(project)
    assert len(accepted["marts.incidents"]) == 1000

    project.land(["not a row"])
    result = project.build(*UP_TO_INCIDENTS)

    assert not result.success
    assert "rejected_rows_are_below_the_limit" in result.named("fail")
    assert result.statuses["incidents"] == "skipped"
    assert result.statuses["data_health"] == "success"
    assert marts(project) == accepted
    assert project.query("select rejected_rows, landed_rows from marts.data_health") == [
        {"rejected_rows": 2, "landed_rows": 1001}
    ]


def test_rejected_rows_of_an_earlier_date_stop_nothing(project: Project) -> None:
    project.land(["not a row"], "2024-06-13")
    project.land([incident("P1")], "2024-06-14")

    result = project.build(*UP_TO_INCIDENTS)

    assert result.success
    assert result.named("warn") == set()
