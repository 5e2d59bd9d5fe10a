"""Values as people's files display them, in the form of the API."""

import re
from collections.abc import Callable
from datetime import datetime

from ingest.files.readable import NUMERALS, SECONDS, TIMES, clean

_DAYS = (
    r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})",
    r"(?P<year>\d{4})[/-](?P<month>\d\d?)[/-](?P<day>\d\d?)",
    r"(?P<year>\d{4})[ -](?P<name>[A-Z]{3,9})\.?[ -](?P<day>\d\d?)",
    r"(?P<name>[A-Z]{3,9})\.? (?P<day>\d\d?),? (?P<year>\d{4})",
    r"(?P<day>\d\d?)[ -](?P<name>[A-Z]{3,9})\.?,?[ -](?P<year>\d{4})",
)
"""The orders in which portals of Socrata's software display a day. Of the two with figures alone and the year last, the
county's has the month first."""

_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)(?P<fraction>\.\d+)?)?( ?(?P<half>[AP])\.?M\.?)?"
_TIMES = [re.compile(f"{day}(,? |T){_CLOCK}", re.IGNORECASE) for day in _DAYS]
_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)

_FLOAT = re.compile(r"(-?\d+)\.0*")
_THOUSANDS = re.compile(r"(-?\d{1,3}(?:,\d{3})+)(?:\.0*)?")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
"""How a file tells a spreadsheet to keep the digits of a text."""

_POINT = re.compile(r"POINT ?\((-?\d+\.?\d*) (-?\d+\.?\d*)\)")


def api_value(field: str, text: str) -> object:
    """A cell in the form of the API; as it is where the field has no other display, or the text is none of them.

    Args:
        field: The field's name in the API.
        text: The cell, which is not empty.
    """
    convert = _CONVERTERS.get(field)
    return convert(text) if convert else text


def unwrapped(cell: str) -> str:
    """A cell's text, also where it is a formula of it."""
    formula = _TEXT_FORMULA.fullmatch(cell.strip())
    return formula[1].replace('""', '"') if formula else cell


def _iso_time(text: str) -> str:
    """Writes a local time as the API does, ``2018-12-06T15:40:42.000``."""
    match = _TIMES[0].fullmatch(text)
    if match is None:
        cleaned = clean(text)
        match = next(filter(None, (pattern.fullmatch(cleaned) for pattern in _TIMES)), None)
    if match is None:
        return text
    parts = match.groupdict()
    hour = _hour(int(parts["hour"]), parts["half"])
    try:
        moment = datetime(
            int(parts["year"]),
            _month(parts["name"]) if parts.get("name") else int(parts["month"]),
            int(parts["day"]),
            hour,
            int(parts["minute"]),
            int(parts["second"] or 0),
            int(((parts["fraction"] or ".")[1:7]).ljust(6, "0")),
        )
    except ValueError:
        return text
    return moment.isoformat(timespec="milliseconds")


def _hour(hour: int, half: str | None) -> int:
    """The hour of a day. -1, which no day has, where a clock with AM and PM has no such hour."""
    if half is None:
        return hour
    return hour % 12 + (12 if half in "Pp" else 0) if 1 <= hour <= 12 else -1


def _month(name: str) -> int:
    """The number of a month; 0, which no year has, where there is none of that name."""
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())), 0)


def _whole_number(text: str) -> str:
    """Writes ``138.0`` and ``1,252`` as data frames and spreadsheets do not: ``138``, ``1252``."""
    if text.isdecimal():
        return text
    cleaned = clean(text)
    match = _FLOAT.fullmatch(cleaned) or _THOUSANDS.fullmatch(cleaned)
    return match[1].replace(",", "") if match else cleaned


def _geojson(text: str) -> object:
    """Writes ``POINT (-76.9769 39.0152)`` as GeoJSON. Anything else stays: longitude and latitude say it too."""
    match = _POINT.fullmatch(text)
    return {"type": "Point", "coordinates": [float(match[1]), float(match[2])]} if match else text


_CONVERTERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(TIMES, _iso_time),
    **dict.fromkeys(("priority", *SECONDS, *NUMERALS), _whole_number),
    "geolocation": _geojson,
}
