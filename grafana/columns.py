"""The columns of a table: what is selected, how it is headed, how it looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from grafana import style
from grafana.sql import literal


@dataclass(frozen=True)
class Format:
    """How a value is written: Grafana's unit, and decimals of a number (None unless it is a number)."""

    unit: str
    decimals: int | None = None


TEXT = Format("string")
DATE = Format("time:D MMM YYYY")
TIME = Format("time:D MMM YYYY HH:mm")
COUNT = Format("locale", 0)
PERCENT = Format("percent", 1)
# Grafana turns 60 of its own minutes into "1 hour": the header names the unit instead.
MINUTES = Format("none", 1)
POINTS = Format("none", 1)
RATIO = Format("none", 2)

NARROWEST_TEXT = 150
NARROWEST_TYPE = 206
"""Pixels of the longest word that a type has: Grafana cuts a word that is longer than its line."""
NARROWEST_NUMBER = 105


@dataclass(frozen=True)
class Link:
    """Where a click on a value leads; `url` may name fields of the row."""

    title: str
    url: str

    def as_field_link(self) -> dict[str, object]:
        """As Grafana's field options write it."""
        return {"title": self.title, "url": self.url}


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: As the query returns it.
        header: Differs from the other headers of the table, else Grafana shows the values of the last one in all.
        width: Pixels, of which Grafana takes 50 at least; None takes a share of what is left.
        narrowest: Pixels that a column without a width has at least; None is usual for the format.
        shade: Colours the cell.
        shade_by_column: The shade's per cents are of the greatest value of the column, not of the whole table.
        bar: Colour of a bar in the cell, from 0 to the greatest value of the column.
        bars_share_scale: The bar goes to the greatest number of the table: only where that is in a column with bars.
        bar_until: Value of a full bar, instead of the greatest one.
        warns_when_few: Writes a count of a small sample with a star, and in a colour.
        verdicts: Colours of the cell by its text.
        is_hidden: Not shown, but there for a link.
        expression: What is selected, when it is not the column of that name.
    """

    name: str
    header: str
    format: Format = TEXT
    width: int | None = None
    narrowest: int | None = None
    shade: style.Thresholds | None = None
    shade_by_column: bool = False
    bar: str | None = None
    bars_share_scale: bool = False
    bar_until: float | None = None
    warns_when_few: bool = False
    verdicts: Mapping[str, str] | None = None
    link: Link | None = None
    is_hidden: bool = False
    expression: str | None = None

    def selected(self) -> str:
        """The item of the select list."""
        return f"{self.expression} AS {self.name}" if self.expression else self.name

    def options(self) -> list[DynamicConfigValue]:
        """Grafana's options of the field."""
        options: dict[str, object] = {
            "displayName": self.header,
            "unit": self.format.unit,
            "mappings": [style.dash()],
            "custom.wrapHeaderText": True,
        }
        if self.format is TEXT:
            options["custom.wrapText"] = True
        if self.format.decimals is not None:
            options |= {"decimals": self.format.decimals, "custom.align": "right"}
        if self.width is not None:
            options["custom.width"] = self.width
        else:
            usual = NARROWEST_NUMBER if self.format.decimals is not None else NARROWEST_TEXT
            options["custom.minWidth"] = self.narrowest or usual
        if self.warns_when_few:
            options |= _coloured("color-text", style.FEW) | {"mappings": [style.dash("text"), style.few_marks()]}
        if self.verdicts is not None:
            options |= self._verdict_options(self.verdicts)
        if self.shade is not None:
            options |= _coloured("color-background", self.shade) | {"fieldMinMax": self.shade_by_column}
        if self.bar is not None:
            options |= self._bar_options(self.bar)
        if self.is_hidden:
            options["custom.hideFrom.viz"] = True
        if self.link is not None:
            options["links"] = [self.link.as_field_link()]
        return as_options(options)

    def _verdict_options(self, verdicts: Mapping[str, str]) -> dict[str, object]:
        coloured = {text: {"color": colour, "index": place} for place, (text, colour) in enumerate(verdicts.items())}
        return {
            "custom.cellOptions": {"type": "color-background", "mode": "basic"},
            "mappings": [style.dash(), {"type": "value", "options": coloured}],
        }

    def _bar_options(self, colour: str) -> dict[str, object]:
        options: dict[str, object] = {
            "custom.cellOptions": {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"},
            "color": {"mode": "fixed", "fixedColor": colour},
            "min": 0,
            "fieldMinMax": not self.bars_share_scale,
        }
        return options if self.bar_until is None else options | {"max": self.bar_until}


def _coloured(cell: str, thresholds: style.Thresholds) -> dict[str, object]:
    return {
        "custom.cellOptions": {"type": cell, "mode": "basic"},
        "color": {"mode": "thresholds"},
        "thresholds": thresholds,
    }


def as_options(options: Mapping[str, object]) -> list[DynamicConfigValue]:
    """Options of a field by name, as an override lists them."""
    return [DynamicConfigValue(name, value) for name, value in options.items()]


def pivot(keys: Mapping[str, str], key: str, cell: Column, count: str | None = None) -> list[Column]:
    """Turns rows into columns: one for each key, and its count beside it.

    Each cell is one row of the mart, which MAX only picks: the query groups by what names a row.

    Args:
        keys: Values of the key and the headers of their columns.
        key: Expression of the key.
        cell: The value, and how it looks.
        count: Column of the count; None shows none.
    """
    columns = []
    for place, (value, header) in enumerate(keys.items()):
        name = re.sub(r"\W+", "_", value.lower())
        picked = f"MAX(CASE WHEN {key} = {literal(value)} THEN {{}} END)"
        columns.append(replace(cell, name=f"at_{name}", header=header, expression=picked.format(cell.name)))
        if count is not None:
            # Headers must differ: zero-width spaces make them.
            columns.append(
                Column(
                    f"n_{name}",
                    "n" + "\u200b" * place,
                    COUNT,
                    width=50,
                    warns_when_few=True,
                    expression=picked.format(count),
                )
            )
    return columns


def timed(width: int = 50) -> Column:
    """The number of timed incidents behind a mean."""
    return Column("timed_incidents", "n", COUNT, width=width, warns_when_few=True)


CITY = Column("city", "City", width=126)
INITIAL_TYPE = Column("initial_type", "Incident type", narrowest=NARROWEST_TYPE)
PRIORITY = Column("priority", "P", COUNT, width=50)
