"""What the portal answers, checked by type and shape.

A body that is no JSON came damaged, and the query is sent again. One that is JSON and yet not the answer to the query
is not understood: then nothing is taken from it, least of all that there is no news.
"""

import json
import re
from typing import Any

from ingest.errors import DamagedBodyError, PortalInconsistentError
from ingest.times import parse_utc_stamp
from terminal.words import words_of_others

_COUNT = re.compile(r"\d{1,15}", re.ASCII)


def not_understood(reason: str, part: object) -> PortalInconsistentError:
    """The error to raise.

    Args:
        reason: What is wrong, such as "it has no count".
        part: The part of the answer that shows it.
    """
    shown = part if isinstance(part, str) else json.dumps(part, default=str)
    return PortalInconsistentError(
        f"the portal's answer is not understood, {reason}: {words_of_others(shown)}; nothing of it was used, "
        "run again later"
    )


def json_of(body: bytes) -> Any:
    """
    Raises:
        DamagedBodyError: The body is no JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedBodyError(f"it is no JSON: {words_of_others(body[:80].decode(errors='replace'))}") from error


def is_json(body: bytes) -> bool:
    try:
        json_of(body)
    except DamagedBodyError:
        return False
    return True


def rows_of(body: bytes) -> list[dict[str, Any]]:
    """Reads an array of objects.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is another JSON.
    """
    rows = json_of(body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise not_understood("being no array of rows", rows)
    return rows


def count_of(row: dict[str, Any]) -> int:
    """The count of a row, `n`, which the portal writes as a text.

    Raises:
        PortalInconsistentError: It is missing, or no whole number.
    """
    value = row.get("n")
    if isinstance(value, bool) or not isinstance(value, int | str) or not _COUNT.fullmatch(str(value)):
        raise not_understood("without a count in it", row)
    return int(value)


def stamp_of(row: dict[str, Any], name: str) -> str:
    """A stamp, as the portal wrote it.

    Raises:
        PortalInconsistentError: It is missing, or no UTC stamp of the portal's form.
    """
    value = row.get(name)
    try:
        parse_utc_stamp(value)
    except ValueError as error:
        raise not_understood(str(error), row) from error
    assert isinstance(value, str)
    return value
