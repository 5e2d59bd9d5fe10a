"""The SQL of a panel: rows of one mart, chosen and ordered. What has to be computed, dbt has computed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

ALL = "ALL"
"""What a variable puts into SQL for all of its values; in the marts, the whole county."""


def literal(value: str) -> str:
    """The value as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True)
class Filter:
    """A condition on a variable of the page."""

    variable: str
    condition: str

    def __str__(self) -> str:
        return self.condition


def at_least(count: str) -> Filter:
    """A count reaches the variable "Smallest n"."""
    return Filter("min_n", f"{count} >= CAST(${{min_n:sqlstring}} AS bigint)")


def is_in(column: str, variable: str) -> Filter:
    """A column has one of the values chosen in a variable."""
    return Filter(variable, f"{column} IN (${{{variable}:sqlstring}})")


def is_chosen(column: str, variable: str) -> Filter:
    """A column has the one value chosen in a variable."""
    return Filter(variable, f"{column} = ${{{variable}:sqlstring}}")


def fits(column: str, variable: str) -> Filter:
    """A column has one of the values chosen in a variable that can choose all of them: then every row fits, also one
    without a value."""
    return Filter(variable, f"({literal(ALL)} IN (${{{variable}:sqlstring}}) OR {is_in(column, variable)})")


PERIOD = is_chosen("period_id", "period")
CITY = fits("city", "city")
CITY_OR_COUNTY = Filter("city", f"(city = 'ALL' OR {CITY})")
CITY_ELSE_COUNTY = is_in("city", "city")
"""The cities that are chosen, and the county's own row when all are."""
TYPE = fits("initial_type", "type")
PRIORITY = fits("CAST(priority AS varchar)", "priority")


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
    where: Sequence[str | Filter] = ()
    group_by: Sequence[str] = ()
    order_by: Sequence[str] = ()
    limit: int | None = None
    distinct: bool = False
    columns: Sequence[str] = ()

    def selecting(self, *columns: str) -> Self:
        """The same rows with these columns."""
        return replace(self, columns=columns)

    @property
    def variables(self) -> set[str]:
        """The variables that choose its rows."""
        return {condition.variable for condition in self.where if isinstance(condition, Filter)}

    def text(self, schema: str = "") -> str:
        """The SQL, a clause a line. `schema` is that of the marts; empty is the connection's own."""
        table = f"{schema}.{self.mart}" if schema else self.mart
        lines = [f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(self.columns)}", f"FROM {table}"]
        if self.where:
            lines.append("WHERE " + "\n  AND ".join(map(str, self.where)))
        if self.group_by:
            lines.append(f"GROUP BY {', '.join(self.group_by)}")
        if self.order_by:
            lines.append(f"ORDER BY {', '.join(self.order_by)}")
        if self.limit is not None:
            lines.append(f"LIMIT {self.limit}")
        return "\n".join(lines)
