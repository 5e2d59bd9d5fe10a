"""Every panel's and every variable's SQL runs on PostgreSQL, DuckDB and Athena's engine, and returns the same rows."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from local_athena.client import Client, StatementFailedError
from local_athena.server import LocalAthena
from tests.python.grafana import choices
from tests.python.grafana.boards import Board, Panel, boards
from tests.python.grafana.engines import Athena, DuckDB, Engine, PostgreSQL, Result, copy_marts, same

ATHENA_DATABASE = "grafana_dispatch_marts"
ATHENA_THREADS = 4
PAGES = [board.name for board in boards("postgres")]
PANELS = [(board.name, panel.json["id"]) for board in boards("postgres") for panel in board.panels if panel.queries]

Choices = Mapping[tuple[str, str], Mapping[str, list[str]]]


def board_of(source: str, page: str) -> Board:
    return next(board for board in boards(source) if board.name == page)


def panel_of(source: str, page: str, panel_id: int) -> Panel:
    return next(panel for panel in board_of(source, page).panels if panel.json["id"] == panel_id)


def panel_name(key: tuple[str, int]) -> str:
    """The question's number, where the panel is about one, and its title."""
    panel = panel_of("postgres", *key)
    for title, members in board_of("postgres", key[0]).rows():
        if panel in members and title.startswith("Q"):
            return f"{title.split()[0]} {panel.title}"
    return panel.title


def may_be_empty(panel: Panel) -> bool:
    """May the panel have nothing to show but the words of its `noValue`?

    No pair need be slow or quick everywhere, and question 23 is about years, months and the latest days alone.
    """
    return "consistency = " in panel.query.text or panel.query.mart == "q23_change"


EVERY_PANEL = pytest.mark.parametrize("panel", PANELS, ids=panel_name)
EVERY_PAGE = pytest.mark.parametrize("page", PAGES)
EVERY_CHOICE = pytest.mark.parametrize("kind", choices.KINDS)


@pytest.fixture(scope="module")
def postgres(published: str) -> Iterator[PostgreSQL]:
    engine = PostgreSQL(published)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def duckdb_file(warehouse: Path) -> Iterator[DuckDB]:
    engine = DuckDB(warehouse)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def values(postgres: PostgreSQL) -> Choices:
    """What is chosen, by page and kind of choice."""
    return {
        (board.name, kind): choices.chosen(board, postgres, kind)
        for board in boards("postgres")
        for kind in choices.KINDS
    }


@dataclass(frozen=True)
class Answers:
    """Results of an engine, by the SQL that was run; a statement that failed has its reason."""

    by_sql: Mapping[str, Result | str]

    def of(self, sql: str) -> Result:
        result = self.by_sql[sql]
        assert isinstance(result, Result), f"{result}\n{sql}"
        return result


@pytest.fixture(scope="module")
def athena_answers(local_athena: LocalAthena, athena: Client, warehouse: Path, values: Choices) -> Answers:
    """Every statement that the tests need, run side by side: Athena takes its time for each."""
    copy_marts(warehouse, local_athena, athena, ATHENA_DATABASE)
    engine = Athena(athena, ATHENA_DATABASE)
    statements = {
        choices.panel_sql(panel, values[board.name, kind])
        for board in boards("athena")
        for panel in board.panels
        if panel.queries
        for kind in choices.KINDS
    } | {
        choices.variable_sql(variable)
        for board in boards("athena")
        for variable in board.variables.values()
        if variable["type"] == "query" and not choices.is_computed(variable)
    }

    def run(sql: str) -> Result | str:
        try:
            return engine.run(sql)
        except StatementFailedError as error:
            return str(error)

    with ThreadPoolExecutor(ATHENA_THREADS) as threads:
        return Answers(dict(zip(statements, threads.map(run, statements), strict=True)))


@EVERY_CHOICE
@EVERY_PANEL
def test_panels_read_the_same_from_postgres_and_duckdb(
    panel: tuple[str, int], kind: str, postgres: Engine, duckdb_file: Engine, values: Choices
) -> None:
    page, _ = panel
    shown = panel_of("postgres", *panel)
    sql = choices.panel_sql(shown, values[page, kind])

    result = postgres.run(sql)

    assert list(result.columns) == [*shown.query.columns, "has_row"]
    assert len(set(result.columns)) == len(result.columns)
    assert same(result, duckdb_file.run(sql)), sql
    if kind in ("all", "all of all time"):
        assert result.rows or may_be_empty(shown), sql
    if kind == "a period without data" and "${period" in shown.query.text:
        assert result.rows == []
    if not result.rows:
        assert shown.json["fieldConfig"]["defaults"]["noValue"]


@EVERY_CHOICE
@EVERY_PANEL
def test_panels_read_the_same_from_athena(
    panel: tuple[str, int], kind: str, postgres: Engine, athena_answers: Answers, values: Choices
) -> None:
    page, _ = panel
    ours, theirs = (
        choices.panel_sql(panel_of(source, *panel), values[page, kind]) for source in ("postgres", "athena")
    )
    assert same(postgres.run(ours), athena_answers.of(theirs)), theirs


@EVERY_PANEL
def test_pivots_have_one_value_a_cell(panel: tuple[str, int], postgres: Engine, values: Choices) -> None:
    """Grafana would show the last of several and say nothing."""
    shown = panel_of("postgres", *panel)
    if shown.is_pivoted:
        keys = [shown.transformations["groupingToMatrix"][key] for key in ("rowField", "columnField")]
        result = postgres.run(choices.panel_sql(shown, values[panel[0], "all of all time"]))
        places = [list(result.columns).index(key) for key in keys]
        cells = [tuple(row[place] for place in places) for row in result.rows]
        assert len(cells) == len(set(cells))


def test_trends_are_marked_with_the_named_periods_and_the_gaps(postgres: Engine, duckdb_file: Engine) -> None:
    marked = {board.name: board.json["annotations"].get("list", []) for board in boards("postgres")}
    assert {page for page, marks in marked.items() if marks} == {
        board.name for board in boards("postgres") if any(panel.kind == "timeseries" for panel in board.panels)
    }
    for periods, gaps in [marks for marks in marked.values() if marks]:
        result = postgres.run(periods["target"]["rawSql"])
        assert list(result.columns) == ["time", "timeend", "text"], "what Grafana makes marks of"
        assert (datetime(2024, 6, 10), datetime(2024, 6, 14), "Study: 10 to 13 June 2024") in result.rows
        assert same(result, duckdb_file.run(periods["target"]["rawSql"]))
        assert list(postgres.run(gaps["target"]["rawSql"]).columns) == ["time", "text"]


@EVERY_PAGE
def test_variables_offer_the_same_on_postgres_and_duckdb(page: str, postgres: Engine, duckdb_file: Engine) -> None:
    board = board_of("postgres", page)
    offered = choices.options(board, postgres)
    assert offered == choices.options(board, duckdb_file)
    for name, values in offered.items():
        assert values, name
        assert len(values) == len(set(values)), name
        assert "" not in values


@EVERY_PAGE
def test_variables_offer_the_same_on_athena(page: str, postgres: Engine, athena_answers: Answers) -> None:
    on_athena = board_of("athena", page).variables
    for name, variable in board_of("postgres", page).variables.items():
        if variable["type"] == "query" and not choices.is_computed(variable):
            ours = postgres.run(choices.variable_sql(variable))
            theirs = athena_answers.of(choices.variable_sql(on_athena[name]))
            # What Grafana calls a label and a value differs by plugin.
            assert list(ours.columns) == ["__text", "__value"]
            assert list(theirs.columns) == ["text", "value"]
            assert (ours.kinds, ours.rows) == (theirs.kinds, theirs.rows)


@EVERY_PAGE
def test_the_first_period_is_the_study_where_the_sample_is_loaded(page: str, postgres: Engine) -> None:
    assert choices.options(board_of("postgres", page), postgres)["period"][0] == "study_2024_06"


def test_the_first_period_is_the_last_28_days_where_newer_data_are_loaded() -> None:
    sql = choices.variable_sql(board_of("athena", PAGES[0]).variables["period"])
    periods = """
        WITH reporting_periods (period_id, label, kind, end_at, sort_order) AS (
            VALUES ('all', 'All data', 'all', NULL, 1),
                ('study_2024_06', 'Study', 'named', TIMESTAMP '2024-06-14', 2),
                ('last_28_days', 'Last 28 days', 'latest', TIMESTAMP '2026-11-24', 3)
        )
    """
    assert duckdb.execute(f"{periods} {sql}").fetchone() == ("Last 28 days", "last_28_days")


def test_other_formats_than_sqlstring_are_noticed() -> None:
    values = {"city": ["ROCKVILLE", "O'NEILL CORNER"]}
    assert choices.expand("city IN (${city:sqlstring})", values) == "city IN ('ROCKVILLE','O''NEILL CORNER')"
    for sql in ("city IN ($city)", "city = '${city}'", "city IN (${city:csv})", "$__timeFilter(month_start)"):
        with pytest.raises(ValueError, match="not replaced"):
            choices.expand(sql, values)


def test_a_curve_reaches_its_end_however_many_rows_it_has() -> None:
    (curve,) = [panel for panel in board_of("postgres", "9-streets").panels if panel.kind == "trend"]
    sql = choices.panel_sql(curve, {"period": ["2025"]})
    with duckdb.connect() as connection:
        connection.sql("create schema marts")
        # Of 60,000 addresses, 57,000 have two incidents or more.
        connection.sql("""
            create table marts.q25_repeat_addresses as
            select '2025' as period_id, 100.0 * i / 60000 as addresses_pct, 100.0 * sqrt(i / 60000) as cumulative_pct
            from range(1, 57001) as addresses (i)
        """)
        points = connection.sql(sql).fetchall()
    assert len(points) == 95
    assert points[0][:2] == (1.0, pytest.approx(100 * 0.01**0.5))
    assert points[-1][:2] == (95.0, pytest.approx(100 * 0.95**0.5))
