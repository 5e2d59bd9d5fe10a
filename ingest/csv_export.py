"""The portal's CSV export, row by row in the form of the API.

The export has headers for people (``Crime Reports``, ``Beat``) where the API has names (``cr_number``, ``sector``), and
times such as ``12/06/2018 03:40:42 PM``. After a pass through a data frame, whole numbers read ``138.0``. The API's own
CSV, with its names and ISO times, is read as well.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TextIO

from ingest.dataset import FIELDS
from ingest.errors import UsageError
from ingest.json_rows import Row

_RENAMED = {"crime_reports": "cr_number", "beat": "sector", "location": "geolocation"}
_REQUIRED = [field for field in FIELDS if field != "geolocation"]
_COMPUTED_REGION = ":@"
"""Starts the names of columns that the portal computes for its maps."""

_WHOLE_NUMBERS = (
    "cr_number",
    "crash_reports",
    "priority",
    "zip",
    "pra",
    "calltime_callroute",
    "calltime_dispatch",
    "calltime_arrive",
    "calltime_cleared",
    "callroute_dispatch",
    "dispatch_arrive",
    "arrive_cleared",
)
_WHOLE_NUMBER_AS_FLOAT = re.compile(r"(-?\d+)\.0+")
_EXPORT_TIME = re.compile(r"(\d\d?)/(\d\d?)/(\d{4}) (\d\d?):(\d\d)(?::(\d\d))?(?: ([AP]M))?")
_POINT = re.compile(r"POINT \((-?\d+\.?\d*) (-?\d+\.?\d*)\)")


def rows_of_export(text: TextIO) -> Iterator[tuple[str, Row]]:
    """Reads an export, and yields each row as the text of a JSON object, and the object.

    Names and values are those of the API, where a number is a string and an empty cell an absent key. Columns that the
    dataset did not have when this was written keep their name, in the API's spelling.

    Args:
        text: The file, opened so that its line ends stay what they are.

    Raises:
        UsageError: The header lacks columns, or a row is not whole or has no readable time; the message says where.
    """
    lines = csv.reader(text, strict=True)
    try:
        fields = _fields(next(lines))
        columns = [(field, _CONVERTERS.get(field)) for field in fields]
        for cells in lines:
            if len(cells) != len(columns):
                if not cells:
                    continue
                raise UsageError(
                    f"line {lines.line_num:,} has {len(cells)} cells where the header has {len(columns)}: "
                    "it may be cut off"
                )
            row: Row = {
                field: convert(cell) if convert else cell
                for (field, convert), cell in zip(columns, cells, strict=True)
                if cell and not field.startswith(_COMPUTED_REGION)
            }
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")), row
    except csv.Error as error:
        raise UsageError(f"line {lines.line_num:,} is not whole ({error}): it may be cut off") from error
    except _UnreadableTimeError as error:
        raise UsageError(f"line {lines.line_num:,}: {error}") from error


def field_name(header: str) -> str:
    """The API's name for a column: ``Crime Reports`` is ``cr_number``."""
    name = re.sub(r"[\s_]+", "_", header.strip().lower())
    return _RENAMED.get(name, name)


def _fields(headers: list[str]) -> list[str]:
    fields = [field_name(header) for header in headers]
    missing = [field for field in _REQUIRED if field not in fields]
    if missing:
        raise UsageError(f"this is no export of the dataset: its header lacks {', '.join(missing)}")
    repeated = [field for field, columns in Counter(fields).items() if columns > 1]
    if repeated:
        raise UsageError(f"its header has two columns for {', '.join(repeated)}")
    return fields


class _UnreadableTimeError(Exception):
    pass


def _iso_time(text: str) -> str:
    """Writes a local time as the API does, ``2018-12-06T15:40:42.000``.

    Raises:
        _UnreadableTimeError: The text is no time.
    """
    match = _EXPORT_TIME.fullmatch(text)
    try:
        if match is None:
            return datetime.fromisoformat(text).isoformat(timespec="milliseconds")
        month, day, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        if match[7]:
            hour = hour % 12 + (12 if match[7] == "PM" else 0)
        return datetime(year, month, day, hour, minute, second).isoformat(timespec="milliseconds")
    except ValueError as error:
        raise _UnreadableTimeError(f"'{text}' is no time such as 12/06/2018 03:40:42 PM") from error


def _whole_number(text: str) -> str:
    match = _WHOLE_NUMBER_AS_FLOAT.fullmatch(text)
    return match[1] if match else text


def _geojson(text: str) -> object:
    """Writes ``POINT (-76.9769 39.0152)`` as GeoJSON. Anything else stays: longitude and latitude say it too."""
    match = _POINT.fullmatch(text)
    return {"type": "Point", "coordinates": [float(match[1]), float(match[2])]} if match else text


_CONVERTERS: dict[str, Callable[[str], object]] = {
    "start_time": _iso_time,
    "end_time": _iso_time,
    "geolocation": _geojson,
    **dict.fromkeys(_WHOLE_NUMBERS, _whole_number),
}
