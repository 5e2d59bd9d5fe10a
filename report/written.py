"""Values as a reader sees them: Grafana's units, written in Python."""

import re
from datetime import date, datetime
from typing import Any

from grafana import style
from grafana.columns import Format


def written(value: Any, form: Format) -> str:
    """The value in the format of its column: "1,157", "35.6 %", "13 Jun 2024 23:58", a dash for none."""
    if value is None:
        return style.NOTHING
    kind, _, argument = form.unit.partition(":")
    if kind == "time":
        return _moment(value, with_time="HH:mm" in argument)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = _number(value, form.decimals, grouped=kind == "locale")
        match kind:
            case "percent":
                return f"{number} %"
            case "prefix":
                return f"{argument}{number}"
            case "suffix":
                return f"{number} {argument}"
        return number
    return str(value)


def _number(value: float, decimals: int | None, grouped: bool) -> str:
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    text = f"{value:,.{decimals}f}" if grouped or abs(value) >= 1000 else f"{value:.{decimals}f}"
    # -0.0 of a rounded difference.
    return text.removeprefix("-") if re.fullmatch(r"-0(\.0+)?", text) else text


def _moment(value: date | datetime, with_time: bool) -> str:
    day = f"{value.day} {value:%b %Y}"
    return f"{day} {value:%H:%M}" if with_time and isinstance(value, datetime) else day
