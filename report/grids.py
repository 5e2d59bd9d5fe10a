"""What a panel shows as rows and columns: the table behind a picture, or the table itself."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from grafana import keys, shapes
from grafana.columns import COUNT, DATE, MINUTES, PERCENT, TEXT, Column
from grafana.panels import Panel
from grafana.style import SMALL_SAMPLE
from report import shades
from report.marts import Row
from report.written import written

MOST_ROWS = 25
"""Of a panel that a page shows; more are in the export."""
SHOWN_WHOLE = ("answers",)
"""Marts with a row for each question, of which a page leaves out none."""


@dataclass(frozen=True)
class Cell:
    """A value: as it is, as it is written, and the colour behind it.

    Attributes:
        bar: Colour of the bar under it; None has no bar.
        bar_pct: Its length.
        is_few: A count of a small sample.
    """

    value: Any
    text: str
    colour: str = shades.TRANSPARENT
    bar: str | None = None
    bar_pct: int = 0
    is_few: bool = False

    @property
    def classes(self) -> str:
        bar = f"bar {shades.bar_class_of(self.bar)} w{self.bar_pct}" if self.bar else ""
        names = [shades.class_of(self.colour), "few" if self.is_few else "", bar]
        return " ".join(name for name in names if name)


@dataclass(frozen=True)
class Grid:
    """Columns, and rows of cells.

    Attributes:
        named_by: The column that names a row.
        rows_of_panel: How many rows there are, of which these are the first; None where the panel's query leaves out
            the others, so that nobody has counted them.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    named_by: int
    rows_of_panel: int | None

    @property
    def is_cut(self) -> bool:
        """Whether there are, or may be, more rows than these."""
        return self.rows_of_panel is None or self.rows_of_panel > len(self.rows)

    def numeric(self, place: int) -> bool:
        """Whether a column holds numbers."""
        return self.columns[place].format.decimals is not None


def most_rows_of(panel: Panel) -> int:
    """How many rows of a panel a page shows."""
    return sys.maxsize if panel.query is not None and panel.query.mart in SHOWN_WHOLE else MOST_ROWS


def grid(panel: Panel, rows: Sequence[Row], most_rows: int = MOST_ROWS) -> Grid:
    """The rows of a panel's query as the panel shows them. Raises TypeError for a panel that shows no rows."""
    found = _grid(panel, rows, most_rows)
    return replace(found, rows_of_panel=None) if ends_at_limit(panel, rows) else found


def ends_at_limit(panel: Panel, rows: Sequence[Row]) -> bool:
    """Whether a panel's query found as many rows as it takes: there may be more."""
    return panel.query is not None and len(rows) == panel.query.limit


def _grid(panel: Panel, rows: Sequence[Row], most_rows: int) -> Grid:
    match panel.shape:
        case shapes.Table(columns):
            return _table(columns, rows, most_rows)
        case shapes.Matrix(row, across, cell, headers):
            return _matrix(row, across, cell, headers, rows, most_rows)
        case shapes.Shares(bar, part, share, _, names):
            cell = Column(share, "", PERCENT)
            rows = [{**row, bar: named_bar(row[bar])} for row in rows]
            return _matrix(Column(bar, _heading(bar)), part, cell, names, rows, most_rows)
        case shapes.Bars(label, values, form):
            series = [Column(each.column, each.header, form) for each in values]
            return _table([Column(label, "Place"), *series], rows, most_rows)
        case shapes.Lines(time, values, form, _):
            series = [Column(each.column, each.header, form) for each in values]
            # The newest months, where not all fit.
            return _table([Column(time, "Month", DATE), *series], list(reversed(rows)), most_rows)
        case shapes.Medians(label):
            return _table([Column(label, "Place"), *MEDIANS], medians(rows), most_rows)
        case shapes.Curve(across, up):
            return _table([across, Column(up.column, up.header, across.format)], rows, most_rows)
        case shapes.CountyMap(details):
            columns = [details[0], Column("incidents", "Incidents", COUNT), *details[1:]]
            # A map draws the greatest last.
            return _table(columns, list(reversed(rows)), most_rows)
    raise TypeError(f"{panel.title} shows no rows")


MEDIANS = (
    Column("low", "From", MINUTES),
    Column("median", "Median", MINUTES),
    Column("high", "To", MINUTES),
    Column("difference", "Difference"),
)
CLEAR, CHANCE = "clear", "may be chance"


def medians(rows: Sequence[Row]) -> list[Row]:
    """The rows of medians with one set of columns, and what is said of the difference."""
    found = list[Row]()
    for row in rows:
        for name, words in (("clear", CLEAR), ("chance", CHANCE)):
            low, median, high = (row[f"{name}_{part}"] for part in ("low", "median", "high"))
            if median is not None:
                # Without an interval the dashboards' bar ends with the median.
                high = None if low is None else high
                found.append({**row, "low": low, "median": median, "high": high, "difference": words})
    return found


def _heading(column: str) -> str:
    return "City" if column in ("city", "label") else column.replace("_", " ").capitalize()


def _table(columns: Sequence[Column], rows: Sequence[Row], most_rows: int) -> Grid:
    columns = [column for column in columns if column.header]
    greatest = {column.name: _greatest(rows, [column.name]) for column in columns}
    sharing = _greatest(rows, [column.name for column in columns if column.bars_share_scale])

    def cell(column: Column, row: Row) -> Cell:
        value = row[column.name]
        colour = shades.TRANSPARENT
        if column.shade is not None:
            colour = shades.colour_of(value, column.shade, [greatest[column.name]])
        elif column.verdicts is not None:
            colour = column.verdicts.get(value, shades.TRANSPARENT)
        length = 0
        if column.bar is not None and value is not None:
            full = column.bar_until or (sharing if column.bars_share_scale else greatest[column.name])
            length = round(100 * max(value, 0) / full) if full else 0
        is_few = column.warns_when_few and value is not None and value < SMALL_SAMPLE
        star = "*" if is_few and value else ""
        return Cell(value, written(value, column.format) + star, colour, column.bar, length, is_few)

    cells = [[cell(column, row) for column in columns] for row in rows[:most_rows]]
    texts = [place for place, column in enumerate(columns) if column.format is TEXT]
    return Grid(columns, cells, texts[0] if texts else 0, len(rows))


def _matrix(row: Column, across: str, cell: Column, headers: Any, rows: Sequence[Row], most_rows: int) -> Grid:
    keys = list(dict.fromkeys(each[across] for each in rows))
    names = list(dict.fromkeys(each[row.name] for each in rows))
    values = {(each[row.name], each[across]): each[cell.name] for each in rows}
    every = [value for value in values.values() if value is not None]
    columns = [
        row,
        *(Column(f"at_{place}", str(headers.get(str(key), key)), cell.format) for place, key in enumerate(keys)),
    ]

    def cells(name: Any) -> list[Cell]:
        line = [Cell(name, written(name, row.format))]
        for key in keys:
            value = values.get((name, key))
            of = [values.get((each, key)) for each in names] if cell.shade_by_column else every
            colour = shades.colour_of(value, cell.shade, of) if cell.shade else shades.TRANSPARENT
            line.append(Cell(value, written(value, cell.format), colour))
        return line

    return Grid(columns, [cells(name) for name in names[:most_rows]], 0, len(names))


def _greatest(rows: Sequence[Row], names: Sequence[str]) -> Any:
    values = [row[name] for row in rows for name in names]
    return max((value for value in values if isinstance(value, int | float)), default=None)


def named_bar(name: str) -> str:
    """What a reader sees for a bar of shares."""
    return "COUNTY" if name == keys.COUNTY else name


def plain(header: str) -> str:
    """A header without what makes it differ from its like: zero-width and other spaces at its end."""
    return re.sub(r"[\u200b ]+$", "", header)
