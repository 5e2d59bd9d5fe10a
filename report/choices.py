"""What a reader of the dashboards would see at first: the values of the pages' variables, put into the panels' SQL."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana import sql, variables
from grafana.page import Page
from grafana.sql import Select
from grafana.variables import Choice, FromMart, Variable
from report.marts import Marts, ReportError, Row

NEWEST_YEAR = "year"
LATEST = "latest"


@dataclass(frozen=True)
class Option:
    """A value of a variable, and what a reader sees for it."""

    text: str
    value: str


Chosen = Mapping[str, Sequence[Option]]
"""The values of each variable by its name."""


@dataclass(frozen=True)
class Period:
    """A row of `reporting_periods`, and whether it is the one that the pages open with."""

    period_id: str
    label: str
    row: Row
    is_first: bool

    @property
    def anchor(self) -> str:
        """Its part of the ids of elements."""
        return re.sub(r"[^a-z0-9_-]", "-", self.period_id.lower())


def periods(marts: Marts, wanted: Sequence[str] = (), every: bool = False) -> list[Period]:
    """The periods to show, in the order of the pages.

    Args:
        wanted: Further ones, beside the latest days, the newest year, and the one that the pages open with.
        every: All that there are.

    Raises:
        ReportError: There is no such period.
    """
    by_id, first = marts.read(
        [
            Select("reporting_periods", order_by=("sort_order",), columns=("*",)).text(marts.schema),
            _option_query(variables.PERIOD).text(marts.schema),
        ]
    )
    known = [row["period_id"] for row in by_id]
    for period_id in wanted:
        if period_id not in known:
            raise ReportError(f"there is no period {period_id}; there are: {', '.join(known)}")
    opening = first[0]["value"] if first else None
    years = [row["period_id"] for row in by_id if row["kind"] == NEWEST_YEAR][:1]
    return [
        Period(row["period_id"], row["label"], row, row["period_id"] == opening)
        for row in by_id
        if every or row["kind"] == LATEST or row["period_id"] in {*wanted, *years, opening}
    ]


class Choices:
    """The options of all variables, read once."""

    def __init__(self, marts: Marts, pages: Sequence[Page]) -> None:
        own = [variable for page in pages for variable in page.own_variables]
        self._variables: dict[str, Variable] = {variable.name: variable for variable in [*variables.SHARED, *own]}
        self._marts = marts
        found = [variable for variable in self._variables.values() if isinstance(variable, FromMart)]
        self._computed = [variable for variable in found if variable.is_computed]
        self._options = self._read([variable for variable in found if not variable.is_computed], {})

    def _read(self, asked: Sequence[FromMart], chosen: Chosen) -> dict[str, list[Option]]:
        rows = self._marts.read([filled(_option_query(variable), chosen, self._marts.schema) for variable in asked])
        return {
            variable.name: [Option(str(row["text"]), str(row["value"])) for row in found]
            for variable, found in zip(asked, rows, strict=True)
        }

    def of(self, period: Period) -> Chosen:
        """What is chosen for a period: it, what follows from it, and of all else what a page opens with."""
        chosen: dict[str, Sequence[Option]] = {
            name: self._at_first(variable)
            for name, variable in self._variables.items()
            if variable not in self._computed
        }
        chosen[variables.PERIOD.name] = [Option(period.label, period.period_id)]
        return chosen | self._read(self._computed, chosen)

    def _at_first(self, variable: Variable) -> Sequence[Option]:
        match variable:
            case FromMart(has_all=True) | Choice(at_first=None):
                return [Option("All", sql.ALL)]
            case FromMart(name=name, several=several):
                return self._options[name] if several else self._options[name][:1]
            case Choice(at_first=str(value)):
                return [Option(value, value)]
        # What a reader types is empty at first.
        return [Option("", "")]


def filled(select: Select, chosen: Chosen, schema: str) -> str:
    """The SQL of a panel with the chosen values, as Grafana fills it in; nothing chosen is no row, as `IN ('')`."""

    def quoted(match: re.Match[str]) -> str:
        return ", ".join(sql.literal(option.value) for option in chosen[match[1]]) or "''"

    return re.sub(r"\$\{(\w+):sqlstring\}", quoted, select.text(schema))


def titled(text: str, chosen: Chosen) -> str:
    """A panel's title with the chosen values."""

    def shown(match: re.Match[str]) -> str:
        return ", ".join(option.text for option in chosen[match[1]])

    return re.sub(r"\$\{(\w+)(?::text)?\}", shown, text)


def narrowed(chosen: Chosen, name: str, option: Option) -> Chosen:
    """The same with one value of a variable."""
    return {**chosen, name: [option]}


def _option_query(variable: FromMart) -> Select:
    return variable.rows.selecting(f"{variable.text} AS text", f"{variable.value} AS value")
