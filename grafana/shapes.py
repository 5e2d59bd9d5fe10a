"""What a panel shows, in terms that are not Grafana's: the report (report/) draws the same panels without Grafana."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana.columns import Column, Format


@dataclass(frozen=True)
class Number:
    """The value of a column in the first row."""

    column: str
    written: Format


@dataclass(frozen=True)
class Table:
    """The rows, a column each."""

    columns: Sequence[Column]


@dataclass(frozen=True)
class Matrix:
    """One value by two keys: `row` is the key of the rows, `across` the column whose values become columns.

    Attributes:
        headers: What stands over a column, where it is not the key itself.
    """

    row: Column
    across: str
    cell: Column
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Shares:
    """Bars that sum to 100 %: the columns of their labels, of their parts and of the parts' per cents.

    Attributes:
        part_names: What stands for a part, where it is not the part itself.
    """

    bar: str
    part: str
    share: str
    colours: Mapping[str, str]
    part_names: Mapping[str, str]


@dataclass(frozen=True)
class Series:
    """A value drawn as bars or as a line: its column, its name in the legend, its colour."""

    column: str
    header: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars, one for each value of a row.

    Attributes:
        label: Column of what stands beside them.
    """

    label: str
    values: Sequence[Series]
    written: Format


@dataclass(frozen=True)
class Lines:
    """Lines over a column of dates.

    Attributes:
        repeat: Variable; one picture for each of its values.
    """

    time: str
    values: Sequence[Series]
    written: Format
    repeat: str | None


@dataclass(frozen=True)
class Interval:
    """A median and the ends of its interval: columns, or expressions."""

    low: str
    median: str
    high: str


@dataclass(frozen=True)
class Medians:
    """Medians with their intervals, a bar each. The columns clear_low, clear_median and clear_high have those of places
    that differ clearly, chance_low, chance_median and chance_high the others; the rest of a row is null.

    Attributes:
        label: Column of what stands beside a bar.
    """

    label: str


@dataclass(frozen=True)
class Curve:
    """One number over another, which grows from row to row."""

    across: Column
    up: Series


@dataclass(frozen=True)
class CountyMap:
    """Dots on the county, by the columns `latitude`, `longitude` and `incidents`, with what is said of each."""

    details: Sequence[Column]


Shape = Number | Table | Matrix | Shares | Bars | Lines | Medians | Curve | CountyMap
