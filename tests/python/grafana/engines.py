"""The three engines that panels read: the same marts on each, and results that can be compared."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]

from grafana.publish import marts_to_publish
from local_athena.client import Client
from local_athena.moto_server import aws_session
from local_athena.server import LocalAthena

Cell = bool | int | float | str | dt.date | None

RELATIVE_TOLERANCE = 1e-9
"""Of doubles alone: engines may add them up in another order."""

# What Grafana takes for the same kind of value. Other types, such as decimals, it may show as text.
KINDS = {
    "bigint": "number", "integer": "number", "int32": "number", "int64": "number", "double": "number",
    "string": "text", "varchar": "text", "boolean": "boolean", "bool": "boolean",
    "date": "time", "date32[day]": "time", "timestamp": "time", "timestamp[us]": "time",
}  # fmt: skip

HIVE_TYPES = {
    "BIGINT": "bigint", "INTEGER": "int", "DOUBLE": "double", "VARCHAR": "string", "BOOLEAN": "boolean",
    "DATE": "date", "TIMESTAMP": "timestamp",
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What a query returned: names and kinds of its columns, and its rows in their order."""

    columns: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[tuple[Cell, ...]]


class Engine(Protocol):
    """Runs queries on the marts."""

    def run(self, sql: str) -> Result: ...


class PostgreSQL:
    """A database that was published, read as Grafana reads it: by that role, in one connection after another."""

    def __init__(self, url: str) -> None:
        self._connection = dbapi.connect(url, autocommit=True)

    def run(self, sql: str) -> Result:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            table = cursor.fetch_arrow_table()
        types = [str(field.type) for field in table.schema]
        return Result(table.schema.names, kinds(types), [tuple(row.values()) for row in table.to_pylist()])

    def close(self) -> None:
        self._connection.close()


class DuckDB:
    """The file that dbt built."""

    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(str(file), read_only=True)
        self._connection.execute("USE marts")

    def run(self, sql: str) -> Result:
        cursor = self._connection.execute(sql)
        description = cursor.description or []
        types = [str(column[1]).lower() for column in description]
        return Result([column[0] for column in description], kinds(types), cursor.fetchall())

    def close(self) -> None:
        self._connection.close()


class Athena:
    """A database of the local Athena, which the data source names."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self._database = database

    def run(self, sql: str) -> Result:
        query_id = self._client.run(sql, self._database)["QueryExecutionId"]
        pages = list(self._client.api.get_paginator("get_query_results").paginate(QueryExecutionId=query_id))
        columns = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        types = [column["Type"] for column in columns]
        rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]][1:]
        return Result(
            [column["Name"] for column in columns],
            kinds(types),
            [
                tuple(_value(datum.get("VarCharValue"), type_) for datum, type_ in zip(row, types, strict=True))
                for row in rows
            ],
        )


def _value(text: str | None, athena_type: str) -> Cell:
    """A value as the other engines return it."""
    if text is None:
        return None
    match athena_type:
        case "bigint" | "integer":
            return int(text)
        case "double":
            return float(text)
        case "boolean":
            return text == "true"
        case "date":
            return dt.date.fromisoformat(text)
        case "timestamp":
            return dt.datetime.fromisoformat(text)
    return text


def kinds(types: Sequence[str]) -> list[str]:
    """What Grafana takes the types of columns for; raises KeyError for one that it would show as text."""
    return [KINDS[type_] for type_ in types]


def copy_marts(source: Path, athena: LocalAthena, client: Client, database: str) -> None:
    """Makes tables in the local Athena with the rows of those of a DuckDB file.

    That dbt builds equal tables on both is what tests/python/athena proves; here a copy will do, which takes seconds.
    """
    s3 = aws_session().client("s3", endpoint_url=athena.aws_endpoint)
    client.run(f"CREATE SCHEMA IF NOT EXISTS {database}")
    with duckdb.connect(str(source), read_only=True) as connection:
        for mart in marts_to_publish():
            columns = ", ".join(
                f"`{name}` {HIVE_TYPES[type_]}"
                for name, type_, *_ in connection.execute(f"DESCRIBE marts.{mart}").fetchall()
            )
            file = source.with_name(f"{mart}.parquet")
            connection.execute(f"COPY marts.{mart} TO '{file}' (FORMAT parquet)")
            s3.upload_file(str(file), "warehouse", f"{database}/{mart}/0.parquet")
            file.unlink()
            client.run(
                f"CREATE EXTERNAL TABLE {database}.{mart} ({columns}) "
                f"STORED AS PARQUET LOCATION 's3://warehouse/{database}/{mart}/'"
            )


def same(a: Result, b: Result) -> bool:
    """Are two results equal, in names, kinds and order, cell by cell?"""
    if (list(a.columns), list(a.kinds), len(a.rows)) != (list(b.columns), list(b.kinds), len(b.rows)):
        return False
    return all(all(map(_same_cell, x, y)) for x, y in zip(a.rows, b.rows, strict=True))


def _same_cell(a: Cell, b: Cell) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE)
    return a == b
