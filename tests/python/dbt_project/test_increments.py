"""What lands later: new versions win, repeated files change nothing, and an incremental run equals a full one."""

import json
import random
import shutil
from collections import defaultdict
from contextlib import suppress
from itertools import pairwise

from tests.python.dbt_project.feeds import incident, land_county_feed, land_tight_feed
from tests.python.dbt_project.project import Project, Row

ABOUT_LINES = {
    "staging.landed_texts", "staging.stg_landed_lines", "staging.stg_incidents_rejected",
    "staging.incidents_by_landed_date", "marts.data_health",
}  # fmt: skip
INCREMENTS = 30
UP_TO_INCIDENTS = ("--select", "+incidents", "+data_health")


def incident_tables(project: Project) -> dict[str, list[Row]]:
    """The tables about incidents; those about landed lines rightly count each line that lands again."""
    return {name: rows for name, rows in project.tables("staging", "marts").items() if name not in ABOUT_LINES}


def incidents(project: Project, columns: str = "incident_id, disposition") -> list[tuple[object, ...]]:
    rows = project.query(f"select {columns} from marts.incidents order by incident_id")
    return [tuple(row.values()) for row in rows]


def test_nothing_landed_builds_empty_tables(project: Project) -> None:
    result = project.build("--exclude-resource-type", "unit_test")

    assert result.success
    tables = project.tables("marts")
    assert [row["period_id"] for row in tables.pop("marts.reporting_periods")] == ["all"]
    assert {row["headline"] for row in tables.pop("marts.answers")} == {"No incidents in this period."}
    assert {name: len(rows) for name, rows in tables.items() if rows} == {}


def test_newest_version_wins_in_whatever_order_it_lands(project: Project) -> None:
    first, second, third = (f"2024-06-1{day}T08:00:00.000Z" for day in (2, 3, 4))
    project.land(
        [
            incident("P1", disposition_desc="SECOND", updated_at=second),
            incident("P2", disposition_desc="FIRST", updated_at=first),
            incident("P3", disposition_desc="NO STAMP", updated_at=None),
            incident("P4", disposition_desc="EARLIER READ", updated_at=second, row_ts=second),
        ],
        "2024-06-13",
    )
    project.build_tables(*UP_TO_INCIDENTS)
    project.land(
        [
            incident("P1", disposition_desc="FIRST", updated_at=first),
            incident("P2", disposition_desc="THIRD", updated_at=third),
            incident("P3", disposition_desc="FIRST", updated_at=first),
            incident("P4", disposition_desc="LATER READ", updated_at=second, row_ts=third),
        ],
        "2024-06-14",
    )
    project.build_tables(*UP_TO_INCIDENTS)

    assert incidents(project) == [("P1", "SECOND"), ("P2", "THIRD"), ("P3", "FIRST"), ("P4", "LATER READ")]


def test_file_that_comes_late_for_the_day_before_is_read(project: Project) -> None:
    project.land([incident("P1")], "2024-06-13")
    project.land([incident("P2")], "2024-06-14")
    project.build_tables(*UP_TO_INCIDENTS)
    project.land([incident("P3")], "2024-06-13", hour=23)
    project.build_tables(*UP_TO_INCIDENTS)

    assert incidents(project, "incident_id") == [("P1",), ("P2",), ("P3",)]


def test_withdrawn_incident_is_taken_out_and_comes_back(project: Project) -> None:
    project.land([incident("P1"), incident("P2")], "2024-06-13")
    project.build_tables(*UP_TO_INCIDENTS)
    withdrawn = incident("P1", updated_at="2024-06-14T01:00:00.000Z") | {"deleted": True}
    project.land([withdrawn], "2024-06-14")
    project.build_tables(*UP_TO_INCIDENTS)
    assert incidents(project, "incident_id") == [("P2",)]

    project.land([incident("P1", updated_at="2024-06-13T01:00:00.000Z")], "2024-06-14")
    project.build_tables(*UP_TO_INCIDENTS)
    assert incidents(project, "incident_id") == [("P2",)], "an older version must not bring it back"

    project.land([incident("P1", updated_at="2024-06-15T01:00:00.000Z")], "2024-06-15")
    project.build_tables(*UP_TO_INCIDENTS)
    assert incidents(project, "incident_id") == [("P1",), ("P2",)]


def test_file_that_lands_again_changes_nothing(project: Project) -> None:
    land_tight_feed(project)
    project.build_tables(*UP_TO_INCIDENTS)
    before = incident_tables(project)
    assert len(before["marts.incidents"]) > 1_000
    for file in list(project.landing.rglob("*.gz")):
        shutil.copy(file, file.with_name(f"again-{file.name}"))
        next_day = project.landing / "incidents" / "dt=2025-06-16" / file.parent.name
        next_day.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, next_day / f"{file.parents[1].name}-{file.name}")

    project.build_tables(*UP_TO_INCIDENTS)

    assert incident_tables(project) == before


def test_thirty_increments_equal_a_build_from_nothing(project: Project) -> None:
    """Of all sizes, in any order of dates and versions, with incidents that are withdrawn and some that come back."""
    land_county_feed(project)
    land_tight_feed(project)
    # Few dates, so that each increment brings something late to most of them.
    lines = [(f"2024-06-1{number % 6}", line) for number, (_, line) in enumerate(project.landed_lines()) if line]
    shutil.rmtree(project.landing / "incidents")
    chance = random.Random(30)
    for date, line in chance.sample(lines, 300):
        with suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            stamp = f"{int(row[':updated_at'][:4]) + chance.choice((-1, 1))}{row[':updated_at'][4:]}"
            lines.append((date, json.dumps(row | {":updated_at": stamp, "deleted": chance.random() < 0.5})))
    chance.shuffle(lines)
    ends = [0, *sorted(chance.sample(range(1, len(lines)), INCREMENTS - 1)), len(lines)]
    for begin, end in pairwise(ends):
        by_date = defaultdict(list)
        for date, line in lines[begin:end]:
            by_date[date].append(line)
        for date, landed in by_date.items():
            project.land(landed, date, hour=chance.randrange(24))
        project.build_tables("--select", "staging")

    project.build_tables(*UP_TO_INCIDENTS)
    incremental = project.tables("staging", "marts")
    project.build_tables(*UP_TO_INCIDENTS, "--full-refresh")

    assert project.tables("staging", "marts") == incremental
    assert len(incremental["marts.incidents"]) > 1_000


def test_building_again_gives_the_same_cells(county_project: Project) -> None:
    before = county_project.tables("staging", "marts")

    county_project.build_tables()

    assert county_project.tables("staging", "marts") == before
