"""What staging makes of a line that is not in order: which reasons it tells, and whether the incident is kept."""

from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project

STAGING = ("--select", "+stg_incidents", "stg_incidents_rejected")
FAULTS = {
    "not a row": ["not a JSON object"],
    '{"incident_id":"P1","cr_number":NaN}': ["not a JSON object"],
    '{"incident_id":"P1"}\0': ["not a JSON object"],
    '{"city":"OLNEY"}': ["no incident_id"],
    '{"incident_id":{"id":"P1"}}': ["no incident_id"],
    '{"incident_id":"P02","start_time":"06/10/2024 01:00 PM"}': ["unreadable start_time"],
    '{"incident_id":"P03","start_time":["2024-06-10T00:00:00"]}': ["unreadable start_time"],
    '{"incident_id":"P04","start_time":"1999-12-31T23:59:59"}': ["implausible start_time"],
    '{"incident_id":"P05","end_time":"2023-02-29T12:00:00"}': ["unreadable end_time"],
    '{"incident_id":"P06","end_time":"0000-01-01T00:00:00"}': ["implausible end_time"],
    '{"incident_id":"P07","priority":"7"}': ["priority not 0-4"],
    '{"incident_id":"P08","priority":1.5}': ["priority not 0-4"],
    '{"incident_id":"P09","priority":{}}': ["priority not 0-4"],
    '{"incident_id":"P10","dispatch_arrive":"-1"}': ["negative seconds"],
    '{"incident_id":"P11","arrive_cleared":"1,252"}': ["unreadable seconds"],
    '{"incident_id":"P12","calltime_cleared":[60]}': ["unreadable seconds"],
    '{"incident_id":"P13","longitude":"-77,25"}': ["unreadable coordinates"],
    '{"incident_id":"P14","latitude":null,"longitude":{"x":1}}': ["unreadable coordinates"],
    '{"start_time":"x","end_time":"y","priority":"7","dispatch_arrive":"-1","arrive_cleared":"x","latitude":"y"}': [
        "no incident_id",
        "unreadable start_time",
        "unreadable end_time",
        "priority not 0-4",
        "negative seconds",
        "unreadable seconds",
        "unreadable coordinates",
    ],
}
KEPT = {f"P{number:02d}" for number in (2, 3, *range(5, 15))}


def test_each_fault_is_told_once_by_its_reason(project: Project) -> None:
    project.land([*FAULTS, incident("P99"), "", " \t ", "\u00a0\ufeff"])

    project.build_tables(*STAGING)

    told: dict[str, list[str]] = {}
    for row in project.query("select line, reason from staging.stg_incidents_rejected"):
        told.setdefault(row["line"], []).append(row["reason"])
    assert told == FAULTS
    incidents = project.query("select incident_id from staging.stg_incidents where incident_id <> 'P99'")
    assert {row["incident_id"] for row in incidents} == KEPT
    assert project.query("select count(*) as n from staging.stg_landed_lines") == [{"n": len(FAULTS) + 1}]


def test_plausible_version_stays_when_the_newest_is_implausible(project: Project) -> None:
    project.land([incident("P1", start_time="2024-06-10T08:00:00.000")], "2024-06-13")
    project.build_tables(*STAGING)
    later = "2024-06-14T08:00:00.000Z"
    # 08:00 UTC is 04:00 in the county: until 04:00 of the next day a start is plausible.
    for line in ("2204-06-10T08:00:00.000", "2024-06-15T04:00:01.000"):
        project.land([incident("P1", start_time=line, updated_at=later, row_ts=later)], "2024-06-14")
    project.build_tables(*STAGING)

    starts = project.query("select cast(start_time as varchar) as start_time from staging.stg_incidents")
    assert starts == [{"start_time": "2024-06-10 08:00:00"}]
    reasons = project.query("select reason from staging.stg_incidents_rejected")
    assert [row["reason"] for row in reasons] == ["implausible start_time"] * 2
