"""A page: variables, links to the other pages, and a row for each question.

On the left of a row stand the answer and how to read it, on the right the evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.models import dashboard as models

from grafana import panels, study, variables
from grafana.panels import Panel
from grafana.sources import Source
from grafana.variables import Variable

GRID_WIDTH = 24
WORDS_WIDTH = 5
EVIDENCE_WIDTH = GRID_WIDTH - WORDS_WIDTH

TIMES = ("now-3y", "now")
"""What the time picker starts with, where there is one. An absolute time would need its milliseconds: Grafana reads the
shorter form of it in a link as the year 1970."""

TITLES = {
    "dispatch-overview": "1 Overview",
    "dispatch-places": "2 Places",
    "dispatch-dispositions": "3 Dispositions",
    "dispatch-response-times": "4 Response times",
    "dispatch-clearance-times": "5 Clearance times",
    "dispatch-patterns": "6 Patterns over time",
    "dispatch-data-quality": "7 Data quality",
}
"""Of the pages by uid, in the order of the links."""


def drill(uid: str, **values: str) -> str:
    """A link to a page with these variables set, their values naming fields of the row; the others stay as they are."""
    kept = [f"${{{name}:queryparam}}" for name in variables.SHARED_NAMES if name not in values]
    return f"/d/{uid}?" + "&".join(kept + [f"var-{name}={value}" for name, value in values.items()])


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
        answer: Question whose answer stands above the words; None where `answers` has none.
        answer_height: In units of the grid.
    """

    title: str
    how_to_read: str
    evidence: Sequence[Band]
    below: Sequence[Band] = ()
    answer: int | None = None
    answer_height: int = 6

    def words(self) -> list[Band]:
        """The answer and how to read it, together as high as the evidence."""
        height = sum(band.height for band in self.evidence)
        how_to_read = panels.how_to_read(self.how_to_read)
        if self.answer is None:
            return [Band(height, [(WORDS_WIDTH, how_to_read)])]
        return [
            Band(self.answer_height, [(WORDS_WIDTH, panels.answer(self.answer))]),
            Band(height - self.answer_height, [(WORDS_WIDTH, how_to_read)]),
        ]


def question(
    number: int, how_to_read: str, evidence: Sequence[Band], below: Sequence[Band] = (), answer_height: int = 6
) -> Row:
    """The row of a question of `study.QUESTIONS`."""
    title = f"Q{number} {study.QUESTIONS[number]}"
    has_answer = number <= study.LAST_ANSWERED
    return Row(title, how_to_read, evidence, below, number if has_answer else None, answer_height)


@dataclass(frozen=True)
class Page:
    """A dashboard.

    Attributes:
        filters: Shared variables that its panels use. It has the others too, hidden, so that links carry them on.
        own_variables: Variables that no other page has.
        opening: Bands above the first question.
        has_time_picker: The time picker chooses the span of a trend; else the period rules, and there is none.
    """

    uid: str
    description: str
    filters: Sequence[str]
    rows: Sequence[Row]
    opening: Sequence[Band] = ()
    own_variables: Sequence[Variable] = ()
    has_time_picker: bool = False

    def dashboard(self, source: Source) -> dashboards.Dashboard:
        """Grafana's dashboard, its panels bound to the data source. To be called once: the SDK's builders change."""
        board = (
            dashboards.Dashboard(TITLES[self.uid])
            .uid(self.uid)
            .description(self.description)
            .tags(["dispatch"])
            # The marts have local times without a zone, which UTC leaves as they are.
            .timezone("utc")
            .readonly()
            .time(*TIMES)
            .timepicker(dashboards.TimePicker().hidden(not self.has_time_picker))
            .tooltip(models.DashboardCursorSync.OFF)
        )
        for uid, title in TITLES.items():
            if uid != self.uid:
                board.link(_link(uid, title))
        for variable in variables.SHARED:
            board.with_variable(variable.builder(source, shown=variable.name in self.filters))
        for variable in self.own_variables:
            board.with_variable(variable.builder(source, shown=True))
        self._place_all(board, source)
        return board

    def _place_all(self, board: dashboards.Dashboard, source: Source) -> None:
        y = _place(board, source, self.opening, x=0, y=0)
        for row in self.rows:
            board.with_row(dashboards.Row(row.title).grid_pos(models.GridPos(x=0, y=y, w=GRID_WIDTH, h=1)))
            _place(board, source, row.words(), x=0, y=y + 1)
            y = _place(board, source, row.evidence, x=WORDS_WIDTH, y=y + 1)
            y = _place(board, source, row.below, x=0, y=y)


def _place(board: dashboards.Dashboard, source: Source, bands: Sequence[Band], x: int, y: int) -> int:
    """Puts bands under each other, and returns where the next one starts."""
    for band in bands:
        left = x
        for width, panel in band.panels:
            builder = panel.builder
            if panel.query is not None:
                builder.datasource(source.ref()).with_target(source.target(panel.query))
            board.with_panel(builder.grid_pos(models.GridPos(x=left, y=y, w=width, h=band.height)))
            left += width
        y += band.height
    return y


def _link(uid: str, title: str) -> dashboards.DashboardLink:
    link = dashboards.DashboardLink(title).type(models.DashboardLinkType.LINK).url(f"/d/{uid}")
    return link.include_vars(True).keep_time(False)
