"""The marts of a DuckDB file, with what their columns mean: the comments that a build leaves on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb


class ExportError(Exception):
    """Nothing can be exported. The message is one sentence for the person at the terminal."""

    exit_code = 2


@dataclass(frozen=True)
class Column:
    """A column: its name, DuckDB's type of it, and what it means."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A mart: its name, one sentence or more on what a row is, and its columns in their order."""

    name: str
    description: str
    columns: Sequence[Column]


def marts(connection: duckdb.DuckDBPyConnection, database: Path) -> list[Table]:
    """All marts by name. Raises ExportError when there is none, or one whose columns say nothing of themselves."""
    described = connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables() where schema_name = 'marts' "
        "union all select view_name, coalesce(comment, '') from duckdb_views() where schema_name = 'marts' order by 1"
    ).fetchall()
    found = connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where schema_name = 'marts' order by table_name, column_index"
    ).fetchall()
    tables = [
        Table(name, about, [Column(*column) for table, *column in found if table == name]) for name, about in described
    ]
    if not tables or not all(column.description for table in tables for column in table.columns):
        raise ExportError(f"{database} has no marts that say what their columns mean: build it anew with dbt build")
    return tables
