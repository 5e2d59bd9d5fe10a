"""The portal's two downloads that are one object of JSON: rows.json, with its columns in `meta`, and GeoJSON.

Their rows are made anew, with the API's names, times and numbers. The columns of the system in rows.json (``:sid``,
``:updated_at`` ...) are left out, so that any version from the portal wins over these rows, as over those of CSV.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ingest.errors import DamagedBodyError, UsageError
from ingest.files.columns import check_header, field_name
from ingest.files.displays import api_value, unwrapped
from ingest.files.json_rows import Row, Scanner
from ingest.files.readable import decimal_text, is_missing_mark, missing_mark, shown

_LONGEST_META_CHARACTERS = 16_000_000
"""Of the part before the rows, which holds the most frequent values of each column."""


def rows_of_rows_json(scanner: Scanner) -> Iterator[tuple[str, Row]]:
    """Reads rows.json: ``{"meta": {"view": {"columns": [...]}}, "data": [[...], ...]}``.

    Raises:
        UsageError: It lacks columns, or its rows come before their columns, or `row_of` refuses one.
        DamagedBodyError: The text is not whole.
    """
    fields: list[str] | None = None
    for key in scanner.walk_object():
        if key == "meta":
            fields = _fields_of_meta(scanner.value(_LONGEST_META_CHARACTERS))
        elif key == "data":
            if fields is None:
                raise UsageError("its rows come before the names of their columns: download it anew")
            for _ in scanner.walk_array():
                cells = scanner.value()
                if not isinstance(cells, list) or len(cells) != len(fields):
                    raise DamagedBodyError(f"row {scanner.elements + 1:,} is no array of {len(fields)} values")
                yield _row_without_stamps(scanner, zip(fields, cells, strict=True))
        else:
            scanner.value(_LONGEST_META_CHARACTERS)
    scanner.end()


def rows_of_geojson(scanner: Scanner) -> Iterator[tuple[str, Row]]:
    """Reads GeoJSON: the properties of each feature, and its geometry as `geolocation` where no property says that.

    Raises:
        UsageError: `row_of` refuses a row.
        DamagedBodyError: The text is not whole.
    """
    for key in scanner.walk_object():
        if key != "features":
            scanner.value(_LONGEST_META_CHARACTERS)
            continue
        for _ in scanner.walk_array():
            match scanner.value():
                case {"properties": dict(properties), **feature}:
                    says_where = "geolocation" in map(field_name, properties)
                    geometry = {} if says_where else {"geolocation": feature.get("geometry")}
                    yield _row_without_stamps(scanner, [*geometry.items(), *properties.items()])
                case _:
                    raise DamagedBodyError(f"row {scanner.elements + 1:,} is no feature with properties")
    scanner.end()


def _fields_of_meta(meta: object) -> list[str]:
    try:
        names = [column["fieldName"] for column in meta["view"]["columns"]]  # type: ignore[index]
    except (TypeError, KeyError) as error:
        raise UsageError("its meta says no columns: download it anew") from error
    fields = [field_name(str(name)) for name in names]
    check_header(fields)
    return fields


def _row_without_stamps(scanner: Scanner, cells: Iterable[tuple[str, object]]) -> tuple[str, Row]:
    """These downloads write the stamps of a row in other forms than the API."""
    place = f"row {scanner.elements + 1:,}"
    return row_of(place, ((name, value) for name, value in cells if not field_name(name).startswith(":")))


def row_of(place: str, cells: Iterable[tuple[str, object]]) -> tuple[str, Row]:
    """Makes a row, and its text, of what people's files have in place of the API's names and values.

    Args:
        place: Where it stands in its file.
        cells: Each name and its value.

    Raises:
        UsageError: Two names are those of one column, or a value stands for a missing one.
    """
    row: Row = {}
    for name, value in cells:
        field = field_name(name)
        if field in row:
            raise UsageError(f"{place} has two columns for {field}")
        if isinstance(value, str):
            value = unwrapped(value)
            text = value.strip()
            if is_missing_mark(text):
                raise UsageError(f"{place}, column {name}: {missing_mark(text)}")
        row[field] = _value(field, value)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_coordinate), row


def _value(field: str, value: object) -> object:
    if isinstance(value, Decimal):
        value = decimal_text(value)
    return api_value(field, value) if isinstance(value, str) else value


def _coordinate(number: Decimal) -> float:
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise DamagedBodyError(f"{shown(number)} is no coordinate")
    return float(number)
