"""Results as Athena writes them: every value is text, in Java's spelling.

Source of the forms: https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html and the converters of
PyAthena and dbt-athena, which read them.
"""

import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from local_athena.trino_client import Column

PRECISIONS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "real": 17, "double": 17, "timestamp": 3}
MAX_LENGTH = 2_147_483_647


def column_info(column: Column) -> dict[str, Any]:
    """Athena's ColumnInfo. Types come without parameters: `decimal` beside Precision and Scale, plain `timestamp`."""
    kind = column.signature["rawType"]
    numbers = [argument["value"] for argument in column.signature["arguments"] if argument["kind"] == "LONG"]
    precision, scale = PRECISIONS.get(kind, 0), 0
    if kind == "decimal":
        precision, scale = numbers
    elif kind in ("varchar", "char"):
        precision = numbers[0] if numbers else MAX_LENGTH
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind in ("varchar", "char"),
    }


def cell(value: Any, signature: Mapping[str, Any]) -> str | None:
    """A value of Trino's JSON as Athena's text; None is SQL's null."""
    if value is None:
        return None
    kind = signature["rawType"]
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("double", "real"):
        return java_double(value)
    if kind == "varbinary":
        return base64.b64decode(value).hex(" ")
    if kind == "array":
        (element,) = _type_arguments(signature)
        return "[" + ", ".join(_nested(item, element) for item in value) + "]"
    if kind == "map":
        _, item = _type_arguments(signature)
        # JSON has text for keys, whatever their type is.
        return "{" + ", ".join(f"{k}={_nested(v, item)}" for k, v in value.items()) + "}"
    if kind == "row":
        fields = [argument["value"] for argument in signature["arguments"]]
        names = [(f.get("fieldName") or {}).get("name") or f"field{i}" for i, f in enumerate(fields)]
        parts = zip(names, value, fields, strict=True)
        return "{" + ", ".join(f"{name}={_nested(v, f['typeSignature'])}" for name, v, f in parts) + "}"
    return str(value)


def _type_arguments(signature: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [argument["value"] for argument in signature["arguments"]]


def _nested(value: Any, signature: Mapping[str, Any]) -> str:
    text = cell(value, signature)
    return "null" if text is None else text


def java_double(value: float | int | str) -> str:
    """Double.toString of Java: 1.0E10, 1.0E-4, 1234567.0. NaN and the infinities come as text already."""
    if isinstance(value, str):
        return value
    number = float(value)
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int), "no NaN and no infinity gets here"
    mantissa = "".join(map(str, digits))
    power = exponent + len(mantissa) - 1
    return f"{'-' if sign else ''}{mantissa[0]}.{mantissa[1:] or '0'}E{power}"
