"""The report in a real Chromium, opened as a file."""

import shutil
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from grafana import register
from tests.python.report.conftest import open_page, write_report

HOSTILE = "<script>alert('city')</script>\" onload=alert(1) =cmd()|' /C calc'!A0 </svg></style>"


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (768, "dark"), (1280, "light"), (1920, "dark")])
def test_it_shows_every_question_and_asks_for_nothing(browser: Browser, report: Path, width: int, theme: str) -> None:
    seen = open_page(browser, report, width, theme)
    with seen.context:
        titles = seen.page.locator("article:visible h4").all_inner_texts()
        wanted = [question.title for question in register.questions().values()]
        assert sorted(title for title in titles if title in wanted) == sorted(wanted)
        assert seen.console == []
        assert seen.requests == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("theme", "rules"), [("light", None), ("dark", ["color-contrast"])])
def test_axe_finds_nothing(browser: Browser, report: Path, theme: str, rules: list[str] | None) -> None:
    seen = open_page(browser, report, theme=theme)
    with seen.context:
        # What is closed is looked at too; other periods are made alike, and would take as long again.
        seen.page.evaluate("for (const each of document.querySelectorAll('.period[hidden]')) each.remove()")
        seen.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found = Axe().run(seen.page, options={"runOnly": rules} if rules else None)
        assert [
            (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in found.response["violations"]
        ] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_on_dark_cells_of_a_picture_are_white(browser: Browser, report: Path, theme: str) -> None:
    """A rule of CSS stands above what an SVG says of its texts."""
    seen = open_page(browser, report, theme=theme)
    with seen.context:
        colours = "each => [each.getAttribute('fill'), getComputedStyle(each).fill]"
        texts = seen.page.locator(".picture:visible text")
        found = {tuple(pair) for pair in texts.evaluate_all(f"all => all.map({colours})")}
        ink = seen.page.evaluate("getComputedStyle(document.body).color")
        assert found == {(None, ink), ("currentColor", ink), ("#ffffff", "rgb(255, 255, 255)")}


UNDER_THE_NEXT = """
all => all.flatMap(picture => {
    const boxes = selector => [...picture.querySelectorAll(selector)].map(each => [each, each.getBoundingClientRect()]);
    const squares = boxes('path[d^="M-5,-5h10"]');
    return boxes('text').filter(([, text]) => squares.some(([, square]) =>
        text.left < square.right && square.left < text.right && text.top < square.bottom && square.top < text.bottom
    )).map(([each]) => each.textContent);
})
"""


@pytest.mark.parametrize("width", [390, 1300])
def test_no_name_of_a_legend_lies_under_the_next_square(browser: Browser, report: Path, width: int) -> None:
    """Readers' fonts are wider than the one that the pictures are measured by."""
    seen = open_page(browser, report, width)
    with seen.context:
        assert seen.page.locator('.picture:visible path[d^="M-5,-5h10"]').count() > 20
        assert seen.page.locator(".picture:visible svg").evaluate_all(UNDER_THE_NEXT) == []


def test_the_keyboard_reaches_the_period_and_changes_it(browser: Browser, report: Path) -> None:
    seen = open_page(browser, report)
    with seen.context:
        assert seen.page.locator(".period:visible").get_attribute("id") == "study_2024_06"
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.id") == "period"
        seen.page.keyboard.press("Home")
        seen.page.wait_for_selector("#last_7_days:visible")
        assert seen.page.locator(".period:visible").count() == 1
        assert seen.console == []


def test_an_address_leads_to_a_question_of_a_period(browser: Browser, report: Path) -> None:
    seen = open_page(browser, report, anchor="#last_28_days-q22")
    with seen.context:
        assert seen.page.locator(".period:visible").get_attribute("id") == "last_28_days"
        assert seen.page.locator("#period").input_value() == "last_28_days"
        box = seen.page.locator("#last_28_days-q22").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 200


def test_paper_has_the_tables_that_are_closed_on_a_screen(browser: Browser, report: Path) -> None:
    seen = open_page(browser, report)
    with seen.context:
        closed = seen.page.locator(".evidence:visible details:not([open])").count()
        seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert closed > 0
        assert seen.page.locator(".evidence:visible details:not([open])").count() == 0
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("#choice").is_visible()
        seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert seen.page.locator(".evidence:visible details:not([open])").count() == closed


def test_text_of_the_feed_stays_text(browser: Browser, warehouse: Path, tmp_path: Path) -> None:
    """The most common city, street, type and address, and all sentences, become HTML, quotes and a formula."""
    database = tmp_path / "hostile.duckdb"
    shutil.copy(warehouse, database)
    with duckdb.connect(str(database)) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'marts' and "
            "column_name in ('city', 'street', 'initial_type', 'top_type', 'top_street', 'top_city', 'main_city', "
            "'address', 'area', 'value', 'disposition', 'headline', 'type_group', 'label', 'missing_reason') "
            "and table_name not in ('incidents', 'q05_hotspots_by_group', 'reporting_periods')"
        ).fetchall()
        for table, column in columns:
            connection.execute(
                f"update marts.{table} set {column} = ? where {column} = (select max({column}) from marts.{table}) "
                "or ? = 'headline'",
                [HOSTILE, column],
            )
    seen = open_page(browser, write_report(database, tmp_path / "index.html", "--every-period"))
    with seen.context:
        assert seen.console == []
        assert seen.requests == []
        assert seen.page.locator("script").count() == 1
        assert seen.page.locator("[onload]").count() == 0
        assert seen.page.locator("article:visible .answer").first.inner_text() == HOSTILE
        assert seen.page.locator("td:visible, th:visible").filter(has_text=HOSTILE).count() > 5
        assert seen.page.locator("svg:visible text", has_text="<script>").count() > 0
        titles = seen.page.locator("article:visible h4").all_inner_texts()
        assert {question.title for question in register.questions().values()} <= set(titles)
