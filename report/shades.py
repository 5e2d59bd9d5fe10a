"""Grafana's thresholds as classes of CSS and as colours of a picture: one scale for both, that of grafana/style.py."""

from collections.abc import Sequence
from typing import Any, cast

from grafana import style

_SEEN: dict[str, str] = {}
_BARS: dict[str, str] = {}
TRANSPARENT = "transparent"


def colour_of(value: Any, shade: style.Thresholds, values: Sequence[Any]) -> str:
    """The colour of a value's cell.

    Args:
        values: Those whose greatest one is 100 % of a shade that is relative.
    """
    if not isinstance(value, int | float):
        return TRANSPARENT
    if shade.get("mode") == "percentage":
        greatest = max((each for each in values if each is not None), default=0)
        value = 100 * value / greatest if greatest else 0
    colour = TRANSPARENT
    for step in cast("list[dict[str, Any]]", shade["steps"]):
        if step["value"] is None or value >= step["value"]:
            colour = step["color"]
    return colour


def is_solid(colour: str) -> bool:
    """Whether text on it is white on every theme."""
    return colour.startswith("#")


def class_of(colour: str) -> str:
    """The class of a cell of this colour; "" for none."""
    if colour == TRANSPARENT:
        return ""
    return _SEEN.setdefault(colour, f"k{len(_SEEN)}")


def bar_class_of(colour: str) -> str:
    """The class of a bar of this colour."""
    return _BARS.setdefault(colour, f"b{len(_BARS)}")


def css() -> str:
    """The rules of all classes that were given out."""
    rules = [f":root{{--few:{style.PURPLE}}}\n"]
    for colour, name in _SEEN.items():
        rules.append(f".{name}{{background:{colour}{';color:#fff' if is_solid(colour) else ''}}}\n")
    rules += [f".{name}{{--mark:{colour}}}\n" for colour, name in _BARS.items()]
    return "".join(rules)
