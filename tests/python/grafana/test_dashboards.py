"""The dashboards hang together, and show only what the marts hold."""

import csv
import itertools
import json
import re
import textwrap
from typing import Any

import duckdb
import pytest
import yaml

from grafana import build, columns, keys, style
from grafana.page import GRID_WIDTH, WORDS_WIDTH
from grafana.pages import PAGES
from grafana.panels import ANSWER, COUNTY_VIEW, DATASET, TOTAL, place_label
from grafana.register import questions
from grafana.sources import UID
from grafana.sql import Select
from grafana.variables import SHARED_NAMES
from tests.python.grafana.boards import (
    DASHBOARDS,
    ROOT,
    Board,
    Panel,
    Query,
    boards,
    mart_columns,
    panels,
    project_variables,
    with_query,
)

SOURCES = ("athena", "postgres")
EVERY_BOARD = pytest.mark.parametrize("board", boards("postgres"), ids=lambda board: board.name)
EVERY_QUERY = pytest.mark.parametrize("panel", with_query(), ids=str)
CARRIED = r"\$\{__url\.params:exclude:([\w,-]+)\}"
EVERY_QUESTION = pytest.mark.parametrize("number", questions())
UIDS = [page.uid for page in PAGES]
TITLE_OF_FRESHNESS = "Are the data fresh and complete?"


def place(panel: Panel) -> tuple[int, int, int, int]:
    at = panel.json["gridPos"]
    return at["x"], at["y"], at["w"], at["h"]


def field_names(text: str) -> set[str]:
    """Fields of a row that a link or a title names."""
    return set(re.findall(r"\$\{__data\.fields\.(\w+)", text))


# Files


def test_the_pages_are_numbered_in_the_order_of_their_links() -> None:
    numbered = [board.json["title"].partition(" ")[0] for board in boards("postgres")]
    assert numbered == [str(number) for number in range(1, len(PAGES) + 1)]
    assert [board.json["uid"] for board in boards("postgres")] == UIDS


@pytest.mark.parametrize(
    ("athena", "postgres"), list(zip(*map(boards, SOURCES), strict=True)), ids=lambda board: board.name
)
def test_the_data_sources_differ_in_targets_alone(athena: Board, postgres: Board) -> None:
    def without_source(board: Board) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(board.json))
        panels = [panel for top in copy["panels"] for panel in [top, *top.get("panels", [])]]
        for thing in [*panels, *copy["templating"]["list"], *copy["annotations"].get("list", [])]:
            thing.pop("datasource", None)
            thing.pop("targets", None)
            thing.pop("target", None)
            if thing.get("type") == "query":
                del thing["query"]
        return copy

    assert without_source(athena) == without_source(postgres)
    for on_athena, on_postgres in zip(athena.panels, postgres.panels, strict=True):
        assert [query.text for query in on_athena.queries] == [
            query.text.replace("FROM marts.", "FROM ") for query in on_postgres.queries
        ]


@pytest.mark.parametrize(
    ("source", "plugin"), [("athena", "grafana-athena-datasource"), ("postgres", "grafana-postgresql-datasource")]
)
def test_everything_reads_the_one_data_source(source: str, plugin: str) -> None:
    expected = {"type": plugin, "uid": UID}
    assert UID == "police-marts"
    for board in boards(source):
        for variable in board.variables.values():
            assert variable.get("datasource", expected) == expected
        for panel in board.panels:
            for target in panel.json.get("targets", []):
                assert panel.json["datasource"] == target["datasource"] == expected


def test_athena_is_asked_as_its_plugin_needs_it() -> None:
    for panel in panels("athena"):
        for target in panel.json.get("targets", []):
            assert target["format"] == 1, "a table"
            assert target["connectionArgs"] == {
                "region": "__default",
                "catalog": "__default",
                "database": "__default",
                "resultReuseEnabled": True,
                "resultReuseMaxAgeInMinutes": 60,
            }
            assert "rawSql" not in target, "the backend would take the one that is not interpolated"


# Pages


@EVERY_BOARD
def test_ids_are_unique(board: Board) -> None:
    ids = [panel.json["id"] for panel in board.panels]
    assert ids == list(range(1, len(ids) + 1))


@EVERY_BOARD
def test_panels_fill_the_grid_without_overlap(board: Board) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in board.placed:
        x, y, width, height = place(panel)
        assert height >= 1
        for cell in itertools.product(range(x, x + width), range(y, y + height)):
            assert cell not in taken, f"{panel.title} lies on {taken.get(cell)}"
            taken[cell] = panel.title
    lowest = max(y for _, y in taken)
    missing = [cell for cell in itertools.product(range(GRID_WIDTH), range(lowest + 1)) if cell not in taken]
    assert missing == []
    assert len(taken) == GRID_WIDTH * (lowest + 1)


@EVERY_BOARD
def test_words_stand_left_of_the_evidence(board: Board) -> None:
    for title, members in board.rows():
        words = [panel for panel in members if panel.title in (ANSWER, "How to read")]
        assert {place(panel)[0] for panel in words} == {0}, title
        assert {place(panel)[2] for panel in words} == {WORDS_WIDTH}, title
        assert any(place(panel)[0] == WORDS_WIDTH for panel in members), title


@EVERY_BOARD
def test_a_page_links_to_all_others_with_its_variables(board: Board) -> None:
    links = board.json["links"]
    addresses = [re.fullmatch(rf"/d/([a-z-]+){CARRIED}", link["url"]) for link in links]
    assert [match and match[1] for match in addresses] == [uid for uid in UIDS if uid != board.json["uid"]]
    for link, match in zip(links, addresses, strict=True):
        # Grafana adds them from the variables.
        assert match
        assert set(match[2].split(",")) >= {f"var-{name}" for name in board.variables}
        assert link["includeVars"] is True
        assert link["keepTime"] is False
        assert "placement" not in link, "would hide it in a menu"


def test_drill_downs_lead_to_pages_and_keep_the_other_variables() -> None:
    urls = [url for panel in with_query() for url in panel.links]
    assert len(urls) >= 20
    for url in urls:
        uid, left_out, query = re.fullmatch(rf"/d/([a-z-]+){CARRIED}&(.+)", url).groups()  # type: ignore[union-attr]
        parts = query.split("&")
        passed = {re.match(r"(?:var-(\w+)=|\$\{(\w+):queryparam\})", part) for part in parts}
        names = {match[1] or match[2] for match in passed if match}
        assert names >= set(SHARED_NAMES), url
        assert {f"var-{name}" for name in names} <= set(left_out.split(",")), "it would be there twice"
        (board,) = [board for board in boards("postgres") if board.json["uid"] == uid]
        assert names <= board.variables.keys(), url


def test_links_keep_the_kiosk_and_the_theme() -> None:
    """By what they leave out: see `page._address`."""
    urls = [link["url"] for board in boards("postgres") for link in board.json["links"]]
    for url in [*urls, *(url for panel in with_query() for url in panel.links)]:
        left_out = re.search(CARRIED, url)[1].split(",")  # type: ignore[index]
        assert {"kiosk", "theme", "from", "to"}.isdisjoint(left_out)
        assert {"viewPanel", "inspect"} <= set(left_out), "the other page has no such panel"


def test_a_link_lands_on_a_row_that_heeds_it() -> None:
    """On top of the page, where a reader lands, a panel is about what was clicked."""
    for url in {url for panel in with_query() for url in panel.links}:
        uid, clicked = re.match("/d/([a-z-]+)", url)[1], re.findall(r"&var-(\w+)=", url)  # type: ignore[index]
        (board,) = [board for board in boards("postgres") if board.json["uid"] == uid]
        _, first_row = next(iter(board.rows()))
        evidence = [panel for panel in first_row if panel.queries and panel.title != ANSWER]
        assert set(clicked) <= evidence[0].query.variables, f"{url}: {evidence[0]}"


FIELDS_OF_VARIABLES = {
    "city": {"city", "top_city"},
    "address": {"address", "street", "top_street"},
    "type": {"initial_type"},
    "priority": {"priority"},
}


@EVERY_QUERY
def test_a_link_sets_a_variable_to_a_value_of_its_kind(panel: Panel) -> None:
    """Not Rockville as a type: a matrix names its first column by place, all else the column."""
    for url in panel.links:
        for variable, value in re.findall(r"&var-(\w+)=([^&]+)", url):
            field = re.fullmatch(r"\$\{__data\.fields(?:\.(\w+)|\[0\])\}", value)
            assert field, url
            name = field[1]
            if name is None:
                assert panel.is_pivoted, url
                name = panel.transformations["groupingToMatrix"]["rowField"]
            if name == "value":
                (name,) = re.findall(r"\bdimension = '(\w+)'", panel.query.text)
            assert name in FIELDS_OF_VARIABLES[variable], url


def test_a_linked_value_sets_the_variable_of_its_name() -> None:
    linked = [
        (name, options["links"]) for panel in with_query() for _, name, options in panel.overrides if "links" in options
    ]
    assert len(linked) >= 20
    for name, links in linked:
        for variable, fields in FIELDS_OF_VARIABLES.items():
            if name in fields:
                assert all(f"var-{variable}=${{__data.fields.{name}}}" in link["url"] for link in links), name


@EVERY_BOARD
def test_a_page_shows_the_variables_that_it_uses(board: Board) -> None:
    assert list(board.variables)[: len(SHARED_NAMES)] == list(SHARED_NAMES)
    used = {name for panel in board.panels for query in panel.queries for name in query.variables}
    shown = {name for name, variable in board.variables.items() if not variable.get("hide")}
    computed = {name for name, variable in board.variables.items() if variable.get("skipUrlSync")}
    behind = {used for name in computed for used in Query(board.variables[name]["query"]).variables}
    assert shown == (used - computed) | behind


@EVERY_BOARD
def test_lists_of_values_do_not_depend_on_the_period(board: Board) -> None:
    for variable in board.variables.values():
        if variable["type"] == "query" and not variable.get("skipUrlSync"):
            assert "$" not in variable["query"]


@EVERY_BOARD
def test_no_period_is_chosen_beforehand(board: Board) -> None:
    assert board.variables["period"].get("current", {}) == {}, "Grafana takes the first of the query"


@EVERY_BOARD
def test_one_period_and_one_smallest_n_and_several_of_the_rest(board: Board) -> None:
    several = {name for name, variable in board.variables.items() if variable.get("multi")}
    assert several - {"type_group", "each_street"} == {"city", "type", "priority"}
    for name in several:
        variable = board.variables[name]
        assert variable["includeAll"] is True
        assert variable["current"]["value"] == ["$__all"]
        assert name in ("type_group", "each_street") or variable["allValue"] == "'ALL'", "what `sql.fits` waits for"
    assert board.variables["min_n"]["current"]["value"] in board.variables["min_n"]["query"].split(",")
    assert all(variable["label"] and variable["description"] for variable in board.variables.values())
    chosen = [variable for variable in board.variables.values() if variable["type"] != "textbox"]
    assert all(variable["allowCustomValue"] is False for variable in chosen)


@EVERY_BOARD
def test_times_are_relative_or_have_milliseconds(board: Board) -> None:
    for moment in board.json["time"].values():
        assert re.fullmatch(r"now(-\d+[a-zA-Z])?(/[a-zA-Z])?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
    assert board.json["timezone"] == "utc"


@EVERY_BOARD
def test_the_time_picker_is_hidden_where_the_period_rules(board: Board) -> None:
    has_trend = any(panel.kind == "timeseries" for panel in board.panels)
    assert board.json["timepicker"].get("hidden", False) is not has_trend


@EVERY_BOARD
def test_pages_are_not_edited_in_grafana(board: Board) -> None:
    assert board.json["editable"] is False
    assert board.json["id"] is None
    assert board.json["schemaVersion"] == build.SCHEMA_VERSION
    assert board.json["description"]


@pytest.mark.parametrize("source", SOURCES)
def test_no_page_needs_the_internet(source: str) -> None:
    for path in (DASHBOARDS / source).glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text.count("://") == text.count(f"]({DATASET})") == 1, "a reader may go to the source; Grafana may not"


# Questions


def all_rows() -> dict[str, list[Panel]]:
    return {title: members for board in boards("postgres") for title, members in board.rows()}


def row_of(number: int) -> list[Panel]:
    """Panels of a question's row."""
    ((_, members),) = [item for item in all_rows().items() if item[0].startswith(f"Q{number} ")]
    return members


@EVERY_QUESTION
def test_each_question_has_its_row_on_its_page(number: int) -> None:
    """With the answer, words, and evidence from the marts that the register names."""
    question = questions()[number]
    (page,) = [page for page in PAGES if page.name == question.page]
    (board,) = [board for board in boards("postgres") if board.json["uid"] == page.uid]
    (members,) = [members for title, members in board.rows() if title == question.title]
    (answer,) = [panel for panel in members if panel.title == ANSWER]
    assert answer.query.mart == "answers"
    assert f"question = {number}\n" in answer.query.text + "\n"
    (how,) = [panel for panel in members if panel.title == "How to read"]
    assert 80 < len(how.json["options"]["content"]) < 620
    shown = {query.mart for panel in members for query in panel.queries}
    assert question.marts.keys() <= shown, f"grafana/pages/{question.page}.py: show the marts of question {number}"


LETTERS_IN_A_LINE = 31
LINE_PIXELS, UNIT_PIXELS, FRAME_PIXELS = 22, 38, 50


@pytest.mark.parametrize("panel", [panel for panel in panels() if panel.title == "How to read"], ids=str)
def test_words_fit_beside_the_evidence(panel: Panel) -> None:
    """At 1280 pixels, as measured in Grafana: five columns hold some 31 letters a line."""
    paragraphs = re.sub("[*`]", "", panel.json["options"]["content"]).split("\n\n")
    lines = sum(len(textwrap.wrap(paragraph, LETTERS_IN_A_LINE)) for paragraph in paragraphs) + len(paragraphs) / 2
    _, _, _, height = place(panel)
    assert lines * LINE_PIXELS <= height * UNIT_PIXELS - FRAME_PIXELS, "write fewer words, or give the row more height"


SCREEN_PIXELS, MARGINS_PIXELS, PANEL_PADDING_PIXELS = 1280, 32, 26


def least_pixels(column: dict[str, Any]) -> int:
    return int(column.get("custom.width", column.get("custom.minWidth", 0)))


@EVERY_QUERY
def test_no_column_is_narrower_than_grafana_draws_it(panel: Panel) -> None:
    """It makes 50 pixels of less, whatever the least width, and takes them from no other column: the last is cut."""
    given = [options for _, _, options in panel.overrides if {"custom.width", "custom.minWidth"} & options.keys()]
    assert [options for options in given if least_pixels(options) < 50] == []


LONGEST_WORDS = {"city": 111, "initial_type": 193, "newest_start_time": 136, "start_time": 127}
"""Pixels of the longest word, as measured in Grafana: GAITHERSBURG, TRAFFIC/TRANSPORTATION, a time in September and one
in June."""
CELL_PADDING_PIXELS = 13


@EVERY_QUERY
def test_no_word_is_cut(panel: Panel) -> None:
    """A cell wraps between words, and cuts a word that is wider than itself."""
    for _, name, options in panel.overrides:
        if panel.kind == "table" and name in LONGEST_WORDS and not options.get("custom.hideFrom.viz"):
            assert least_pixels(options) >= LONGEST_WORDS[name] + CELL_PADDING_PIXELS, name


def test_the_strip_on_top_shows_a_row_of_two_lines() -> None:
    """What the data are is the first thing to know: 32 pixels of title, 36 of headers, 56 of the row, 8 of frame."""
    for board in boards("postgres"):
        (strip,) = [panel for panel in board.panels if panel.title == "The data"]
        _, _, _, height = place(strip)
        assert height * UNIT_PIXELS - 8 >= 32 + 36 + 56 + 8


def test_the_title_of_an_answer_is_not_cut() -> None:
    """Beside its (i) Grafana leaves it 155 of the 252 pixels of five columns; a letter has 8 at most."""
    assert len(ANSWER) * 8 <= 155


@pytest.mark.parametrize("panel", [one for one in with_query() if one.kind == "table"], ids=str)
def test_no_table_scrolls_sideways_at_1280(panel: Panel) -> None:
    """A scroll bar stands at the right of long ones.

    Grafana gives what is left to the columns without a width in equal parts, and more to one that is wider at its
    narrowest, which it takes from no other (computeColWidths of packages/grafana-ui/src/components/Table/TableNG).
    """
    _, _, width, _ = place(panel)
    pixels = (SCREEN_PIXELS - MARGINS_PIXELS) * width / GRID_WIDTH - PANEL_PADDING_PIXELS
    shown = [options for _, _, options in panel.overrides if not options.get("custom.hideFrom.viz")]
    defined = [options["custom.width"] for options in shown if "custom.width" in options]
    others = [options["custom.minWidth"] for options in shown if "custom.minWidth" in options]
    part = (pixels - sum(defined)) / len(others) if others else 0
    drawn = sum(defined) + sum(max(least, part) for least in others)
    if panel.is_pivoted:
        row, cell = (
            next(options for matcher, name, options in panel.overrides if matcher == "byRegexp" and name == regexp)
            for regexp in (r"/\\/", r"/^[^\\]*$/")
        )
        names = [name for matcher, name, _ in panel.overrides if matcher == "byName" and name != TOTAL]
        total = 62 * ("calculateField" in panel.transformations)
        drawn = least_pixels(row) + len(names) * max(50, least_pixels(cell)) + total
    assert drawn <= pixels + 1


def test_no_page_is_longer_than_two_screens_a_question() -> None:
    """Before its row in full is opened. A screen of 900 pixels has 24 units of the grid."""
    for board in boards("postgres"):
        begins = [place(panel)[1] for panel in board.placed if panel.kind == "row"]
        ends = [*begins[1:], max(y + height for _, y, _, height in map(place, board.placed))]
        heights = [end - begin for begin, end in zip(begins, ends, strict=True)]
        assert max(heights) <= 2 * 24, board.name
        assert sum(heights) / len(list(board.rows())) <= 30, f"{board.name}: close a row, or move one to another page"


def test_the_landings_have_their_row() -> None:
    marts = [query.mart for panel in all_rows()[TITLE_OF_FRESHNESS] for query in panel.queries]
    assert set(marts) == {"data_health"}


@pytest.mark.parametrize("number", [11, 13, 14, 15])
def test_consistently_slow_and_fast_pairs_have_a_panel(number: int) -> None:
    orders = [panel.query.text.split("ORDER BY ")[1] for panel in row_of(number) if panel.title.startswith("Consist")]
    assert [order.split(",")[0] for order in orders] == ["firm_least_minutes DESC", "firm_greatest_minutes"]


@pytest.mark.parametrize("number", [11, 13, 14, 15])
def test_a_picture_tells_chance_from_clear_differences(number: int) -> None:
    """Each part of a bar is a column, or the difference of two that the panel takes: low, median less low, ..."""
    (picture,) = [panel for panel in row_of(number) if panel.kind == "barchart"]
    text = picture.query.text
    differences = [
        (one["options"]["alias"], one["options"]["binary"]["left"]["matcher"]["options"])
        for one in picture.json["transformations"]
        if one["id"] == "calculateField"
    ]
    assert [name for _, name in differences] == ["clear_median", "clear_high", "chance_median", "chance_high"]
    (hidden,) = [one["options"]["excludeByName"] for one in picture.json["transformations"] if one["id"] == "organize"]
    assert set(hidden) == {name for _, name in differences}, "else a median would be drawn on top of its parts"
    colours = {name: options["color"]["fixedColor"] for _, name, options in picture.overrides}
    drawn = [
        "clear_low",
        *(alias for alias, _ in differences[:2]),
        "chance_low",
        *(alias for alias, _ in differences[2:]),
    ]
    assert [colours[name] for name in drawn] == [style.CLEAR_COLOUR] * 3 + [style.CHANCE_COLOUR] * 3
    options = {name: options for _, name, options in picture.overrides}
    assert [options[name]["custom.fillOpacity"] for name in drawn] == [100, 55, 25] * 2, "the surest is the strongest"
    named = [name for name in drawn if not options[name].get("custom.hideFrom", {}).get("legend")]
    assert named == ["clear_low", "chance_low"], "the legend shows colours, not how strong they are"
    assert "CASE WHEN is_clear THEN median_low_minutes END AS clear_low" in text, "nothing solid without an interval"
    assert "CASE WHEN is_clear THEN COALESCE(median_high_minutes, median_minutes) END AS clear_high" in text
    assert "CASE WHEN NOT COALESCE(is_clear, FALSE) THEN median_low_minutes END AS chance_low" in text
    (order,) = [one["options"]["indexByName"] for one in picture.json["transformations"] if one["id"] == "organize"]
    assert sorted(order, key=lambda name: order[name]) == ["label", *drawn], "else the parts of a bar change places"


LONGEST_PAIR = "SUSPICIOUS CIRC, PERSONS, VEHICLE:1, SILVER SPRING n=100"
LABEL_PIXELS = 384
"""Of that, in Grafana, in its font of 12 pixels."""


@pytest.mark.parametrize("number", [3, 11, 12, 13, 14, 15, 16, 17])
def test_the_labels_of_a_picture_are_not_cut(number: int) -> None:
    """At 1280 pixels: Grafana leaves them two fifths of the picture, and cuts what is longer at its beginning."""
    (picture,) = [panel for panel in row_of(number) if panel.kind == "barchart"]
    _, _, width, _ = place(picture)
    assert 0.4 * ((SCREEN_PIXELS - MARGINS_PIXELS) * width / GRID_WIDTH - PANEL_PADDING_PIXELS) >= LABEL_PIXELS
    assert picture.json["options"]["xTickLabelMaxLength"] >= len(LONGEST_PAIR)
    assert re.search(r"\|\| ' n=' \|\| CAST\((timed_)?incidents AS varchar\) \|\|", picture.query.text), (
        "how sure a bar is"
    )


@pytest.mark.parametrize(
    ("kind", "n", "shown"),
    [
        ("RAPE", 0, "RAPE:0, ROCKVILLE n=0"),
        ("RAPE", 4, "RAPE:0, ROCKVILLE n=4*"),
        ("SUSPICIOUS CIRC, PERSONS, VEHICLE", 5, "SUSPICIOUS CIRC, PERSONS, VEHICLE:0, ROCKVILLE n=5"),
        ("ALARMRB - RESIDENTIAL BURGLARY/INTRUSION", 12, "ALARMRB - RESIDENTIAL BURGLARY/I\u2026:0, ROCKVILLE n=12"),
    ],
)
def test_the_end_of_a_long_type_is_left_out_of_a_label(kind: str, n: int, shown: str) -> None:
    row = f"SELECT '{kind}' AS initial_type, 0 AS priority, 'ROCKVILLE' AS city, {n} AS timed_incidents"
    expression = place_label("city", "timed_incidents")
    assert duckdb.execute(f"SELECT {expression} FROM ({row})").fetchall() == [(shown,)]


@pytest.mark.parametrize(
    ("number", "here", "there"),
    [(3, "pct_of_city", "pct_of_all")]
    + [(number, "mean_minutes", "mean_minutes_elsewhere") for number in (12, 16, 17)],
)
def test_a_place_is_drawn_beside_the_others(number: int, here: str, there: str) -> None:
    """Bars side by side on one scale from 0, the place's own in colour."""
    (picture,) = [panel for panel in row_of(number) if panel.kind == "barchart"]
    defaults = picture.json["fieldConfig"]["defaults"]
    assert defaults["min"] == 0
    assert defaults.get("fieldMinMax") is not True
    colours = {name: options["color"]["fixedColor"] for _, name, options in picture.overrides}
    assert (colours[here], colours[there]) == (style.BLUE, style.GREY)
    assert picture.json["options"].get("stacking", "none") == "none", "beside each other, not added up"
    assert number == 12 or picture.query.text.splitlines()[-1] == "LIMIT 12", "more bars are too thin to read"


# Panels


def test_panels_are_of_kinds_that_read_well() -> None:
    assert {panel.kind for panel in panels()} == {"barchart", "geomap", "stat", "table", "text", "timeseries", "trend"}


@pytest.mark.parametrize("panel", panels(), ids=str)
def test_every_panel_has_a_title(panel: Panel) -> None:
    assert panel.title.strip()


@EVERY_QUERY
def test_every_panel_says_what_it_shows_and_why_it_is_empty(panel: Panel) -> None:
    assert panel.json["description"].endswith(".")
    assert panel.json["fieldConfig"]["defaults"]["noValue"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_result_without_rows_loses_its_columns(source: str) -> None:
    """Else Athena's plugin leaves a bare header, and the words for an empty panel are not shown."""
    for panel in panels(source):
        if panel.queries:
            first, *_ = panel.json["transformations"]
            assert first == {
                "id": "partitionByValues",
                "options": {"fields": ["has_row"], "keepFields": False, "naming": {"asLabels": False}},
            }, panel
            assert panel.query.text.splitlines()[0].endswith(", 1 AS has_row"), panel


@EVERY_QUERY
def test_empty_panels_advise_what_their_query_heeds(panel: Panel) -> None:
    words = panel.json["fieldConfig"]["defaults"]["noValue"]
    for word, variable in (("smallest n", "min_n"), ("this city", "city"), ("this type", "type"), ("period", "period")):
        heeded = panel.query.variables | ({"period"} if "begin" in panel.query.variables else set())
        assert word not in words or variable in heeded, words
    if "largest cities" in words:
        assert "city" in panel.query.variables
        assert panel.query.mart not in ("q01_incidents_by_city", "q04_streets_by_city", "incident_list")


@EVERY_QUERY
def test_a_panel_heeds_the_filters_of_its_page_or_says_so(panel: Panel) -> None:
    """City, where the mart has one and the page offers it: in the panel's title, its (i) or its question's words."""
    (board,) = [board for board in boards("postgres") if board.name == panel.page]
    has_city = {"city", "top_city"} & mart_columns()[panel.query.mart]
    if has_city and not board.variables["city"].get("hide") and "city" not in panel.query.variables:
        rows = [members for _, members in board.rows() if panel.json["id"] in [one.json["id"] for one in members]]
        how = [one.json["options"]["content"] for members in rows for one in members if one.title == "How to read"]
        said = " ".join([panel.title, panel.json["description"], *how])
        assert re.search(r"whole county|\*City\*|City does not|no filter|top city", said, re.IGNORECASE), panel


@EVERY_QUERY
def test_every_value_has_a_unit(panel: Panel) -> None:
    defaults = panel.json["fieldConfig"]["defaults"]
    if panel.kind != "table":
        assert defaults["unit"]
        return
    units = {name: options.get("unit") for matcher, name, options in panel.overrides if matcher == "byName"}
    if panel.title == ANSWER:
        assert panel.query.columns == ["headline"]
    elif panel.is_pivoted:
        assert all(
            "unit" in options or "custom.footer.reducers" in options
            for matcher, _, options in panel.overrides
            if matcher == "byRegexp"
        )
    elif panel.has_sparklines:
        ((_, _, line),) = [override for override in panel.overrides if override[0] == "byRegexp"]
        assert line["unit"]
    else:
        assert set(units) == set(panel.query.columns)
        assert all(units.values())


@EVERY_QUERY
def test_means_and_shares_have_a_fixed_number_of_decimals(panel: Panel) -> None:
    for _, name, options in panel.overrides:
        if re.search("pct|minutes|points|at_", name) and "unit" in options:
            assert options["decimals"] == 1, name


@EVERY_QUERY
def test_headers_of_a_table_differ(panel: Panel) -> None:
    headers = [options["displayName"] for _, _, options in panel.overrides if "displayName" in options]
    assert len(headers) == len(set(headers)), "Grafana shows the last column of a name in all of them"


@EVERY_QUERY
def test_a_missing_value_is_a_dash(panel: Panel) -> None:
    for _, name, options in panel.overrides:
        is_line = options.get("custom.cellOptions", {}).get("type") == "sparkline"
        if "custom.cellOptions" in options and "unit" in options and not is_line:
            mapping = options["mappings"][0]
            assert mapping["options"]["match"] == "null", name
            assert mapping["options"]["result"]["text"] == style.NOTHING


@EVERY_QUERY
def test_what_a_panel_names_is_in_its_sql(panel: Panel) -> None:
    returned = set(panel.query.columns)
    named = {name for matcher, name, _ in panel.overrides if matcher == "byName"}
    if panel.is_pivoted:
        matrix = panel.transformations["groupingToMatrix"]
        fields = {matrix[key] for key in ("rowField", "columnField", "valueField")}
        assert fields == returned
        named -= {*keys.CITIES, keys.COUNTY, *keys.STREETS, *keys.WEEKDAYS}
        named -= {*style.BUCKET_COLOURS, *style.LOCATION_COLOURS}
        named |= fields
    calculated = [one["options"] for one in panel.json.get("transformations", []) if one["id"] == "calculateField"]
    returned |= {options["alias"] for options in calculated}
    options = panel.json["options"]
    named |= {options[key] for key in ("xField", "colorByField") if key in options}
    named |= set(re.findall(r"^/\^(\w+)\$/$", options.get("reduceOptions", {}).get("fields", "")))
    for layer in options.get("layers", []):
        named |= {layer["location"][axis] for axis in ("latitude", "longitude") if "location" in layer}
        named |= set(re.findall(r'"field": "(\w+)"', json.dumps(layer)))
    named |= field_names(json.dumps(panel.json["fieldConfig"]))
    assert named <= returned


@pytest.mark.parametrize("panel", [panel for panel in with_query() if panel.has_sparklines], ids=str)
def test_sparklines_are_one_for_each_value_of_their_key(panel: Panel) -> None:
    """A second number would become a second line of the same name."""
    key, time, value = panel.query.columns
    kinds = [one["id"] for one in panel.json["transformations"]]
    assert kinds == ["partitionByValues", "partitionByValues", "timeSeriesTable"]
    by_key = panel.json["transformations"][1]["options"]
    assert by_key == {"fields": [key], "keepFields": False, "naming": {"asLabels": True}}
    assert panel.query.text.split("ORDER BY ")[1] == f"{key}, {time}", "lines run from left to right"
    assert value == "incidents"
    ((_, _, line),) = [override for override in panel.overrides if override[0] == "byRegexp"]
    assert line["custom.cellOptions"]["spanNulls"] is True, "months differ in length, at which Grafana breaks a line"
    (board,) = [board for board in boards("postgres") if board.name == panel.page]
    assert not board.json["timepicker"].get("hidden"), "which chooses their span"


@EVERY_QUERY
def test_columns_are_those_of_the_mart(panel: Panel) -> None:
    query = panel.query
    assert query.names <= mart_columns()[query.mart]


@EVERY_BOARD
def test_columns_of_variables_are_those_of_the_mart(board: Board) -> None:
    for variable in board.variables.values():
        if variable["type"] == "query":
            query = Query(variable["query"])
            assert query.names <= mart_columns()[query.mart]


@EVERY_QUERY
def test_panels_only_choose_and_order_rows(panel: Panel) -> None:
    bare = panel.query.bare
    assert re.findall(r"\b(JOIN|SUM|COUNT|AVG|MIN|OVER|UNION|WITH)\b|[-+*/]", bare) == []
    # MAX picks the one row of a pivot: without one there is nothing to pick.
    assert ("MAX(" in bare) == ("GROUP BY" in bare)


@EVERY_QUERY
def test_names_are_lower_case(panel: Panel) -> None:
    """Athena keeps no other."""
    assert [name for name in panel.query.columns if name != name.lower()] == []


@pytest.mark.parametrize("source", SOURCES)
def test_values_of_variables_are_quoted(source: str) -> None:
    for board in boards(source):
        for query in (query for panel in board.panels for query in panel.queries):
            assert re.findall(r"\$(?!\{\w+:sqlstring\})", query.text) == []


def test_the_smallest_n_itself_is_enough() -> None:
    texts = [panel.query.text for panel in with_query() if "min_n" in panel.query.variables]
    comparisons = re.findall(r"(\S+) CAST\(\$\{min_n:sqlstring\} AS bigint\)", "\n".join(texts))
    assert set(comparisons) == {">="}
    assert len(comparisons) == "".join(texts).count("${min_n")


@EVERY_QUERY
def test_the_order_of_rows_is_said(panel: Panel) -> None:
    if panel.title != ANSWER and "dimension = 'all'" not in panel.query.text and panel.title != "Period":
        assert "ORDER BY" in panel.query.text


def test_question_marts_are_read_for_a_period() -> None:
    for panel in with_query():
        if "period_id" in mart_columns()[panel.query.mart]:
            assert "period_id = ${period:sqlstring}" in panel.query.text, panel


# What the code names


def test_the_cities_are_those_of_the_study() -> None:
    published = yaml.safe_load((ROOT / "tests" / "published" / "june_2024.yml").read_text(encoding="utf-8"))
    by_incidents = sorted(published["incidents_by_city"].items(), key=lambda item: -item[1])
    top = [city.upper() for city, _ in by_incidents[: project_variables()["top_n"]]]
    assert list(keys.COMPARED_CITIES) == top, "change COMPARED_CITIES in grafana/keys.py"


def test_each_time_range_has_a_colour() -> None:
    with (ROOT / "seeds" / "time_buckets.csv").open(encoding="utf-8") as file:
        buckets = [row["bucket"] for row in csv.DictReader(file)]
    assert list(style.BUCKET_COLOURS) == buckets, "change BUCKET_COLOURS in grafana/style.py"


def test_hours_have_totals_of_the_days_alone() -> None:
    """The hour itself is a number too, and would be added."""
    for panel in row_of(19):
        if panel.is_pivoted:
            totals = panel.transformations["calculateField"]
            assert totals["alias"] == TOTAL
            assert totals["reduce"] == {"reducer": "sum", "include": list(keys.WEEKDAYS)}
            sums = [options for _, _, options in panel.overrides if options.get("custom.footer.reducers") == ["sum"]]
            assert len(sums) == 1
            # Grafana matches what a column is called by then.
            either = {"displayName", "custom.footer.reducers"}
            order = [name for _, name, options in panel.overrides if either & options.keys()]
            assert order[0] == r"/^[^\\]*$/", "else the hours are summed once the first column is called Hour"


def test_the_outline_is_the_county_and_lies_in_the_frame() -> None:
    (panel,) = [panel for panel in panels() if panel.kind == "geomap"]
    outline = panel.json["options"]["layers"][0]
    name = outline["config"]["src"].removeprefix("public/maps/")
    shape = json.loads((ROOT / "grafana" / "maps" / name).read_text(encoding="utf-8"))
    (feature,) = shape["features"]
    (ring,) = feature["geometry"]["coordinates"]
    longitudes, latitudes = zip(*ring, strict=True)
    view = COUNTY_VIEW.to_json()
    # The middle of the county, give or take what the legend and the scale take away.
    assert (min(longitudes) + max(longitudes)) / 2 == pytest.approx(view["lon"], abs=0.03)
    assert (min(latitudes) + max(latitudes)) / 2 == pytest.approx(view["lat"], abs=0.03)


@pytest.mark.parametrize("board", boards("postgres"), ids=lambda board: board.name)
def test_an_exposure_lists_the_marts_of_its_dashboard(board: Board) -> None:
    exposures = yaml.safe_load((ROOT / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    (exposure,) = [one for one in exposures if one["url"].endswith("/" + board.json["uid"])]
    read = {query.mart for panel in board.panels for query in panel.queries}
    assert exposure["depends_on"] == [f"ref('{mart}')" for mart in sorted(read)], "run python -m grafana.build"


def test_every_question_mart_is_on_a_page() -> None:
    read = {panel.query.mart for panel in with_query()}
    # The incidents themselves are too many to show, and the cities are in every mart of theirs.
    unseen = set(mart_columns()) - read - {"incidents", "top_cities"}
    assert unseen == set(), "show them on a page: add a panel to grafana/pages/"


def test_the_folder_of_a_mart_is_a_page_that_shows_it() -> None:
    shown = {
        page.name: {query.mart for panel in board.panels for query in panel.queries}
        for page, board in zip(PAGES, boards("postgres"), strict=True)
    }
    # Every page reads what is in core.
    marts = [path for path in (ROOT / "models/marts").rglob("*.sql") if path.parent.name != "core"]
    for mart in marts:
        pages = [page for page, names in shown.items() if mart.stem in names]
        assert mart.parent.name in pages, (
            f"move {mart.relative_to(ROOT)} and its yml to the folder of a page that shows it: "
            f"{', '.join(pages) or 'none does yet, add a panel to grafana/pages/'}"
        )


# Pieces


def test_sql_has_a_clause_a_line() -> None:
    rows = Select("q01_incidents_by_city", where=("a = 1", "b = 2"), group_by=("a",), order_by=("a DESC", "b"), limit=3)
    assert rows.selecting("a", "MAX(b) AS c").text("marts") == (
        "SELECT a, MAX(b) AS c\n"
        "FROM marts.q01_incidents_by_city\n"
        "WHERE a = 1\n  AND b = 2\n"
        "GROUP BY a\n"
        "ORDER BY a DESC, b\n"
        "LIMIT 3"
    )


def test_a_pivot_picks_a_value_and_its_count_for_each_key() -> None:
    cell = columns.Column("mean_minutes", "", columns.MINUTES)
    mean, count = columns.pivot({"O'NEILL CORNER": "O'Neill Corner"}, "city", cell, "timed_incidents")
    assert mean.selected() == "MAX(CASE WHEN city = 'O''NEILL CORNER' THEN mean_minutes END) AS at_o_neill_corner"
    assert count.header == "n"


def test_shades_stay_readable_below_the_last_step() -> None:
    steps = style.shades(style.BLUE, (1, 2, 4))["steps"]
    assert isinstance(steps, list)
    assert [step["value"] for step in steps] == [None, 1, 2, 4]
    assert [step["color"] for step in steps] == [
        "transparent",
        "rgba(59, 155, 255, 0.07)",
        "rgba(59, 155, 255, 0.29)",
        "#2A6CAB",
    ]
