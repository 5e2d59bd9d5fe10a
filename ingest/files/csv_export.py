"""The portal's CSV export, row by row in the form of the API.

The export has headers for people (``Crime Reports``, ``Beat``) where the API has names (``cr_number``, ``sector``), and
times such as ``12/06/2018 03:40:42 PM``. After a pass through a data frame or a spreadsheet, whole numbers read
``138.0`` or ``1,252``, and another character may separate the cells. The API's own CSV, with its names and ISO times,
is read as well.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ingest.errors import UsageError
from ingest.files.columns import check_header, check_row, field_name
from ingest.files.displays import api_value, unwrapped
from ingest.files.json_rows import LONGEST_ROW_CHARACTERS, Row
from ingest.files.readable import blank_before_mark, clean, fault_in, is_missing_mark, missing_mark, shown
from ingest.portal.dataset import STAGED_FIELDS

SEPARATORS = ",;\t|"

_LINES_TO_LOOK_AT = 20
_COMPUTED_REGION = ":@"
"""Starts the names of columns that the portal computes for its maps."""

_SEPARATOR_LINE = re.compile(r"sep=.?", re.IGNORECASE)
"""Excel's own first line, which says what separates the cells."""

_NO_NAME = re.compile(r"(Unnamed: ?\d+(\.\d+)*)?")
"""pandas calls a column so that has no name, and adds a number where that is a name already."""

_NO_TEXT = f' "{SEPARATORS}'

_INCIDENT_ID = re.compile(r"\bP\d{8,10}\b")


@dataclass(frozen=True)
class _Column:
    """A column of the file.

    Attributes:
        name: What the header says.
        field: The API's name; "" where the header says none.
        is_index: Whether it may hold a data frame's row numbers: it has no name, nor has any before it.
        is_computed: Whether the portal computes it for its maps.
    """

    name: str
    field: str
    is_index: bool
    is_computed: bool

    def __str__(self) -> str:
        return self.name if self.name == self.field else f"{self.name} ({self.field})"


def separator_of(head: str) -> str:
    """What separates the cells: that of `SEPARATORS` which leaves most of the dataset's columns in the header.

    Args:
        head: The first characters of the file.

    Raises:
        UsageError: The first line that has text is no header; the message says where it is, or that there is none.
    """
    lines = [line for line in head.splitlines()[:_LINES_TO_LOOK_AT] if not _is_blank(line.split(","))]
    if lines and _SEPARATOR_LINE.fullmatch(lines[0].strip()):
        del lines[0]
    found = [max((_known_columns(line, separator), separator) for separator in SEPARATORS) for line in lines]
    if not found or found[0][0]:
        return found[0][1] if found else ","
    header = next((line for line, (known, _) in zip(lines, found, strict=True) if known > len(STAGED_FIELDS) / 2), None)
    if header:
        raise UsageError(f"its first line is {shown(lines[0])}, and its header comes later: delete what stands above")
    if _INCIDENT_ID.search(lines[0]):
        raise UsageError(f"it has no header: its first line is {shown(lines[0])}, where the columns' names belong")
    return ","


def _known_columns(line: str, separator: str) -> int:
    return len(set(STAGED_FIELDS).intersection(map(field_name, next(csv.reader([line], delimiter=separator), []))))


def rows_of_export(text: TextIO, separator: str) -> Iterator[tuple[str, str, Row, int]]:
    """Reads an export, and yields each row: where it stands, as the text of a JSON object, as an object, and behind how
    many headers that are there again.

    Names and values are those of the API, where a number is a string and an empty cell an absent key. Columns that the
    dataset did not have when this was written keep their name, in the API's spelling. Lines without any text are passed
    over, and so are columns without a name when they hold nothing, or the row numbers of a data frame.

    Args:
        text: The file, opened so that its line ends stay what they are.
        separator: What stands between two cells.

    Raises:
        UsageError: The header lacks columns, or a row is not whole or has a value that cannot be read; the message says
            where.
    """
    lines = _lines(text, separator)
    header = _header(lines)
    columns = _columns(header)
    part = 0
    for place, cells in lines:
        # Files that were put one behind another have their header each.
        is_again = _is_again(cells, header)
        part += is_again
        if is_again or _is_blank(cells):
            continue
        try:
            row = _row(columns, cells)
        except UsageError as error:
            raise UsageError(f"{place}{error}") from error
        check_row(row, place)
        yield place, json.dumps(row, ensure_ascii=False, separators=(",", ":")), row, part


def _lines(text: TextIO, separator: str) -> Iterator[tuple[str, list[str]]]:
    """The cells of each line, and where it begins: one with a mark that is not closed ends far behind."""
    csv.field_size_limit(LONGEST_ROW_CHARACTERS)
    lines = csv.reader(text, delimiter=separator, strict=True)
    while True:
        place = f"line {lines.line_num + 1:,}"
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise UsageError(
                f"{place} is not whole: a quotation mark in it is not closed, or stands within a cell "
                f"({error}, in line {lines.line_num:,}); close it there, or download the file anew if it was cut off"
            ) from error
        if cells is None:
            return
        yield place, cells


def _header(lines: Iterator[tuple[str, list[str]]]) -> list[str]:
    for _, cells in lines:
        if not _is_blank(cells) and not _SEPARATOR_LINE.fullmatch(cells[0].strip()):
            return cells
    return []


def _columns(names: list[str]) -> list[_Column]:
    fields = ["" if _NO_NAME.fullmatch(name.strip()) else field_name(name) for name in names]
    check_header(fields)
    return [
        _Column(name.strip(), field, not any(fields[: number + 1]), is_computed=field.startswith(_COMPUTED_REGION))
        for number, (name, field) in enumerate(zip(names, fields, strict=True))
    ]


def _row(columns: list[_Column], cells: list[str]) -> Row:
    """Makes a row of a line's cells; raises UsageError, whose message follows on the line's number."""
    for column, cell in zip(columns, cells, strict=False):
        # Before the cells are counted, since a mark within the text lets a separator behind it part two cells.
        if cell[:1].isspace() and cell.lstrip().startswith('"'):
            raise UsageError(f", column {column}: {blank_before_mark(cell)}")
    if any(column.field for column in columns[len(cells) :]) or not _is_blank(cells[len(columns) :]):
        raise UsageError(f" has {len(cells)} cells where the header has {len(columns)}: it may be cut off")
    row: Row = {}
    for column, cell in zip(columns, cells, strict=False):
        cell = unwrapped(cell)
        text = cell.strip()
        if not text or column.is_computed:
            continue
        if is_missing_mark(text):
            raise UsageError(f", column {column}: {missing_mark(text)}")
        if column.field:
            row[column.field] = api_value(column.field, cell)
        elif not (column.is_index and text.isdecimal()):
            raise UsageError(f" has {shown(text)} in a column without a name: name the column, or empty it")
    fault = fault_in(row)
    if fault:
        column = next((column for column in columns if column.field == fault[0]), columns[0])
        raise UsageError(f", column {column}: {fault[1]}")
    return row


def _is_again(cells: list[str], header: list[str]) -> bool:
    return len(cells) == len(header) and cells[1:] == header[1:] and clean(cells[0]) == clean(header[0])


def _is_blank(cells: list[str]) -> bool:
    return not any(cell and clean(cell).strip(_NO_TEXT) for cell in cells)
