"""Marts are published together on Athena: those of one build, or of the one before."""

from __future__ import annotations

import pytest
from dbt.adapters.athena.impl import AthenaAdapter

from bench.athena_costs import CHARGED
from tests.python.athena.athena_project import TABLES_ONLY, AthenaProject, failures
from tests.python.dbt_project.feeds import incident, too_long_for_the_marts

SOME_MARTS = ("--select", "+q01_incidents_by_city", "+q11_adm_by_city", *TABLES_ONLY)


class BrokenOffError(Exception):
    pass


def test_marts_are_of_one_build(town: AthenaProject, monkeypatch: pytest.MonkeyPatch) -> None:
    town.land_lines([incident("P1"), incident("P2", city="GERMANTOWN")])
    town.dbt("build", *SOME_MARTS)
    first = town.marts()
    assert first.keys() >= {"incidents", "q01_incidents_by_city", "q11_adm_by_city"}

    # A table in the middle fails.
    town.land_lines([incident("P3"), *too_long_for_the_marts()])
    run = town.dbt("build", *SOME_MARTS)
    assert run.result.named("error") == {"pair_times"}
    assert run.result.statuses["q01_incidents_by_city"] == "success"
    assert town.marts() == first
    assert any("Not published: " in message for message in run.messages)
    assert town.rows("marts_build", "q01_incidents_by_city") != first["q01_incidents_by_city"]
    # Nor does a part of it get out, and who only reads has what is published.
    town.dbt("build", "--select", "q01_incidents_by_city", *TABLES_ONLY)
    shown = town.dbt("compile", "--inline", "select * from {{ ref('q01_incidents_by_city') }}")
    assert any(f'"{town.database("marts")}"."q01_incidents_by_city"' in sql for sql in shown.compiled.values())
    assert town.marts() == first

    # Publishing is broken off after one mart.
    town.land_lines(
        [row | {"dispatch_arrive": "60", ":updated_at": "2024-06-14T09:00:00.000Z"} for row in too_long_for_the_marts()]
    )
    swap, swapped = AthenaAdapter.swap_table, list[object]()

    def break_off(adapter: AthenaAdapter, *relations: object) -> None:
        if swapped:
            raise BrokenOffError
        swapped.append(relations)
        swap(adapter, *relations)

    with monkeypatch.context() as patch:
        patch.setattr(AthenaAdapter, "swap_table", break_off)
        with pytest.raises(Exception, match=r"BrokenOffError|Compilation Error"):
            town.dbt("build", *SOME_MARTS)
    built = {name: town.rows("marts_build", name) for name in first}
    assert sum(rows == built[name] for name, rows in town.marts().items() if rows != first[name]) == 1

    # The next run of anything publishes the rest, with one entry a mart and no statement that is charged.
    run = town.dbt("build", "--select", "named_periods", *TABLES_ONLY)
    assert run.result.success, failures(run)
    assert town.marts() == built
    assert {name for name in first if built[name] != first[name]} >= {"incidents", "q01_incidents_by_city"}
    assert not [s.sql for s in run.statements if s.route in CHARGED and "marts" in s.sql]
    assert "being_published" not in town.table_columns("marts_build")


def test_files_of_the_builds_before_outlive_the_queries_on_them(town: AthenaProject) -> None:
    locations = []
    for number in range(4):
        town.land_lines([incident(f"P{number}")])
        town.build_tables("--select", "+incidents")
        entry = town.glue.get_table(DatabaseName=town.database("marts"), Name="incidents")["Table"]
        locations.append(entry["StorageDescriptor"]["Location"])
    files = [town.objects("warehouse", location.removeprefix("s3://warehouse/")) for location in locations]
    assert [bool(found) for found in files] == [False, True, True, True]
