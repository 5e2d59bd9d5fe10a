"""CSV and Parquet of every mart, by DuckDB's own COPY, and the Data Package that describes them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from export.tables import Column, Table

FORMULA = r"^[=+\-@\t\r]"
"""Texts that a spreadsheet takes for a formula: OWASP, CSV Injection."""

DEFUSED = (
    "In the CSV files a text that begins with =, +, -, @, a tab or a carriage return has an apostrophe before it, so "
    "that no spreadsheet runs it. The Parquet files have the texts as they are."
)

TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
"""Of Table Schema, by DuckDB's own."""


def write(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], folder: Path, done: Callable[[int], None]
) -> int:
    """Writes csv/, parquet/ and datapackage.json, and returns the number of rows.

    Args:
        folder: Is there, and empty.
        done: Called with how many tables are written.
    """
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir()
    rows = 0
    for number, table in enumerate(tables, start=1):
        rows += _copy(connection, csv_query(table), folder / "csv" / f"{table.name}.csv", "format csv, header")
        descriptions = json.dumps({column.name: column.description for column in table.columns})
        about = f"{{description: {_literal(table.description)}, columns: {_literal(descriptions)}}}"
        options = f"format parquet, compression zstd, kv_metadata {about}"
        _copy(connection, f'select * from marts."{table.name}"', folder / "parquet" / f"{table.name}.parquet", options)
        done(number)
    (folder / "datapackage.json").write_text(
        json.dumps(datapackage(tables), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return rows


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> int:
    (count,) = connection.execute(f"copy ({query}) to {_literal(str(path))} ({options})").fetchall()[0]
    return int(count)


def csv_query(table: Table) -> str:
    """The rows as a CSV file has them: no text is a formula."""
    columns = [
        f"case when regexp_matches(\"{column.name}\", '{FORMULA}') then '''' || \"{column.name}\" "
        f'else "{column.name}" end as "{column.name}"'
        if column.type == "VARCHAR"
        else f'"{column.name}"'
        for column in table.columns
    ]
    return f'select {", ".join(columns)} from marts."{table.name}"'


def datapackage(tables: Sequence[Table]) -> dict[str, Any]:
    """The descriptor of a Data Package (specs.frictionlessdata.io), a resource for each CSV file."""
    return {
        "profile": "tabular-data-package",
        "name": "dispatch",
        "title": "Police dispatched incidents of Montgomery County, Maryland",
        "description": f"The records are the county's (data.montgomerycountymd.gov); times are local. {DEFUSED}",
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.description,
        "path": f"csv/{table.name}.csv",
        "parquet": f"parquet/{table.name}.parquet",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, str]:
    field = {"name": column.name, "type": TYPES[column.type], "description": column.description}
    if column.type == "TIMESTAMP":
        # DuckDB writes no T and no zone, which the default demands.
        field["format"] = "any"
    return field


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
