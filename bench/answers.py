"""Questions 1 to 18 with polars beside a full run of dbt, and whether their numbers are equal."""

from dataclasses import asdict
from pathlib import Path

import duckdb

from bench.measure import median, run
from bench.peers import python_with_peers
from bench.refreshes import ROOT, Side

TOLERANCE = 1e-9
"""Doubles that differ by so little, relatively, are equal: polars adds up in another order."""


def measure(build: Path, landing: Path, repeats: int) -> dict[str, object]:
    """What the polars script and a full run take of the same files, and how many of their cells were compared."""
    side = Side("answers", ROOT, landing, build / "answers.duckdb")
    python, output = python_with_peers(build), build / "polars"
    script = [str(python), "bench/polars_answers.py", str(landing), str(output), "seeds"]
    ours, theirs = [], []
    for _ in range(repeats):
        theirs.append(run(script, ROOT, {}))
        side.start_anew()
        ours.append(side.dbt("run"))
    return {"polars": asdict(median(theirs)), "dbt": asdict(median(ours)), "cells": compare(side.database, output)}


def compare(database: Path, output: Path) -> int:
    """Compares the columns that both have, and returns how many cells these are.

    Raises:
        ValueError: A table is not equal; with its name, and how many rows only one of the two has.
    """
    cells = 0
    with duckdb.connect(str(database), read_only=True) as connection:
        for file in sorted(output.glob("*.parquet")):
            types = columns(connection, f"marts.{file.stem}")
            shared = {name: types[name] for name in columns(connection, f"'{file}'") if name in types}
            rows, different = one_row(connection, comparison(f"marts.{file.stem}", f"'{file}'", shared))
            if different:
                raise ValueError(f"{file.stem}: {different:,} of {rows:,} rows are not equal")
            cells += rows * len(shared)
    return cells


def comparison(ours: str, theirs: str, shared: dict[str, str]) -> str:
    """A query of how many rows there are, and how many have no equal one in the other table."""
    doubles = [name for name, of_type in shared.items() if of_type == "DOUBLE"]
    keys = [name for name in shared if name not in doubles]
    # Rows with equal keys are told apart by their doubles.
    order = f"row_number() over (partition by {', '.join(keys)} order by {', '.join([*doubles, '1'])}) as nth"
    values = ", ".join(f"cast({name} as {of_type}) as {name}" for name, of_type in shared.items())
    sides = [f"(select {values}, {order} from {table})" for table in (ours, theirs)]
    same_key = " and ".join(f"a.{name} is not distinct from b.{name}" for name in [*keys, "nth"])
    near = " and ".join(["a.nth = b.nth", *map(are_near, doubles)])
    return (
        f"select count(*), count(*) filter (where not coalesce({near}, false))"
        f" from {sides[0]} as a full join {sides[1]} as b on {same_key}"
    )


def are_near(name: str) -> str:
    a, b = f"a.{name}", f"b.{name}"
    return f"({a} is not distinct from {b} or abs({a} - {b}) <= {TOLERANCE} * abs({a}))"


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The type of each column of a table or a file."""
    return {name: of_type for name, of_type, *_ in connection.execute(f"describe select * from {table}").fetchall()}


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    (row,) = connection.execute(query).fetchall()
    return row[0], row[1]
