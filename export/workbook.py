"""One workbook of the marts that answer questions."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import xlsxwriter  # type: ignore[import-untyped]

from export.tables import Table
from grafana import register

MOST_ROWS = 1_048_575
"""Of a sheet below its header."""

LONGEST_SHEET_NAME = 31
LISTS_OF_INCIDENTS = frozenset({"incidents", "incident_list"})


def of_questions(tables: Sequence[Table]) -> list[Table]:
    """The marts of the register and what explains them; not the lists of incidents, which are long."""
    named = {mart for question in register.questions().values() for mart in question.marts}
    named |= {
        mart for question in register.questions().values() for bullet in question.bullets for mart in bullet.marts
    }
    first = ("answers", "reporting_periods")
    wanted = [table for table in tables if table.name in named - LISTS_OF_INCIDENTS]
    return [table for name in first for table in tables if table.name == name] + wanted


def write(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], path: Path, done: Callable[[int], None]
) -> list[str]:
    """Writes a sheet for each table and one that says what the columns mean.

    Returns:
        The tables that have more rows than a sheet, of which it has the first.
    """
    options = {
        "constant_memory": True,
        # A text of the feed stays text.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    cut = []
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        meaning = book.add_worksheet("columns")
        meaning.write_row(0, 0, ["table", "column", "what it means"], bold)
        meaning.set_column(0, 1, 32)
        meaning.set_column(2, 2, 120)
        line = 1
        for number, table in enumerate(tables, start=1):
            for column in table.columns:
                meaning.write_row(line, 0, [table.name, column.name, column.description])
                line += 1
            sheet = book.add_worksheet(table.name[:LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                sheet.set_column(
                    place, place, 24 if column.type == "VARCHAR" else 14, day if column.type == "DATE" else None
                )
            sheet.write_row(0, 0, [column.name for column in table.columns], bold)
            # A cursor of its own: a result that is not read to its end blocks the connection.
            rows = connection.cursor().execute(f'select * from marts."{table.name}" limit {MOST_ROWS + 1}')
            written = 0
            while batch := rows.fetchmany(10_000):
                for row in batch[: MOST_ROWS - written]:
                    written += 1
                    sheet.write_row(written, 0, row)
                if written == MOST_ROWS:
                    cut.append(table.name)
                    break
            sheet.autofilter(0, 0, written, len(table.columns) - 1)
            done(number)
    return cut
