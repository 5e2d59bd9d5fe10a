"""The numbers of the report against the marts, and what it says where it cannot be made."""

import html
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from grafana import build, panels, sql, style
from grafana.columns import COUNT, DATE, MINUTES, PERCENT, TEXT, TIME, Column, Format
from grafana.pages import PAGES
from grafana.shapes import Series
from grafana.sql import Select
from report import document, pictures
from report.__main__ import main
from report.choices import Option, filled
from report.grids import grid
from report.written import written
from tests.python.report.conftest import write_report

Query = str


def article(report: Path, anchor: str) -> str:
    """The HTML of a question in a period."""
    found = re.search(rf'<article id="{anchor}".*?</article>', report.read_text(), re.DOTALL)
    assert found, anchor
    return found[0]


def table(report: Path, anchor: str, title: str) -> list[list[str]]:
    """The texts of a table's body, a list for each row, without the star at the count of a small sample."""
    region = re.search(
        rf'aria-label="Q\d+, table \d+: {re.escape(html.escape(title))}".*?<tbody>(.*?)</tbody>',
        article(report, anchor),
        re.DOTALL,
    )
    assert region, title
    return [
        [html.unescape(cell).removesuffix("*") for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", region[1], re.DOTALL)
    ]


def rows(warehouse: Path, sql: Query) -> list[list[Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [list(row) for row in connection.execute(sql).fetchall()]


TABLES = [
    (
        "q1",
        "Incidents by city",
        "select city_rank, city, incidents, pct_of_all from marts.q01_incidents_by_city where period_id = '{}' "
        "order by incidents desc, city limit 25",
        (COUNT, TEXT, COUNT, PERCENT),
    ),
    (
        "q3",
        "Largest differences from the county",
        "select if(length(initial_type) > 33, initial_type[:32] || '\u2026', initial_type) || ', ' || city "
        "|| ' n=' || incidents, pct_of_city, pct_of_all "
        "from marts.q03_type_shares where period_id = '{}' and city <> 'ALL' "
        "order by abs(difference_points) desc, initial_type, city limit 12",
        (TEXT, PERCENT, PERCENT),
    ),
    (
        "q4",
        "Streets of the whole county",
        "select street, block_incidents, pct_of_all from marts.q04_incidents_by_street where period_id = '{}' "
        "order by street_rank, street limit 25",
        (TEXT, COUNT, PERCENT),
    ),
    (
        "q23",
        "The period and a year before",
        "select area, verdict, median_minutes, median_low_minutes, median_high_minutes, timed_incidents, "
        "median_before, before_low_minutes, before_high_minutes, timed_before, "
        "median_change_minutes, incidents, change_pct "
        "from marts.q23_change where period_id = '{}' and area_kind = 'police_district' and priority_label = 'ALL' "
        "order by timed_incidents desc, area limit 25",
        (TEXT, TEXT, *[MINUTES] * 3, COUNT, *[MINUTES] * 3, COUNT, MINUTES, COUNT, MINUTES),
    ),
    (
        "q25",
        "Addresses with most incidents",
        "select address, city, incidents, days_with_incidents, top_type, top_type_incidents, pct_of_all "
        "from marts.q25_repeat_addresses where period_id = '{}' and incidents >= 3 "
        "order by incidents desc, address limit 25",
        (TEXT, TEXT, COUNT, COUNT, TEXT, COUNT, PERCENT),
    ),
]


@pytest.mark.parametrize("period", ["last_365_days", "2024"])
@pytest.mark.parametrize(("question", "title", "sql", "formats"), TABLES, ids=[each[0] for each in TABLES])
def test_tables_have_the_numbers_of_the_marts(
    report: Path, warehouse: Path, question: str, title: str, sql: str, formats: tuple[Format, ...], period: str
) -> None:
    expected = [
        [written(value, form) for value, form in zip(row, formats, strict=True)]
        for row in rows(warehouse, sql.format(period))
    ]
    assert expected
    assert table(report, f"{period}-{question}", title) == expected


def test_the_answers_at_a_glance_are_all_of_them(report: Path, warehouse: Path) -> None:
    ((answers,),) = rows(warehouse, "select count(*) from marts.answers where period_id = '2024'")
    glance = article(report, "2024-overview-4")
    assert glance.count("<tr>") == answers + 1
    assert "The first" not in glance


def test_the_county_is_not_compared_with_itself() -> None:
    """Of one type in two cities, by hand: fewer rows than bars, so that the county's own would be the third."""
    chosen = {
        "period": [Option("2024", "2024")],
        "city": [Option("All", sql.ALL)],
        "type": [Option("All", sql.ALL)],
    }
    shown = [panel for entry in PAGES for row in build.page(entry).rows for panel in document.panels_of(row)]
    wanted = ("Largest differences from the county", "Differences from the county")
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.q03_type_shares as select * from (values "
            "('2024', 'RAPE', 'ROCKVILLE', 2, 20.0, 15.0, 5.0), ('2024', 'RAPE', 'GERMANTOWN', 1, 10.0, 15.0, -5.0), "
            "('2024', 'RAPE', 'ALL', 3, 15.0, 15.0, 0.0)) as "
            "shares (period_id, initial_type, city, incidents, pct_of_city, pct_of_all, difference_points)"
        )
        found = [
            connection.execute(filled(panel.query, chosen, "marts")).fetchall()
            for panel in shown
            if panel.title in wanted and panel.query is not None
        ]
    assert [[row[0] for row in rows] for rows in found] == [
        ["RAPE, GERMANTOWN n=1*", "RAPE, ROCKVILLE n=2*"],
        ["GERMANTOWN", "ROCKVILLE"],
    ]


def test_each_answer_is_the_sentence_of_answers(report: Path, warehouse: Path) -> None:
    answers = rows(warehouse, "select period_id, question, headline from marts.answers where period_id = 'last_7_days'")
    for period, question, headline in answers:
        found = re.search(r'<p class="answer">(.*?)</p>', article(report, f"{period}-q{question}"))
        assert found
        assert html.unescape(found[1]) == headline


def test_a_picture_says_what_it_shows(report: Path, warehouse: Path) -> None:
    first, second = rows(
        warehouse,
        "select city, incidents from marts.q01_incidents_by_city where period_id = '2024' order by 2 desc, 1 limit 2",
    )
    alternative = re.search(r'role="img" aria-label="(.*?)"', article(report, "2024-q1"))
    assert alternative
    assert f"{first[0]} {first[1]:,}; {second[0]} {second[1]:,}" in alternative[1]


def test_bars_of_places_side_by_side() -> None:
    """Lengths, colours, labels and words of two priorities of one long type, by hand."""
    values = [Series("here", "Here", style.BLUE), Series("there", "There", style.GREY)]
    panel = panels.bars("Minutes", "Minutes.", "label", values, MINUTES, Select("q16_response_challenges"))
    pair = "ALARMRB - RESIDENTIAL BURGLARY/I\u2026"
    drawn = pictures.picture(
        panel,
        [
            {"label": f"{pair}:1, ROCKVILLE n=4*", "here": 10.0, "there": 5.0},
            {"label": f"{pair}:2, ROCKVILLE n=9", "here": 2.5, "there": None},
        ],
        "Minutes",
    )
    assert drawn is not None
    bars = re.findall(r'<path d="M0,[\d.]+h([\d.]+)v[^"]*" fill="(#\w+)"', drawn.svg)
    (longest, _), *_ = bars
    shares = [(round(float(length) / float(longest), 2), colour) for length, colour in bars]
    assert shares == [(1.0, style.BLUE), (0.5, style.GREY), (0.25, style.BLUE), (0.0, style.GREY)][: len(shares)]
    assert len(shares) >= 3
    lines = re.findall(r"<tspan[^>]*>(.*?)</tspan>", drawn.svg)
    shown = "ALARMRB - RESIDENTIAL BUR\u2026"
    assert lines == [f"{shown}:1", "ROCKVILLE n=4*", f"{shown}:2", "ROCKVILLE n=9"]
    assert drawn.alternative == (
        f"Minutes. Bars, 2: {pair}:1, ROCKVILLE n=4* Here 10.0, There 5.0; "
        f"{pair}:2, ROCKVILLE n=9 Here 2.5, There \u2013."
    )


STREETS = panels.table(
    "Streets",
    "Incidents.",
    [Column("street", "Street"), Column("incidents", "Incidents", COUNT, bar=style.BLUE)],
    Select("q04_incidents_by_street", limit=50),
)


def test_a_limit_of_a_query_is_named_as_no_total() -> None:
    """50 rows of a query that takes 50 may be the first of many more; 49 are all."""
    streets = [{"street": f"{number} ST", "incidents": number} for number in range(50, 0, -1)]
    assert grid(STREETS, streets).rows_of_panel is None
    assert grid(STREETS, streets).is_cut
    assert grid(STREETS, streets, most_rows=50).is_cut
    assert grid(STREETS, streets[:49]).rows_of_panel == 49
    cut, whole = (pictures.picture(STREETS, some, "Streets") for some in (streets, streets[:49]))
    assert cut is not None
    assert whole is not None
    assert cut.alternative.startswith("Streets. Bars of Incidents, the first 12: 50 ST 50; ")
    assert whole.alternative.startswith("Streets. Bars of Incidents, the first 12 of 49: 50 ST 50; ")


def test_bars_that_end_at_a_limit_are_the_first() -> None:
    values = [Series("here", "Here", style.BLUE)]
    panel = panels.bars("Minutes", "Minutes.", "label", values, MINUTES, Select("q16_response_challenges", limit=2))
    found = [{"label": f"RAPE:{number}, ROCKVILLE n=9", "here": 10.0} for number in range(2)]
    for some, words in ((found, "the first 2"), (found[:1], "1")):
        drawn = pictures.picture(panel, some, "Minutes")
        assert drawn is not None
        assert drawn.alternative.startswith(f"Minutes. Bars, {words}: RAPE:0, ")


def test_the_caption_of_a_table_has_its_total_or_none(report: Path, warehouse: Path) -> None:
    ((streets,),) = rows(warehouse, "select count(*) from marts.q04_incidents_by_street where period_id = '2024'")
    assert streets > 50
    q4 = article(report, "2024-q4")
    captions = [re.sub("<.*?>", "", each) for each in re.findall(r"<caption>(.*?)</caption>", q4)]
    assert "Streets of the whole county: The first 25" in captions


def test_every_question_has_a_picture_where_it_has_rows(report: Path) -> None:
    without = {
        number
        for number in range(1, 27)
        if 'role="img"' not in article(report, f"last_365_days-q{number}")
        and "<tbody>" in article(report, f"last_365_days-q{number}")
    }
    assert without == set()


def test_nothing_of_the_dashboards_variables_is_left(report: Path) -> None:
    assert "${" not in report.read_text().split("<script>")[0]


CONTROLS = re.compile(
    r"smallest n|filter|\bchosen?\b|\bchoose|appl(?:y|ies)|\bclick|in full|small line|time picker", re.IGNORECASE
)
"""What a reader has in the dashboards, and not in the report."""


def test_no_words_of_the_report_name_a_control_of_the_dashboards(report: Path) -> None:
    words = re.findall(
        r'<(p|div|h\d|caption)(?: class="(?:about|how|empty|span)"| id="[^"]*")?>(.*?)</\1>',
        report.read_text(),
        re.DOTALL,
    )
    assert len(words) > 500
    assert {text for _, text in words if CONTROLS.search(re.sub("<.*?>", "", text))} == set()


def test_no_words_of_an_empty_panel_name_a_control_of_the_dashboards() -> None:
    """Whichever of them a report has, by its data."""
    shown = [panel for entry in PAGES for row in build.page(entry).rows for panel in document.panels_of(row)]
    assert len(shown) > 50
    assert {panel.empty for panel in shown if CONTROLS.search(panel.empty)} == set()


def test_what_is_said_of_rare_rows_is_true_of_addresses(report: Path, warehouse: Path) -> None:
    """The mart has addresses with two incidents, which the report leaves out."""
    ((rare,),) = rows(
        warehouse, "select count(*) from marts.q25_repeat_addresses where period_id = 'last_7_days' and incidents = 2"
    )
    shown = [int(row[2]) for row in table(report, "last_7_days-q25", "Addresses with most incidents")]
    assert rare
    assert min(shown) >= 3
    assert "at least two" not in article(report, "last_7_days-q25").split("How few addresses")[0]
    assert "Where a table leaves out what is rare, it begins at 3 incidents; " in report.read_text()


def test_five_periods_are_below_five_megabytes(report: Path) -> None:
    text = report.read_text()
    assert text.count('<section class="period"') == 5
    assert len(text.encode()) < 5_000_000


def test_periods_can_be_added(warehouse: Path, tmp_path: Path) -> None:
    text = write_report(warehouse, tmp_path / "index.html", "--periods", "2023-07", "2023").read_text()
    assert re.findall(r'<section class="period" id="(.*?)"', text) == [
        *("last_7_days", "last_28_days", "last_365_days", "study_2024_06", "2024", "2023", "2023-07")
    ]


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (1157, COUNT, "1,157"),
        (35.609, PERCENT, "35.6 %"),
        (-0.04, MINUTES, "0.0"),
        (None, PERCENT, "\u2013"),
        (datetime(2024, 6, 3, 7, 5), TIME, "3 Jun 2024 07:05"),
        (date(2024, 6, 13), DATE, "13 Jun 2024"),
        (7, Format("prefix:Q", 0), "Q7"),
        (7.25, Format("suffix:min"), "7.2 min"),
    ],
)
def test_values_are_written_as_the_dashboards_write_them(value: object, form: Format, expected: str) -> None:
    assert written(value, form) == expected


def test_a_missing_file_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPATCH_DUCKDB", str(tmp_path / "none.duckdb"))
    assert main(["--target", "local"]) == 2
    assert f"report: there is no file {tmp_path}/none.duckdb: run make demo or dbt build" in capsys.readouterr().err


def test_an_unknown_period_gets_those_that_there_are(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPATCH_DUCKDB", str(warehouse))
    assert main(["--target", "local", "--output", str(tmp_path / "x.html"), "--periods", "2019"]) == 2
    assert "there is no period 2019; there are: all, last_7_days" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


def test_a_file_without_the_marts_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    monkeypatch.setenv("DISPATCH_DUCKDB", str(tmp_path / "empty.duckdb"))
    assert main(["--target", "local"]) == 2
    assert "build it anew with dbt build" in capsys.readouterr().err


def test_athena_without_its_settings_names_them_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "DISPATCH_ATHENA_RESULTS"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--target", "athena"]) == 2
    assert "set AWS_REGION and DISPATCH_ATHENA_RESULTS" in capsys.readouterr().err
