"""A page: variables, links to the other pages, and a row for each question.

On the left of a row stand the answer and how to read it, on the right the evidence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.models import dashboard as models

from grafana import panels, register, style, variables
from grafana.pages import BY_NAME, PAGES, Entry
from grafana.panels import Panel
from grafana.sources import Source
from grafana.sql import Select
from grafana.variables import Variable

GRID_WIDTH = 24
WORDS_WIDTH = 5

TIMES = ("now-3y", "now")
"""What the time picker starts with, where there is one. An absolute time would need its milliseconds: Grafana reads the
shorter form of it in a link as the year 1970."""


OF_A_PANEL = ("viewPanel", "editPanel", "inspect", "inspectTab")
"""What an address has while one panel is open; no other page has that panel."""


ANNOTATIONS = (
    (
        "Named periods",
        style.GREY,
        Select(
            "reporting_periods",
            where=("kind = 'named'",),
            order_by=("start_at",),
            columns=("start_at AS time", "end_at AS timeend", "label AS text"),
        ),
    ),
    (
        "Late or missing landings",
        style.ORANGE,
        Select(
            "data_health",
            where=("hours_behind > 48",),
            order_by=("newest_start_time",),
            columns=("newest_start_time AS time", "'The data stood still here for two days or more' AS text"),
        ),
    ),
)
"""What trends are marked with: name, colour, and rows with a time and a text."""


def drill(page: str, **values: str) -> str:
    """A link to a page with these variables set, their values naming fields of the row; the others stay as they are,
    and so do the kiosk, the theme and the time.

    Raises RegisterError for a page that there is not.
    """
    if page not in BY_NAME:
        raise register.RegisterError(f"there is no page {page} to link to: choose one of {', '.join(BY_NAME)}")
    kept = [f"${{{name}:queryparam}}" for name in variables.SHARED_NAMES if name not in values]
    return "&".join([_address(page, values), *kept, *(f"var-{name}={value}" for name, value in values.items())])


def _address(page: str, own_variables: Iterable[str]) -> str:
    """Of a page, with what the present address has but for the shared variables and these.

    Written is what goes, not what stays: Grafana's `include` leaves every other parameter that it should take away
    (scenes/src/variables/macros/urlMacros.ts deletes from the list that it walks through). The result always has a
    question mark.
    """
    left_out = [*OF_A_PANEL, *(f"var-{name}" for name in dict.fromkeys([*variables.SHARED_NAMES, *own_variables]))]
    return f"/d/{BY_NAME[page].uid}${{__url.params:exclude:{','.join(left_out)}}}"


@dataclass(frozen=True)
class Band:
    """Panels side by side, all of one height, in units of Grafana's grid."""

    height: int
    panels: Sequence[tuple[int, Panel]]
    """Widths and panels."""


@dataclass(frozen=True)
class Row:
    """A question with its answer and its evidence.

    Attributes:
        evidence: To the right of the words.
        below: Over the whole width.
        in_full: Over the whole width, in a row of its own that opens with a click.
        controls: What a reader of the dashboard can click and choose, which follows how to read it.
        question: Its number; None where the row is about something else, and has no answer.
        answer_height: In units of the grid.
    """

    title: str
    how_to_read: str
    evidence: Sequence[Band]
    below: Sequence[Band] = ()
    question: int | None = None
    answer_height: int = 6
    in_full: Sequence[Band] = ()
    controls: str = ""

    def words(self) -> list[Band]:
        """The answer and how to read it, together as high as the evidence."""
        height = sum(band.height for band in self.evidence)
        how_to_read = panels.how_to_read(f"{self.how_to_read.rstrip()} {self.controls}".rstrip())
        if self.question is None:
            return [Band(height, [(WORDS_WIDTH, how_to_read)])]
        return [
            Band(self.answer_height, [(WORDS_WIDTH, panels.answer(self.question))]),
            Band(height - self.answer_height, [(WORDS_WIDTH, how_to_read)]),
        ]


def question(
    number: int,
    how_to_read: str,
    evidence: Sequence[Band],
    below: Sequence[Band] = (),
    answer_height: int = 6,
    in_full: Sequence[Band] = (),
    controls: str = "",
) -> Row:
    """The row of a question of the register. Raises RegisterError for a number that is not in it."""
    return Row(register.question(number).title, how_to_read, evidence, below, number, answer_height, in_full, controls)


@dataclass(frozen=True)
class Page:
    """A dashboard.

    Attributes:
        name: As `grafana.pages` lists it.
        own_variables: Variables that no other page has.
        opening: Bands above the first question.
        has_time_picker: The time picker chooses the span of a trend; else the period rules, and there is none.
    """

    name: str
    rows: Sequence[Row]
    opening: Sequence[Band] = ()
    own_variables: Sequence[Variable] = ()
    has_time_picker: bool = False

    @property
    def questions(self) -> list[int]:
        """The questions that have a row, in order."""
        return [row.question for row in self.rows if row.question is not None]

    @property
    def marts(self) -> list[str]:
        """The marts that its panels read, by name."""
        return sorted({query.mart for query in self._queries})

    @property
    def _top(self) -> list[Band]:
        """What the page is about, and what the data are: Grafana hides a page's title in its kiosk."""
        title = panels.title(BY_NAME[self.name].title, description(BY_NAME[self.name]))
        return [Band(4, [(11, title), (GRID_WIDTH - 11, panels.data_status())]), *self.opening]

    @property
    def _bands(self) -> list[Band]:
        rows = (band for row in self.rows for band in [*row.words(), *row.evidence, *row.below, *row.in_full])
        return [*self._top, *rows]

    @property
    def _queries(self) -> list[Select]:
        panels = [panel for band in self._bands for _, panel in band.panels]
        return [panel.query for panel in panels if panel.query is not None]

    def dashboard(self, source: Source) -> dashboards.Dashboard:
        """Grafana's dashboard, its panels bound to the data source. To be called once: the SDK's builders change.

        It shows the shared variables that its panels use, and has the others too, hidden, so that links carry them on.
        """
        entry = BY_NAME[self.name]
        board = (
            dashboards.Dashboard(entry.numbered_title)
            .uid(entry.uid)
            .description(description(entry))
            .tags(["dispatch"])
            # The marts have local times without a zone, which UTC leaves as they are.
            .timezone("utc")
            .readonly()
            .time(*TIMES)
            .timepicker(dashboards.TimePicker().hidden(not self.has_time_picker))
            .tooltip(models.DashboardCursorSync.OFF)
        )
        own_names = [variable.name for variable in self.own_variables]
        for other in PAGES:
            if other != entry:
                board.link(_link(other, own_names))
        used = set[str]().union(*(query.variables for query in self._queries))
        for variable in variables.SHARED:
            board.with_variable(variable.builder(source, shown=variable.name in used))
        for variable in self.own_variables:
            board.with_variable(variable.builder(source, shown=True))
        if self.has_time_picker:
            for name, colour, select in ANNOTATIONS:
                board.annotation(
                    dashboards.AnnotationQuery()
                    .name(name)
                    .enable(True)
                    .icon_color(colour)
                    .datasource(source.ref())
                    .target(source.target(select))
                )
        self._place_all(board, source)
        return board

    def _place_all(self, board: dashboards.Dashboard, source: Source) -> None:
        y = _place(board, source, self._top, x=0, y=0)
        for row in self.rows:
            board.with_row(dashboards.Row(row.title).grid_pos(_full_width(y)))
            _place(board, source, row.words(), x=0, y=y + 1)
            y = _place(board, source, row.evidence, x=WORDS_WIDTH, y=y + 1)
            y = _place(board, source, row.below, x=0, y=y)
            if row.in_full:
                closed = dashboards.Row(f"{row.title.split()[0]} in full").collapsed(True).grid_pos(_full_width(y))
                _place(closed, source, row.in_full, x=0, y=y + 1)
                board.with_row(closed)
                y += 1


def _full_width(y: int) -> models.GridPos:
    return models.GridPos(x=0, y=y, w=GRID_WIDTH, h=1)


def _place(onto: dashboards.Dashboard | dashboards.Row, source: Source, bands: Sequence[Band], x: int, y: int) -> int:
    """Puts bands under each other, and returns where the next one starts."""
    for band in bands:
        left = x
        for width, panel in band.panels:
            builder = panel.builder
            if panel.query is not None:
                builder.datasource(source.ref()).with_target(source.target(panel.query))
            onto.with_panel(builder.grid_pos(models.GridPos(x=left, y=y, w=width, h=band.height)))
            left += width
        y += band.height
    return y


def description(page: Entry) -> str:
    """What a page is about, and its questions: "How incidents end: questions 6, 7 and 21."."""
    numbers = [str(number) for number in register.questions_of(page.name)]
    if not numbers:
        return f"{page.about}."
    *others, last = numbers
    listed = f"questions {', '.join(others)} and {last}" if others else f"question {last}"
    return f"{page.about}: {listed}."


def _link(page: Entry, own_variables: Iterable[str]) -> dashboards.DashboardLink:
    """The button of another page. Grafana adds the variables of this one."""
    link = dashboards.DashboardLink(page.numbered_title).type(models.DashboardLinkType.LINK)
    return link.url(_address(page.name, own_variables)).include_vars(True).keep_time(False)
