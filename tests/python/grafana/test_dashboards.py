"""The dashboards are what the code writes, hang together, and show only what the marts hold."""

import csv
import itertools
import json
import re
import textwrap
from typing import Any

import pytest
import yaml

from grafana import build, columns, study, style
from grafana.page import EVIDENCE_WIDTH, GRID_WIDTH, TITLES, WORDS_WIDTH
from grafana.panels import COUNTY_VIEW
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
LAST_QUESTION = max(study.QUESTIONS)
TITLE_OF_FRESHNESS = "Are the data fresh and complete?"


def place(panel: Panel) -> tuple[int, int, int, int]:
    at = panel.json["gridPos"]
    return at["x"], at["y"], at["w"], at["h"]


def field_names(text: str) -> set[str]:
    """Fields of a row that a link or a title names."""
    return set(re.findall(r"\$\{__data\.fields\.(\w+)", text))


# Files


def test_the_files_are_what_the_code_writes() -> None:
    written = {path.relative_to(ROOT).as_posix(): text for path, text in build.dashboards().items()}
    committed = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DASHBOARDS.rglob("*.json")
    }
    assert sorted(written) == sorted(committed)
    stale = [name for name, text in written.items() if committed[name] != text]
    assert stale == [], "run python -m grafana.build"


def test_there_are_seven_pages_in_the_order_of_their_numbers() -> None:
    titles = [board.json["title"] for board in boards("postgres")]
    assert titles == list(TITLES.values())
    assert [title[0] for title in titles] == list("1234567")
    assert [board.name[0] for board in boards("postgres")] == list("1234567")
    assert [board.json["uid"] for board in boards("postgres")] == list(TITLES)


@pytest.mark.parametrize(
    ("athena", "postgres"), list(zip(*map(boards, SOURCES), strict=True)), ids=lambda board: board.name
)
def test_the_data_sources_differ_in_targets_alone(athena: Board, postgres: Board) -> None:
    def without_source(board: Board) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(board.json))
        for thing in [*copy["panels"], *copy["templating"]["list"]]:
            thing.pop("datasource", None)
            thing.pop("targets", None)
            if thing["type"] == "query":
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
    for panel in board.panels:
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
        words = [panel for panel in members if panel.title in ("Answer", "How to read")]
        assert {place(panel)[0] for panel in words} == {0}, title
        assert {place(panel)[2] for panel in words} == {WORDS_WIDTH}, title
        assert any(place(panel)[0] == WORDS_WIDTH for panel in members), title
    assert WORDS_WIDTH + EVIDENCE_WIDTH == GRID_WIDTH


@EVERY_BOARD
def test_a_page_links_to_all_others_with_its_variables(board: Board) -> None:
    links = {link["url"]: link for link in board.json["links"]}
    assert list(links) == [f"/d/{uid}" for uid in TITLES if uid != board.json["uid"]]
    for link in links.values():
        assert link["includeVars"] is True
        assert link["keepTime"] is False
        assert "placement" not in link, "would hide it in a menu"


def test_drill_downs_lead_to_pages_and_keep_the_other_variables() -> None:
    urls = [url for panel in with_query() for url in panel.links]
    assert len(urls) >= 20
    for url in urls:
        uid, query = re.fullmatch(r"/d/([a-z-]+)\?(.+)", url).groups()  # type: ignore[union-attr]
        assert uid in TITLES
        parts = query.split("&")
        passed = {re.match(r"(?:var-(\w+)=|\$\{(\w+):queryparam\})", part) for part in parts}
        assert {match[1] or match[2] for match in passed if match} == set(SHARED_NAMES), url


FIELDS_OF_VARIABLES = {
    "city": {"city", "main_city", "top_city"},
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
                name = panel.json["transformations"][0]["options"]["rowField"]
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
    assert shown == used


@EVERY_BOARD
def test_lists_of_values_do_not_depend_on_the_period(board: Board) -> None:
    for variable in board.variables.values():
        if variable["type"] == "query":
            assert "$" not in variable["query"]


@EVERY_BOARD
def test_no_period_is_chosen_beforehand(board: Board) -> None:
    assert board.variables["period"].get("current", {}) == {}, "Grafana takes the first of the query"


@EVERY_BOARD
def test_one_period_and_one_smallest_n_and_several_of_the_rest(board: Board) -> None:
    several = {name for name, variable in board.variables.items() if variable["multi"]}
    assert several - {"type_group"} == {"city", "type", "priority"}
    for name in several:
        variable = board.variables[name]
        assert variable["includeAll"] is True
        assert variable["current"]["value"] == ["$__all"]
    assert board.variables["min_n"]["current"]["value"] in board.variables["min_n"]["query"].split(",")
    assert all(variable["label"] and variable["description"] for variable in board.variables.values())
    assert all(variable["allowCustomValue"] is False for variable in board.variables.values())


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
        assert "://" not in path.read_text(encoding="utf-8")


# Questions


def all_rows() -> dict[str, list[Panel]]:
    return {title: members for board in boards("postgres") for title, members in board.rows()}


def row_of(number: int) -> list[Panel]:
    """Panels of a question's row."""
    ((_, members),) = [item for item in all_rows().items() if item[0].startswith(f"Q{number} ")]
    return members


@pytest.mark.parametrize("number", study.QUESTIONS)
def test_each_question_has_its_row(number: int) -> None:
    titles = [title for board in boards("postgres") for title, _ in board.rows()]
    assert titles.count(f"Q{number} {study.QUESTIONS[number]}") == 1


@pytest.mark.parametrize("number", range(1, study.LAST_ANSWERED + 1))
def test_questions_are_asked_as_in_the_analyses(number: int) -> None:
    (path,) = (ROOT / "analyses").glob(f"q{number:02d}_*.sql")
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"-- {study.QUESTIONS[number]}"


@pytest.mark.parametrize("number", study.QUESTIONS)
def test_each_row_has_words_and_evidence(number: int) -> None:
    members = row_of(number)
    answers = [panel for panel in members if panel.title == "Answer"]
    assert len(answers) == (number <= study.LAST_ANSWERED)
    for answer in answers:
        assert answer.query.mart == "answers"
        assert f"question = {number}\n" in answer.query.text + "\n"
    (how,) = [panel for panel in members if panel.kind == "text"]
    assert 80 < len(how.json["options"]["content"]) < 620
    marts = {query.mart for panel in members for query in panel.queries}
    assert any(mart.startswith(f"q{number:02d}_") for mart in marts)


LETTERS_IN_A_LINE = 31
LINE_PIXELS, UNIT_PIXELS, FRAME_PIXELS = 22, 38, 50


@pytest.mark.parametrize("panel", [panel for panel in panels() if panel.kind == "text"], ids=str)
def test_words_fit_beside_the_evidence(panel: Panel) -> None:
    """At 1280 pixels, as measured in Grafana: five columns hold some 31 letters a line."""
    paragraphs = re.sub("[*`]", "", panel.json["options"]["content"]).split("\n\n")
    lines = sum(len(textwrap.wrap(paragraph, LETTERS_IN_A_LINE)) for paragraph in paragraphs) + len(paragraphs) / 2
    _, _, _, height = place(panel)
    assert lines * LINE_PIXELS <= height * UNIT_PIXELS - FRAME_PIXELS


def test_the_landings_have_their_row() -> None:
    marts = [query.mart for panel in all_rows()[TITLE_OF_FRESHNESS] for query in panel.queries]
    assert set(marts) == {"data_health"}


@pytest.mark.parametrize("number", [11, 13, 14, 15])
def test_consistently_slow_and_fast_pairs_have_a_panel(number: int) -> None:
    orders = [panel.query.text.split("ORDER BY ")[1] for panel in row_of(number) if panel.title.startswith("Consist")]
    assert [order.split(",")[0] for order in orders] == ["firm_least_minutes DESC", "firm_greatest_minutes"]


# Panels


def test_panels_are_of_kinds_that_read_well() -> None:
    assert {panel.kind for panel in panels()} == {"barchart", "geomap", "stat", "table", "text", "timeseries"}


@pytest.mark.parametrize("panel", panels(), ids=str)
def test_every_panel_has_a_title(panel: Panel) -> None:
    assert panel.title.strip()


@EVERY_QUERY
def test_every_panel_says_what_it_shows_and_why_it_is_empty(panel: Panel) -> None:
    assert panel.json["description"].endswith(".")
    assert panel.json["fieldConfig"]["defaults"]["noValue"]


@EVERY_QUERY
def test_empty_panels_advise_what_their_query_heeds(panel: Panel) -> None:
    words = panel.json["fieldConfig"]["defaults"]["noValue"]
    if "smallest n" in words:
        assert "min_n" in panel.query.variables
    if "four largest cities" in words:
        assert "city" in panel.query.variables
        assert panel.query.mart not in ("q01_incidents_by_city", "q04_incidents_by_street", "q05_hotspots")


@EVERY_QUERY
def test_every_value_has_a_unit(panel: Panel) -> None:
    defaults = panel.json["fieldConfig"]["defaults"]
    if panel.kind != "table":
        assert defaults["unit"]
        return
    units = {name: options.get("unit") for matcher, name, options in panel.overrides if matcher == "byName"}
    if panel.title == "Answer":
        assert panel.query.columns == ["headline"]
    elif panel.is_pivoted:
        assert all(options["unit"] for matcher, _, options in panel.overrides if matcher == "byRegexp")
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
        if "custom.cellOptions" in options and "unit" in options:
            (mapping,) = options["mappings"]
            assert mapping["options"]["match"] == "null", name
            assert mapping["options"]["result"]["text"] == style.NOTHING


@EVERY_QUERY
def test_what_a_panel_names_is_in_its_sql(panel: Panel) -> None:
    returned = set(panel.query.columns)
    named = {name for matcher, name, _ in panel.overrides if matcher == "byName"}
    if panel.is_pivoted:
        (transformation,) = panel.json["transformations"]
        keys = {transformation["options"][key] for key in ("rowField", "columnField", "valueField")}
        assert keys == returned
        named -= {*study.CITIES, study.COUNTY, *study.STREETS, *study.WEEKDAYS}
        named -= {*style.BUCKET_COLOURS, *style.LOCATION_COLOURS}
        named |= keys
    options = panel.json["options"]
    named |= {options[key] for key in ("xField", "colorByField") if key in options}
    named |= set(re.findall(r"^/\^(\w+)\$/$", options.get("reduceOptions", {}).get("fields", "")))
    for layer in options.get("layers", []):
        named |= {layer["location"][axis] for axis in ("latitude", "longitude") if "location" in layer}
        named |= set(re.findall(r'"field": "(\w+)"', json.dumps(layer)))
    named |= field_names(json.dumps(panel.json["fieldConfig"]))
    assert named <= returned


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
    if panel.title != "Answer" and "dimension = 'all'" not in panel.query.text and panel.title != "Period":
        assert "ORDER BY" in panel.query.text


def test_question_marts_are_read_for_a_period() -> None:
    for panel in with_query():
        if "period_id" in mart_columns()[panel.query.mart]:
            assert "period_id = ${period:sqlstring}" in panel.query.text, panel


def test_the_readme_leads_to_each_question() -> None:
    link = re.compile(r"^\| (\d+) \|.*\| \[Q(\d+), (.+?)\]\((.+?)\) \|$", flags=re.MULTILINE)
    index = link.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in index] == list(range(1, study.LAST_ANSWERED + 1))
    for number, row, page, picture in index:
        assert row == number
        (board,) = [board for board in boards("postgres") if board.json["title"].endswith(page)]
        assert any(title.startswith(f"Q{number} ") for title, _ in board.rows())
        assert picture == f"docs/pictures/{board.name}-light.png"
        assert (ROOT / picture).is_file()


# What the code names


def test_the_pivoted_cities_are_those_of_the_study() -> None:
    published = yaml.safe_load((ROOT / "tests" / "published" / "june_2024.yml").read_text(encoding="utf-8"))
    by_incidents = sorted(published["incidents_by_city"].items(), key=lambda item: -item[1])
    top = [city.upper() for city, _ in by_incidents[: project_variables()["top_n"]]]
    assert list(study.CITIES) == list(style.CITY_COLOURS) == top


def test_streets_types_and_limits_are_those_of_the_project() -> None:
    variables = project_variables()
    assert list(study.STREETS) == variables["focus_streets"]
    assert list(study.FOCUS_TYPES) == variables["focus_types"]
    assert variables["question_12"]["pair"] == study.QUESTION_12_PAIR
    assert variables["small_sample"] == style.SMALL_SAMPLE


def test_each_time_range_has_a_colour() -> None:
    with (ROOT / "seeds" / "time_buckets.csv").open(encoding="utf-8") as file:
        assert list(style.BUCKET_COLOURS) == [row["bucket"] for row in csv.DictReader(file)]


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
    assert exposure["label"] == board.json["title"]
    assert exposure["type"] == "dashboard"
    read = {query.mart for panel in board.panels for query in panel.queries}
    assert exposure["depends_on"] == [f"ref('{mart}')" for mart in sorted(read)]


def test_every_question_mart_is_on_a_page() -> None:
    read = {panel.query.mart for panel in with_query()}
    # The incidents themselves are too many to show, and the cities are in every mart of theirs.
    assert set(mart_columns()) - read == {"incidents", "top_cities"}


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
        "#2E78BE",
    ]
