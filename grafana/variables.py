"""The variables at the top of a page. All pages share five of them, and links carry these along."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from grafana_foundation_sdk.builders.dashboard import CustomVariable, QueryVariable, TextBoxVariable
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from grafana import keys, sql
from grafana.sources import Source
from grafana.sql import Select

_ALL = VariableOption(selected=True, text=["All"], value=["$__all"])
# Grafana does not quote it (scenes/src/variables/variants/MultiValueVariable.ts, CustomAllValue).
_ALL_IN_SQL = sql.literal(sql.ALL)


class Variable(Protocol):
    """A variable; `shown` is false on a page that only passes it on."""

    @property
    def name(self) -> str: ...

    def builder(self, source: Source, shown: bool) -> Builder[VariableModel]:
        """Grafana's variable."""
        ...


@dataclass(frozen=True)
class FromMart:
    """A variable whose values come from a mart.

    Attributes:
        text: Expression of what a reader sees.
        value: Expression of what goes into SQL.
        several: Several values can be chosen, and all are at first. Else the first row is chosen at first.
        has_all: For all of them goes `sql.ALL` into SQL; else a list of them.
        is_computed: A reader never sees it, and no link carries it: it follows from the other variables, or
            has all of the values of one.
    """

    name: str
    label: str
    description: str
    text: str
    value: str
    rows: Select
    several: bool = False
    has_all: bool = False
    is_computed: bool = False

    def builder(self, source: Source, shown: bool) -> QueryVariable:
        """Grafana's variable."""
        variable = (
            QueryVariable(self.name)
            .label(self.label)
            .description(self.description)
            .datasource(source.ref())
            .query(source.options(self.text, self.value, self.rows))
            .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
            .sort(VariableSort.DISABLED)
            .multi(self.several)
            .include_all(self.several)
            .allow_custom_value(False)
            .hide(_hide(shown and not self.is_computed))
        )
        if self.has_all:
            variable.all_value(_ALL_IN_SQL)
        if self.is_computed:
            # The builder has no call for it.
            variable._internal.skip_url_sync = True
        return variable.current(_ALL) if self.several else variable


@dataclass(frozen=True)
class Choice:
    """A variable with fixed values.

    Attributes:
        at_first: The value chosen at first; None lets several be chosen, and all are at first.
    """

    name: str
    label: str
    description: str
    values: Sequence[str]
    at_first: str | None

    def builder(self, source: Source, shown: bool) -> CustomVariable:
        """Grafana's variable."""
        several = self.at_first is None
        current = _ALL if self.at_first is None else VariableOption(True, self.at_first, self.at_first)
        variable = (
            CustomVariable(self.name)
            .label(self.label)
            .description(self.description)
            .values(",".join(self.values))
            .multi(several)
            .include_all(several)
            .allow_custom_value(False)
            .current(current)
            .hide(_hide(shown))
        )
        return variable.all_value(_ALL_IN_SQL) if several else variable


@dataclass(frozen=True)
class Typed:
    """A variable that a reader types; empty at first."""

    name: str
    label: str
    description: str

    def builder(self, source: Source, shown: bool) -> TextBoxVariable:
        """Grafana's variable."""
        variable = TextBoxVariable(self.name).label(self.label).description(self.description)
        return variable.default_value("").hide(_hide(shown))


def _hide(shown: bool) -> VariableHide:
    return VariableHide.DONT_HIDE if shown else VariableHide.HIDE_VARIABLE


# The first period is the one that a reader wants at first: a named one with which the data end, as the bundled sample
# ends with the study's days; else the last 28 days.
_ENDS_WITH_THE_DATA = "end_at = MAX(CASE WHEN kind = 'latest' THEN end_at END) OVER ()"
_WANTED_FIRST = (
    f"CASE WHEN kind = 'named' AND {_ENDS_WITH_THE_DATA} THEN 0 WHEN period_id = 'last_28_days' THEN 1 ELSE 2 END"
)

PERIOD = FromMart(
    "period",
    "Period",
    "The days that count, in local time.",
    "label",
    "period_id",
    Select("reporting_periods", order_by=(_WANTED_FIRST, "sort_order")),
)

# An option must not vanish with the period: an empty list of options becomes `IN ()`, which is not SQL.
CITY = FromMart(
    "city",
    "City",
    "City of the mailing address. Only the largest are compared.",
    "city",
    "city",
    Select("q01_incidents_by_city", where=("period_id = 'all'",), order_by=("incidents DESC", "city")),
    several=True,
    has_all=True,
)
TYPE = FromMart(
    "type",
    "Type",
    "Type of the incident as it was called in.",
    "value",
    "value",
    Select("q08_missing_times", where=("period_id = 'all'", "dimension = 'initial_type'"), order_by=("value",)),
    several=True,
    has_all=True,
)
PRIORITY = Choice("priority", "Priority", "0 is the most urgent, 4 the least.", keys.PRIORITIES, at_first=None)
SMALLEST_N = Choice(
    "min_n",
    "Smallest n",
    "Fewest incidents behind a mean or a share that is shown.",
    ("1", "2", "3", "5", "10", "20", "50"),
    at_first="3",
)

SHARED: tuple[Variable, ...] = (PERIOD, CITY, TYPE, PRIORITY, SMALLEST_N)
SHARED_NAMES = tuple(variable.name for variable in SHARED)
