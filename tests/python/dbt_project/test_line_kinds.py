"""Whatever lands, each line is read, repaired by a rule of the contract, or counted once for each reason against it."""

from collections import Counter

from tests.python.dbt_project.line_kinds import KINDS, LINES_OF_A_KIND, Case, cases
from tests.python.dbt_project.project import Project


def test_each_line_is_read_or_counted(project: Project) -> None:
    drawn = cases()
    assert len(drawn) == len(KINDS) == 38, "docs/trust.md and docs/decisions.md say how many"
    # A kind with few values, such as the cut lines, may have fewer lines; none has none.
    assert sum(map(len, drawn.values())) > 0.9 * LINES_OF_A_KIND * len(KINDS)
    everything = [case for of_kind in drawn.values() for case in of_kind]
    project.land([case.line for case in everything], "2024-06-13")

    project.build_tables("--select", "+stg_incidents", "stg_incidents_rejected")

    assert project.query("select count(*) as lines from staging.stg_landed_lines") == [{"lines": len(everything)}]
    expected = Counter((case.line, reason) for case in everything for reason in case.reasons)
    counted = Counter(
        (row["line"], row["reason"]) for row in project.query("select line, reason from staging.stg_incidents_rejected")
    )
    assert counted == expected
    incidents = {row["incident_id"]: row for row in project.query("select * from staging.stg_incidents")}
    for number, (name, of_kind) in enumerate(drawn.items()):
        for place, case in enumerate(of_kind):
            assert_fields(incidents.pop(f"P{number:02}{place:06}", None), case, name)
    assert incidents == {}


def assert_fields(incident: dict[str, object] | None, case: Case, name: str) -> None:
    if case.fields is None:
        assert incident is None, f"{name}: {case.line}"
        return
    assert incident is not None, f"{name}: {case.line}"
    found = {column: incident[column] for column in case.fields}
    assert found == case.fields, f"{name}: {case.line}"
