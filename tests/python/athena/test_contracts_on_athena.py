"""On Athena a mart's contract is held against the table that was made, and nothing is asked that reads nothing."""

from __future__ import annotations

import pytest

from local_athena.queries import Statement
from tests.python.athena.athena_project import TABLES_ONLY, AthenaProject, failures
from tests.python.dbt_project.feeds import incident

TOP_CITIES = ("--select", "+top_cities", *TABLES_ONLY)


def test_a_mart_that_breaks_its_contract_is_not_published(town: AthenaProject, monkeypatch: pytest.MonkeyPatch) -> None:
    town.land_lines([incident("P1", city="ROCKVILLE")])
    run = town.dbt("build", *TOP_CITIES)
    assert run.result.success, failures(run)
    assert [statement.sql for statement in run.statements if asks_for_nothing(statement)] == []
    published = town.rows("marts", "top_cities")

    town.land_lines([incident("P2", city="GERMANTOWN")])
    promised = town.manifest.nodes["model.dispatch.top_cities"].columns["city_rank"]
    with monkeypatch.context() as patch:
        patch.setattr(promised, "data_type", "integer")
        run = town.dbt("build", *TOP_CITIES)

    assert run.result.named("error") == {"top_cities"}
    assert any("city_rank" in told and "enforced contract that failed" in told for told in run.messages)
    assert town.rows("marts", "top_cities") == published
    assert len(town.rows("marts_build", "top_cities")) == 2


def asks_for_nothing(statement: Statement) -> bool:
    """dbt's two questions for columns, and the adapter's text about a table that it has made."""
    return "where false" in statement.sql.lower() or '"rowcount":' in statement.sql
