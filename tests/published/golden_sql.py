"""A golden test as SQL: published figures beside those of a mart; its rows are the figures that differ.

The SQL runs on DuckDB and on Trino (Athena): doubles are written with an exponent, since a plain `8.6` is a decimal on
Trino, and differences are compared with a tolerance, since rounding is not the same everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Value = str | int | float
STUDY_PERIOD = "study_2024_06"
LONGEST_COLUMN_LIST = 95  # characters on one line
HOW_TO_CHANGE = "Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this."


@dataclass(frozen=True)
class Figure:
    """A column that is compared: exactly, or within a tolerance, which is a number or another published column."""

    column: str
    tolerance: float | str | None = None

    @property
    def sql_type(self) -> str:
        """The column's type where there is no published value."""
        return "bigint" if self.tolerance is None else "double"

    def holds(self) -> str:
        """Return the SQL condition that the mart's figure is the published one; null where the mart has none."""
        if self.tolerance is None:
            return f"mart.{self.column} = published.{self.column}"
        limit = f"published.{self.tolerance}" if isinstance(self.tolerance, str) else literal(self.tolerance)
        return f"abs(mart.{self.column} - published.{self.column}) <= {limit}"


@dataclass(frozen=True)
class Unlisted:
    """The greatest value of `column` that a mart's row may have which is not among the published ones.

    `most` has a row for each group of the mart's rows for which that was published: the values of `groups`, then the
    greatest value. Without `groups` it has one row, of which the value holds for all.
    """

    why: str
    column: str
    groups: tuple[str, ...]
    most: Sequence[tuple[Value, ...]]


@dataclass(frozen=True)
class GoldenTest:
    """Published figures, and the mart that must show them.

    `about` starts with the question and the panel. `keys` are the columns that find a published row in the mart.
    `rows` holds the values of `keys`, of the figures' columns, and of `more_columns`. `mart_sql` is what is compared,
    if that is not simply the study's period of `mart`.
    """

    name: str
    about: tuple[str, ...]
    mart: str
    keys: tuple[str, ...]
    figures: tuple[Figure, ...]
    rows: Sequence[tuple[Value, ...]]
    more_columns: tuple[str, ...] = ()
    mart_sql: str | None = None
    unlisted: Unlisted | None = None

    def render(self) -> str:
        """Return the SQL of the test."""
        comments = "".join(f"-- {line}\n" for line in (*self.about, HOW_TO_CHANGE))
        columns = (*self.keys, *(figure.column for figure in self.figures), *self.more_columns)
        ctes = [
            _cte("mart", self.mart_sql or of_study_period(self.mart)),
            _cte("published", _values("figures", columns, self.rows)),
            _cte("differing", self._differing()),
        ]
        last = "differing"
        if self.unlisted:
            if self.unlisted.groups:
                limits = _values("limits_of_groups", (*self.unlisted.groups, "most"), self.unlisted.most)
                ctes.append(_cte("limits", limits))
            ctes.append(f"-- {self.unlisted.why}\n{_cte('unlisted', self._unlisted(self.unlisted))}")
            ctes.append(_cte("final", "select * from differing\nunion all\nselect * from unlisted"))
            last = "final"
        steps = ",\n\n".join(ctes)
        return f"{comments}\nwith {steps}\n\nselect * from {last}\n"

    def _differing(self) -> str:
        columns = [f"published.{key}" for key in self.keys]
        for figure in self.figures:
            columns.append(f"published.{figure.column} as published_{figure.column}")
            columns.append(f"mart.{figure.column} as mart_{figure.column}")
        # A figure that is missing from the mart makes the condition null, so it is not known to hold either.
        conditions = [f"not coalesce({figure.holds()}, false)" for figure in self.figures]
        return "\n".join(
            [
                "select",
                ",\n".join(f"    {column}" for column in columns),
                "from published",
                "left join mart",
                _on(self.keys, "published", "mart"),
                "where",
                "    " + "\n    or ".join(conditions),
            ]
        )

    def _unlisted(self, unlisted: Unlisted) -> str:
        columns = [f"mart.{key}" for key in self.keys]
        for figure in self.figures:
            columns.append(f"cast(null as {figure.sql_type}) as published_{figure.column}")
            columns.append(f"mart.{figure.column} as mart_{figure.column}")
        if unlisted.groups:
            limit = "limits.most"
            limits = ["inner join limits", _on(unlisted.groups, "mart", "limits")]
        else:
            limit = literal(unlisted.most[0][0])
            limits = []
        return "\n".join(
            [
                "select",
                ",\n".join(f"    {column}" for column in columns),
                "from mart",
                *limits,
                "left join published",
                _on(self.keys, "mart", "published"),
                "where",
                f"    published.{self.keys[0]} is null",
                f"    and mart.{unlisted.column} > {limit}",
            ]
        )


def of_study_period(mart: str, *conditions: str) -> str:
    """Return the select of a mart's rows of the study's period that fulfil the conditions."""
    where = "\n    and ".join((f"period_id = '{STUDY_PERIOD}'", *conditions))
    if conditions:
        return f"select *\nfrom {{{{ ref('{mart}') }}}}\nwhere\n    {where}"
    return f"select *\nfrom {{{{ ref('{mart}') }}}}\nwhere {where}"


def literal(value: Value) -> str:
    """Return the value as SQL: text in quotes, a whole number, or a double."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, float):
        text = repr(value).removesuffix(".0")
        return text if "e" in text else f"{text}e0"
    return str(value)


def _cte(name: str, sql: str) -> str:
    lines = (f"    {line}" for line in sql.splitlines())
    return f"{name} as (\n\n" + "\n".join(lines) + "\n\n)"


def _values(name: str, columns: Iterable[str], rows: Sequence[tuple[Value, ...]]) -> str:
    lines = ",\n".join(f"    ({', '.join(literal(value) for value in row)})" for row in rows)
    names = ", ".join(columns)
    if len(names) > LONGEST_COLUMN_LIST:
        names = "\n    " + names.replace(", ", ",\n    ") + "\n"
    return f"select *\nfrom (\n    values\n{lines}\n) as {name} ({names})"


def _on(keys: Iterable[str], left: str, right: str) -> str:
    return "    on " + "\n    and ".join(f"{left}.{key} = {right}.{key}" for key in keys)
