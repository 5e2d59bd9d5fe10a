"""The SQL of a panel: rows of one mart, chosen and ordered. What has to be computed, dbt has computed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

PERIOD = "period_id = ${period:sqlstring}"
CITY = "city IN (${city:sqlstring})"
CITY_OR_COUNTY = "(city = 'ALL' OR city IN (${city:sqlstring}))"
TYPE = "initial_type IN (${type:sqlstring})"
PRIORITY = "CAST(priority AS varchar) IN (${priority:sqlstring})"


SMALLEST_N = "${min_n:sqlstring}"


def at_least(count: str) -> str:
    """The condition that a count reaches the variable "Smallest n"."""
    return f"{count} >= CAST({SMALLEST_N} AS bigint)"


def is_in(column: str, variable: str) -> str:
    """The condition that a column has one of the values chosen in a variable."""
    return f"{column} IN (${{{variable}:sqlstring}})"


def literal(value: str) -> str:
    """The value as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True)
class Select:
    """A query that Athena, PostgreSQL and DuckDB read alike.

    Attributes:
        mart: Table without schema.
        where: Conditions that all hold.
        limit: Most rows; None is all.
        distinct: Leave out equal rows.
        columns: Columns, or expressions with a name; names are lower case, for Athena keeps no other.
    """

    mart: str
    where: Sequence[str] = ()
    group_by: Sequence[str] = ()
    order_by: Sequence[str] = ()
    limit: int | None = None
    distinct: bool = False
    columns: Sequence[str] = ()

    def selecting(self, *columns: str) -> Self:
        """The same rows with these columns."""
        return replace(self, columns=columns)

    def text(self, schema: str = "") -> str:
        """The SQL, a clause a line. `schema` is that of the marts; empty is the connection's own."""
        table = f"{schema}.{self.mart}" if schema else self.mart
        lines = [f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(self.columns)}", f"FROM {table}"]
        if self.where:
            lines.append("WHERE " + "\n  AND ".join(self.where))
        if self.group_by:
            lines.append(f"GROUP BY {', '.join(self.group_by)}")
        if self.order_by:
            lines.append(f"ORDER BY {', '.join(self.order_by)}")
        if self.limit is not None:
            lines.append(f"LIMIT {self.limit}")
        return "\n".join(lines)
