"""The sentences of `answers` in small numbers, where grammar and empty questions show."""

from collections.abc import Iterable

from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project, Row

TYPE = "CHECK WELFARE"


def answers(project: Project, rows: Iterable[Row], period: str = "all") -> dict[int, str]:
    project.land(rows)
    project.build_tables("--select", "+answers")
    found = project.query(f"select question, headline from marts.answers where period_id = '{period}'")
    return {row["question"]: row["headline"] for row in found}


def test_one_incident(project: Project) -> None:
    told = answers(project, [incident("P1")])

    assert told[1] == "Rockville has most incidents: 1 of 1 (100.0 %)."
    assert told[2] == (
        f"{TYPE} is the most common type (1 incident, 100.0 % of all); among the top cities it comes first in 1 of 1."
    )
    assert told[3] == told[18] == "Only Rockville has incidents to compare."
    assert told[4] == "VEIRS MILL RD comes first: 1 incident on its blocks and 0 at its intersections, 100.0 % of all."
    # No incident of the feed has a position.
    assert told[5].startswith("No incident has a position; of all, 0.0 % are at intersections, 100.0 % on main roads")
    assert told[6] == (
        f"{TYPE} with OTHERMISCELLANEOUS is most common: 1 incident in the top cities, first in 1 city. "
        "1 combination occurs in every top city."
    )
    assert told[7] == f"In Rockville 1 of 1 {TYPE} ended as OTHERMISCELLANEOUS (100.0 %), its only disposition."
    assert told[8] == "No incident lacks both times."
    assert told[9] == f"A unit arrives within 10 minutes: 100.0 % of {TYPE} (timed incidents of the top cities)."
    assert told[10] == f"Cleared within 30 minutes: 100.0 % of {TYPE} (timed incidents of the top cities)."
    assert told[11] == told[13] == "No pair has timed incidents in two top cities."
    assert told[14] == told[15] == "No pair has timed incidents on two key streets."
    assert told[12] == "Silver Spring has no timed SEXUAL ASSAULT - OCCURRED EARLIER:3 in this period."
    assert told[16] == "No: no top city is both busier and slower with a pair in this period."
    assert told[17] == "No: no top city is busier and yet quicker with a pair in this period."


def test_incident_that_nothing_is_known_of(project: Project) -> None:
    bare = incident("P1", city=None, address=None, dispatch_arrive=None, arrive_cleared=None)
    told = answers(project, [bare])

    assert told[1] == "No incident of this period has a city."
    assert told[4] == "No incident of this period is on a street."
    assert told[8] == "Yes: 1 of 1 incident (100.0 %) has neither time."
    assert told[2] == told[3] == told[6] == told[7] == told[18] == "No top city has an incident in this period."
    assert told[9] == told[10] == "No top city has a timed incident of the focus types in this period."


def test_equal_cities(project: Project) -> None:
    told = answers(project, [incident("P1"), incident("P2", city="BETHESDA")])

    assert told[1] == "Bethesda and others have most incidents: 1 of 2 (50.0 %), then Rockville (1)."
    assert told[3] == "No share of a type differs between the top cities."
    assert told[18] == "No: the shares are equal in all top cities."
    assert told[11] == told[13] == "No pair differs in two top cities."


def test_question_12_by_its_driver(project: Project) -> None:
    pair = {"initial_type": "SEXUAL ASSAULT - OCCURRED EARLIER", "priority": "3"}
    here, elsewhere = {**pair, "city": "SILVER SPRING"}, {**pair, "city": "OLNEY"}
    rows = [
        incident("P1", **here, start_time="2024-04-01T08:00:00.000", dispatch_arrive="600"),
        incident("P2", **elsewhere, start_time="2024-05-01T08:00:00.000", dispatch_arrive="600"),
        incident("P3", **here, start_time="2024-05-02T08:00:00.000", dispatch_arrive="600"),
        incident("P4", **here, start_time="2024-06-01T08:00:00.000", dispatch_arrive="300"),
        incident("P5", **here, start_time="2024-06-02T08:00:00.000", dispatch_arrive="1500"),
        incident("P6", **elsewhere, start_time="2024-06-03T08:00:00.000", dispatch_arrive="600"),
        incident("P7", **here, start_time="2024-07-01T08:00:00.000", dispatch_arrive="900"),
        incident("P8", **here, start_time="2024-07-02T08:00:00.000", dispatch_arrive="900"),
        incident("P9", **elsewhere, start_time="2024-07-03T08:00:00.000", dispatch_arrive="600"),
    ]
    told = {"2024-04": answers(project, rows, "2024-04")[12]}
    for row in project.query("select period_id, headline from marts.answers where question = 12"):
        told[row["period_id"]] = row["headline"]

    name = "SEXUAL ASSAULT - OCCURRED EARLIER:3"
    assert told["2024-04"] == (
        f"Silver Spring's 10.0 min for {name} (n = 1) has nothing to compare with: no other top city has a timed one."
    )
    assert told["2024-05"] == f"Silver Spring's 10.0 min for {name} (n = 1) is not slower; elsewhere 10.0 min (n = 1)."
    # (300 + 1500) / 2 s are 15 min; without the longer one 5 min remain.
    assert told["2024-06"] == (
        f"Silver Spring's 15.0 min for {name} (n = 2) comes from one incident of 25.0 min, without it 5.0 min; "
        "elsewhere 10.0 min (n = 1)."
    )
    assert (
        told["2024-07"]
        == f"Silver Spring's 15.0 min for {name} (n = 2) is generally slower; elsewhere 10.0 min (n = 1)."
    )


def test_period_of_details_alone_has_no_incidents(project: Project) -> None:
    told = answers(project, [incident("P1", initial_type="DT - DETAIL")])

    assert set(told.values()) == {"No incidents in this period."}
