"""The page: periods, questions, evidence, and the HTML file made of them."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from grafana import build, shapes
from grafana.columns import DATE, TIME
from grafana.page import Page
from grafana.page import Row as PageRow
from grafana.pages import PAGES, Entry
from grafana.panels import Panel
from grafana.sql import Select
from grafana.style import SMALL_SAMPLE
from grafana.variables import SMALLEST_N
from report import choices, shades
from report.choices import Choices, Chosen, Period
from report.grids import MOST_ROWS, Grid, grid, most_rows_of, plain
from report.marts import Marts, Row
from report.pictures import Picture, picture
from report.written import written

FOLDER = Path(__file__).parent
NOTHING_HERE = "Nothing in this period."
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Asked:
    """A panel with the SQL that its rows come from, for what was chosen."""

    panel: Panel
    title: str
    query: str


@dataclass(frozen=True)
class Evidence:
    """What a panel shows.

    Attributes:
        number: What it says, where it is one number.
        picture: None where there is none, as of a table beside one.
        empty: What stands there when there are no rows.
    """

    title: str
    description: str
    mart: str
    grid: Grid | None = None
    picture: Picture | None = None
    number: str | None = None
    empty: str | None = None
    is_table: bool = False


@dataclass(frozen=True)
class Part:
    """A row of a page: a question with its answer and its evidence, or what is said besides."""

    anchor: str
    title: str
    answer: str | None
    how_to_read: Markup
    evidence: Sequence[Evidence]
    question: int | None


@dataclass(frozen=True)
class Theme:
    """A page of the dashboards, in one period."""

    entry: Entry
    opening: Sequence[Evidence]
    parts: Sequence[Part]


@dataclass(frozen=True)
class Section:
    """A period."""

    period: Period
    span: str
    themes: Sequence[Theme]


def html(marts: Marts, wanted: Sequence[str], every: bool) -> str | None:
    """The report as one HTML file; None when no incident has landed.

    Raises:
        ReportError: The marts cannot be read, or lack a wanted period.
    """
    pages = [build.page(entry) for entry in PAGES]
    periods = choices.periods(marts, wanted, every)
    if not any(period.row["incidents"] for period in periods):
        return None
    sections = list(_sections(marts, pages, periods))
    newest = marts.read(
        [Select("data_status", columns=("described_as", "newest_start_time"), limit=1).text(marts.schema)]
    )[0]
    return _rendered(sections, marts, newest)


def _sections(marts: Marts, pages: Sequence[Page], periods: Sequence[Period]) -> Iterator[Section]:
    options = Choices(marts, pages)
    chosen = {period.period_id: options.of(period) for period in periods}
    queries = {
        asked.query: None
        for period in periods
        for page in pages
        for panels in [_opening(page), *(panels_of(row) for row in page.rows)]
        for panel in panels
        for asked in _asked(panel, chosen[period.period_id], marts.schema)
    }
    answer = Select("answers", columns=("period_id", "question", "headline")).text(marts.schema)
    *rows, answers = marts.read([*queries, answer])
    found = dict(zip(queries, rows, strict=True))
    headlines = {(row["period_id"], row["question"]): row["headline"] for row in answers}
    for period in periods:
        themes = [
            _theme(page, entry, period, chosen[period.period_id], marts.schema, found, headlines)
            for entry, page in zip(PAGES, pages, strict=True)
        ]
        yield Section(period, _span(period), themes)


def _opening(page: Page) -> list[Panel]:
    return [panel for band in page.opening for _, panel in band.panels]


def panels_of(row: PageRow) -> list[Panel]:
    """All but what Grafana alone can draw, which repeats others in small."""
    panels = [panel for band in [*row.evidence, *row.below, *row.in_full] for _, panel in band.panels]
    return [panel for panel in panels if panel.shape is not None]


def _asked(panel: Panel, chosen: Chosen, schema: str) -> list[Asked]:
    """The panel; of one that repeats over a variable, one for each of its values."""
    assert panel.query is not None
    repeat = panel.shape.repeat if isinstance(panel.shape, shapes.Lines) else None
    each = [choices.narrowed(chosen, repeat, option) for option in chosen[repeat]] if repeat else [chosen]
    return [Asked(panel, choices.titled(panel.title, one), choices.filled(panel.query, one, schema)) for one in each]


def _theme(page: Page, entry: Entry, period: Period, chosen: Chosen, schema: str, found: Any, headlines: Any) -> Theme:
    def shown(panels: Sequence[Panel]) -> list[Evidence]:
        asked = [one for panel in panels for one in _asked(panel, chosen, schema)]
        has_picture = any(not isinstance(panel.shape, shapes.Table | shapes.Number) for panel in panels)
        evidence = []
        for one in asked:
            evidence.append(_evidence(one, found[one.query], draw_table=not has_picture))
            # Of a question with tables alone, the first one that can be drawn is.
            has_picture = has_picture or evidence[-1].picture is not None
        return evidence

    parts = []
    for place, row in enumerate(page.rows):
        name = f"q{row.question}" if row.question is not None else f"{entry.name}-{place}"
        parts.append(
            Part(
                f"{period.anchor}-{name}",
                row.title,
                headlines.get((period.period_id, row.question), "There is no answer for this period.")
                if row.question is not None
                else None,
                markdown(row.how_to_read),
                shown(panels_of(row)),
                row.question,
            )
        )
    return Theme(entry, shown(_opening(page)), parts)


def _evidence(asked: Asked, rows: Sequence[Row], draw_table: bool) -> Evidence:
    panel = asked.panel
    assert panel.query is not None
    about = (asked.title, panel.description, panel.query.mart)
    if isinstance(panel.shape, shapes.Number):
        value = rows[0][panel.shape.column] if rows else None
        return Evidence(*about, number=written(value, panel.shape.written))
    is_table = isinstance(panel.shape, shapes.Table)
    if not rows:
        return Evidence(*about, empty=panel.empty or NOTHING_HERE, is_table=is_table)
    drawn = picture(panel, rows, asked.title) if draw_table or not is_table else None
    return Evidence(*about, grid=grid(panel, rows, most_rows_of(panel)), picture=drawn, is_table=is_table)


def markdown(text: str) -> Markup:
    """Words of a page as HTML; HTML in them stays text."""
    joined = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return Markup(_MARKDOWN.render(joined))


def _span(period: Period) -> str:
    """From the first to the last day with incidents, and how many they are."""
    first, last, incidents = (period.row[name] for name in ("first_date", "last_date", "incidents"))
    if not incidents:
        return "no incidents"
    days = written(first, DATE) if first == last else f"{written(first, DATE)} to {written(last, DATE)}"
    return f"{days}, {incidents:,} {'incident' if incidents == 1 else 'incidents'}"


def _rendered(sections: Sequence[Section], marts: Marts, newest: Sequence[Row]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {"plain": plain, "most_rows": MOST_ROWS, "Markup": Markup}
    script = (FOLDER / "report.js").read_text(encoding="utf-8")
    # The body first: it gives out the classes of the shades.
    body = environment.get_template("body.html.jinja").render(
        sections=sections,
        smallest_n=SMALLEST_N.at_first,
        small_sample=SMALL_SAMPLE,
        newest=written(newest[0]["newest_start_time"], TIME) if newest else written(None, TIME),
        described_as=newest[0]["described_as"] if newest else None,
        made=f"{datetime.now():%-d %b %Y %H:%M}",
        place=marts.place,
    )
    css = (FOLDER / "report.css").read_text(encoding="utf-8") + shades.css() + _bar_css()
    return environment.get_template("page.html.jinja").render(
        body=Markup(body), css=Markup(css), script=Markup(script), css_hash=_hash(css), script_hash=_hash(script)
    )


def _bar_css() -> str:
    """Lengths of bars: a class each, for the page allows no style of a single element."""
    return "".join(f".w{pct}{{--w:{pct}%}}" for pct in range(101)) + "\n"


def _hash(text: str) -> str:
    """As a Content-Security-Policy names what may run or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
