"""Rows that must not reach a dashboard stop the build, and the marts go on to hold the last good answers."""

from datetime import datetime, timedelta

import pytest

from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project, Row

WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
SOME_MARTS = ("--select", "+q01_incidents_by_city", "+data_health")
UP_TO_INCIDENTS = ("--select", "+incidents", "+data_health", *WITHOUT_UNIT_TESTS)


def marts(project: Project) -> dict[str, list[Row]]:
    return project.tables("marts")


@pytest.mark.parametrize("start_time", [None, "06/12/2024 01:00 PM"])
def test_incident_without_a_start_stops_the_marts(project: Project, start_time: str | None) -> None:
    project.land([incident("P1"), incident("P2")])
    project.build_tables(*SOME_MARTS)
    good = marts(project)
    assert [row["incident_id"] for row in good["marts.incidents"]] == ["P1", "P2"]

    project.land([incident("P3"), incident("P4", start_time=start_time)])
    result = project.build(*SOME_MARTS, *WITHOUT_UNIT_TESTS, "--indirect-selection", "buildable")

    assert not result.success
    assert "rules_of_stg_incidents" in result.named("fail")
    assert result.statuses["incidents"] == result.statuses["q01_incidents_by_city"] == "skipped"
    assert marts(project) == good


def test_corrected_incident_lets_the_marts_go_on(project: Project) -> None:
    project.land([incident("P1"), incident("P2", start_time=None)])
    assert not project.build(*UP_TO_INCIDENTS).success

    project.land([incident("P2", updated_at="2024-06-14T09:00:00.000Z")])

    assert project.build(*UP_TO_INCIDENTS).success
    assert [row["incident_id"] for row in marts(project)["marts.incidents"]] == ["P1", "P2"]


def test_few_rejected_rows_warn_and_many_stop_the_marts(project: Project) -> None:
    # Nine lines are too few to stop anything, although they are nine in ten, and two of them have two faults.
    faulty = [incident(f"P{number}", priority="7") for number in range(7)]
    project.land([incident("P9"), *faulty, *[incident("P8", priority="7", dispatch_arrive="soon")] * 2])

    result = project.build(*UP_TO_INCIDENTS)

    assert result.success
    assert result.named("warn") == {"rejected_rows_are_few"}
    (told,) = [message for message in result.messages if message.startswith("rejected_rows_are_few: ")]
    assert "P0, landed on 2024-06-14: priority not 0-4." in told
    assert told.endswith("And 6 more.")
    accepted = marts(project)
    assert len(accepted["marts.incidents"]) == 9

    project.land(["not a row"])
    result = project.build(*UP_TO_INCIDENTS)

    assert not result.success
    assert "rejected_rows_are_below_the_limit" in result.named("fail")
    assert [message for message in result.messages if "below_the_limit: " in message] == [
        "rejected_rows_are_below_the_limit: Of the 11 lines that landed on 2024-06-14, 10 were rejected: 9 priority "
        "not 0-4, 2 unreadable seconds, 1 not a JSON object. The lines are in staging.stg_incidents_rejected. If they "
        "may be missing, raise var rejected_error_pct (0.1 %) or rejected_error_rows (10 rows)."
    ]
    assert result.statuses["incidents"] == "skipped"
    assert result.statuses["data_health"] == "success"
    assert marts(project) == accepted
    # What was not published tells of the failing feed.
    assert project.query("select rejected_rows, landed_rows from marts.data_health", project.unpublished) == [
        {"rejected_rows": 10, "landed_rows": 11}
    ]


def test_many_rejected_rows_that_are_a_small_share_stop_nothing(project: Project) -> None:
    # Ten lines of 10,000 are the limit of 0.1 %.
    project.land([*(incident(f"P{number:05d}") for number in range(9_990)), *["not a row"] * 10])
    assert project.build(*UP_TO_INCIDENTS).success

    project.land(["not a row"])
    assert not project.build(*UP_TO_INCIDENTS).success


def test_column_that_vanishes_stops_the_marts(project: Project) -> None:
    rows = [incident(f"P{number:03d}") for number in range(60)]
    project.land(rows, hour=3)
    assert project.build(*UP_TO_INCIDENTS).success
    good = marts(project)

    def without_city(number: int) -> Row:
        stamps = {"updated_at": "2024-06-13T12:00:00.000Z", "row_ts": "2024-06-13T13:00:00.000Z"}
        return incident(f"P{number:03d}", **stamps, city=None)

    project.land(map(without_city, range(49)), hour=6)
    assert project.build(*UP_TO_INCIDENTS).success, "49 rows are too few to tell"

    project.land([without_city(49)], hour=6)
    result = project.build(*UP_TO_INCIDENTS)

    assert result.named("fail") == {"columns_are_filled"}
    assert [message for message in result.messages if message.startswith("columns_are_filled: ")] == [
        "columns_are_filled: 0.0 % of the newest 50 rows have a value in city, which 100.0 % of the earlier rows have. "
        "Has the portal dropped or renamed it? To build all the same, raise var filled_now_rows above that number of "
        "rows."
    ]
    assert result.statuses["incidents"] == "skipped"
    assert len(good["marts.incidents"]) == len(marts(project)["marts.incidents"]) == 60


@pytest.mark.parametrize(("date", "minutes"), [("2024-06-14", 20), ("2024-06-01", 60), ("2030-01-01", 60)])
def test_column_that_vanishes_is_missed_wherever_it_landed(project: Project, date: str, minutes: int) -> None:
    """In the hour of the good rows, late for an earlier date, or with a date of the future."""
    read_at = datetime(2024, 6, 14, 10)
    later = f"{read_at + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.000Z"
    rows = [incident(f"P{number:03d}", row_ts=f"{read_at:%Y-%m-%dT%H:%M:%S}.000Z") for number in range(60)]
    project.land(rows, "2024-06-14")
    project.land([{**row, "city": None, "row_ts": later} for row in rows], date)

    assert project.build(*UP_TO_INCIDENTS).named("fail") == {"columns_are_filled"}


def test_column_that_becomes_rare_warns(project: Project) -> None:
    project.land([incident(f"P{number:03d}") for number in range(60)], "2024-06-13")
    rare = [incident(f"Q{number:03d}", priority="1" if number < 5 else None) for number in range(60)]
    project.land(rare, "2024-06-14")

    result = project.build(*UP_TO_INCIDENTS)

    assert result.success
    assert result.named("warn") == {"columns_are_filled"}
    assert any(
        message.endswith(
            "8.3 % of the newest 60 rows have a value in priority, which 100.0 % of the earlier rows have."
        )
        for message in result.messages
    )


def test_withdrawals_empty_no_column(project: Project) -> None:
    project.land([incident(f"P{number:03d}") for number in range(60)], "2024-06-13")
    stamp = "2024-06-14T10:00:00.000Z"
    project.land(
        [{"incident_id": f"P{n:03d}", "deleted": True, ":updated_at": stamp, "row_ts": stamp} for n in range(55)],
        "2024-06-14",
    )
    assert project.build(*UP_TO_INCIDENTS).named("fail", "warn") == set()


def test_rejected_rows_of_an_earlier_date_stop_nothing(project: Project) -> None:
    project.land(["not a row"], "2024-06-13")
    project.land([incident("P1")], "2024-06-14")

    result = project.build(*UP_TO_INCIDENTS)

    assert result.success
    assert result.named("warn") == set()


@pytest.mark.parametrize("date", ["2024-06-13", "2030-01-01"])
def test_rejected_rows_that_land_late_or_in_the_future_stop_the_marts(project: Project, date: str) -> None:
    project.land([incident("P1")], "2024-06-13")
    project.land([incident("P2")], "2024-06-14")
    assert project.build(*UP_TO_INCIDENTS).success

    project.land([incident(f"Q{number}", priority="7") for number in range(10)], date)
    result = project.build(*UP_TO_INCIDENTS)

    assert result.named("fail") == {"rejected_rows_are_below_the_limit"}
    assert any(
        f"lines that landed on {date}, 10 were rejected: 10 priority not 0-4" in told for told in result.messages
    )
