"""DuckDB's ``explain analyze`` of the tables that take longest, over the database of a full run."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import duckdb

from bench.refreshes import Side


class Profile(TypedDict):
    """Seconds of processor time, of them those of each kind of operator, and the peak of DuckDB's own memory."""

    seconds: float
    operators: dict[str, float]
    peak_mb: float


def measure(side: Side, tables: list[str]) -> dict[str, Profile]:
    """What a full run does for each table, one table at a time on all cores."""
    with tempfile.TemporaryDirectory() as target, duckdb.connect() as connection:
        side.dbt("compile", "--full-refresh", "--target-path", target, "--select", *tables)
        compiled = {file.stem: file.read_text() for file in Path(target, "compiled").rglob("*.sql")}
        connection.execute(f"attach '{side.database}' as dispatch (read_only)")
        return {table: _profile(connection, compiled[table]) for table in tables}


def _profile(connection: duckdb.DuckDBPyConnection, query: str) -> Profile:
    [(_, text)] = connection.execute(f"explain (analyze, format json) {query}").fetchall()
    explained = json.loads(text)
    operators: Counter[str] = Counter()
    for operator in explained["operator"]:
        _add_seconds(operator, operators)
    return {
        "seconds": explained["query"]["cpu_time"],
        "operators": dict(operators),
        "peak_mb": explained["system"]["peak_buffer_memory"] / 1e6,
    }


def _add_seconds(operator: Mapping[str, Any], seconds: Counter[str]) -> None:
    seconds[operator["name"]] += operator["timing"]
    for child in operator.get("children", []):
        _add_seconds(child, seconds)
