"""Both engines build equal tables: text, counts, flags and dates exactly, doubles within 1e-9 relative."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.python.athena.compare import Table, differences, report
from tests.python.athena.county import State
from tests.python.dbt_project.project import ROOT

GOLDEN = {file.stem for file in (ROOT / "tests" / "dbt" / "golden").glob("*.sql")}


@pytest.mark.parametrize("name", ["second", "rebuilt"])
def test_every_table_has_equal_cells(name: str, request: pytest.FixtureRequest) -> None:
    state: State = request.getfixturevalue(name)
    assert state.duckdb.keys() == state.athena.keys()
    told = report(
        (table, lines)
        for table in sorted(state.duckdb)
        if (lines := differences(state.duckdb[table], state.athena[table]))
    )
    assert not told, f"\n{told}"


def test_no_table_is_equal_because_it_is_empty(second: State) -> None:
    assert {"stg_landed_lines", "stg_incidents", "stg_incidents_rejected", "answers", "data_health"} <= set(
        second.athena
    )
    assert [name for name, table in second.athena.items() if not table.rows] == []
    assert len(second.athena["stg_landed_lines"].rows) > 20_000
    assert len(second.athena["q01_incidents_by_city"].rows) > 20


def test_nothing_new_changes_nothing(second: State, third: Mapping[str, Table]) -> None:
    changed = [
        name
        for name, table in second.athena.items()
        if sorted(table.rows, key=repr) != sorted(third[name].rows, key=repr)
    ]
    assert changed == []
    assert second.athena.keys() == third.keys()


def test_published_figures_hold_on_both(second: State) -> None:
    assert len(GOLDEN) > 30
    assert second.duckdb_result.named("pass") >= GOLDEN
    assert second.athena_run.result.named("pass") >= GOLDEN
