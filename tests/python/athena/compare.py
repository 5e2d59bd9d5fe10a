"""Are two tables the same, cell by cell?"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Cell = str | float | None

RELATIVE_TOLERANCE = 1e-9
"""Of doubles alone: two engines may add them up in another order."""

MOST_DIFFERENCES_TOLD = 10


@dataclass(frozen=True)
class Table:
    """A table's content; doubles are floats, everything else is text as Athena writes it."""

    columns: Sequence[str]
    rows: Sequence[tuple[Cell, ...]]


def as_athena_writes(value: object) -> Cell:
    """A value of DuckDB: a float as it is, everything else as the text that Athena gives."""
    match value:
        case None | float():
            return value
        case bool():
            return str(value).lower()
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case int() | str() | dt.date():
            return str(value)
        case list():
            return f"[{', '.join(map(str, value))}]"
    raise TypeError(f"{value!r} is of no type that the project's tables have")


def differences(duckdb: Table, athena: Table) -> list[str]:
    """One line a difference, for people; empty when the tables are equal, in whatever order their rows are.

    Columns are matched by name. Rows are matched by all that is not a double, and among equal ones in order of their
    doubles.
    """
    if set(duckdb.columns) != set(athena.columns):
        return [f"columns: {sorted(duckdb.columns)} on DuckDB, {sorted(athena.columns)} on Athena"]
    doubles = [
        name for index, name in enumerate(duckdb.columns) if any(isinstance(r[index], float) for r in duckdb.rows)
    ]
    exact = [name for name in duckdb.columns if name not in doubles]
    here, there = _by_key(duckdb, exact, doubles), _by_key(athena, exact, doubles)
    told = []
    for key in sorted(here.keys() | there.keys(), key=repr):
        row = ", ".join(f"{name}={value!r}" for name, value in zip(exact, key, strict=True))
        if len(here[key]) != len(there[key]):
            told.append(f"{len(here[key])} on DuckDB, {len(there[key])} on Athena: {row}")
            continue
        for ours, theirs in zip(sorted(here[key], key=_order), sorted(there[key], key=_order), strict=True):
            told += [
                f"{name}: {a!r} on DuckDB, {b!r} on Athena: {row}"
                for name, a, b in zip(doubles, ours, theirs, strict=True)
                if not _close(a, b)
            ]
    return told


def report(differing: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The first differences of each table that has any."""
    parts = []
    for name, told in differing:
        more = len(told) - MOST_DIFFERENCES_TOLD
        parts += [f"{name} differs:", *(f"  {line}" for line in told[:MOST_DIFFERENCES_TOLD])]
        parts += [f"  ... and {more} more"] if more > 0 else []
    return "\n".join(parts)


def _by_key(
    table: Table, exact: Sequence[str], doubles: Sequence[str]
) -> defaultdict[tuple[Cell, ...], list[tuple[float | None, ...]]]:
    places = {name: index for index, name in enumerate(table.columns)}
    rows = defaultdict(list)
    for row in table.rows:
        rows[tuple(row[places[name]] for name in exact)].append(tuple(_double(row[places[name]]) for name in doubles))
    return rows


def _double(value: Cell) -> float | None:
    return None if value is None else float(value)


def _order(values: tuple[float | None, ...]) -> list[tuple[bool, float]]:
    return [(value is None, value or 0.0) for value in values]


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE)
