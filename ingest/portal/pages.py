r"""From a page of the API to the lines that land, by cutting bytes.

The portal writes a page as ``[{...}\n,{...}\n]\n`` (JsonExporter in the open-source core of its software). A raw
newline cannot stand inside a JSON string, so each is a border between two rows, which need not be parsed to be told
apart. Parsing them would be most of the work of a pull.
"""

import io
import json
import logging
import re
from dataclasses import dataclass

from ingest.errors import DamagedBodyError
from ingest.files.json_rows import Row, array_rows, with_row_ts
from ingest.portal.answers import is_json, not_understood, stamp_of
from ingest.portal.dataset import ID, OWN_KEYS, UPDATED_AT

_BORDER = b"}\n,{"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cursor:
    """Where a page ended in the order (:updated_at, :id): two literals of its last row, as the portal wrote them."""

    updated_at: str
    id: str


@dataclass(frozen=True)
class Page:
    """Rows as NDJSON, each line ending in a newline. An empty page has no last row."""

    lines: bytes
    rows: int
    last: Cursor | None


def parse_page(body: bytes, row_ts: str) -> Page:
    """Makes a line of each row of a page: the row verbatim but for `OWN_KEYS`, with ``row_ts`` put in as its last key.

    Args:
        body: A JSON array of rows that have their system fields.
        row_ts: UTC time of extraction.

    Raises:
        DamagedBodyError: The body is no JSON, as when it is cut off.
        PortalInconsistentError: It is no array of rows, or the last of them has no system fields, or ill ones.
    """
    body = _without_own_keys(_as_utf8(body.strip()))
    try:
        if not body.endswith(b"]"):
            raise DamagedBodyError("it does not end in a closing bracket")
        return _cut(body, row_ts) or _parse(body, row_ts)
    except DamagedBodyError as error:
        if is_json(body):
            raise not_understood("being no array of rows", body[:400].decode(errors="replace")) from error
        raise


def renamed(name: str) -> str:
    """The key under which a column of the portal lands that has a name of `OWN_KEYS`."""
    return f"portal_{name}"


def _without_own_keys(body: bytes) -> bytes:
    """Renames keys that would withdraw an incident, or hide when it was read."""
    for name in OWN_KEYS:
        # Inside a string the quotation marks would be escaped, and behind no other text stands a colon. The portal
        # writes the letters of keys as they are.
        if f'"{name}"'.encode() in body:
            body = re.sub(rf'"{name}"(?=\s*:)'.encode(), f'"{renamed(name)}"'.encode(), body)
    return body


def _cut(body: bytes, row_ts: str) -> Page | None:
    """Cuts a page in the portal's own layout; none if its layout is another."""
    rows = body[1:-1].rstrip()
    if not (body.startswith(b"[{") and rows.endswith(b"}")):
        return None
    borders = rows.count(_BORDER)
    # Each row has one key ":id", and no text holds these bytes: inside a string the quotation marks would be escaped.
    if rows.count(b"\n") != borders or b"\r" in rows or rows.count(b'":id":') != borders + 1:
        return None
    last_row = rows[rows.rfind(b"\n,{") + 2 :] if borders else rows
    try:
        last = _cursor(json.loads(last_row))
    except ValueError:
        return None
    ending = f',"row_ts":"{row_ts}"}}\n'.encode()
    return Page(lines=rows[:-1].replace(_BORDER, ending + b"{") + ending, rows=borders + 1, last=last)


def _parse(body: bytes, row_ts: str) -> Page:
    rows = list(array_rows(io.StringIO(body.decode()).read))
    lines = "".join(with_row_ts(text, row_ts) for text, _ in rows)
    return Page(lines=lines.encode(), rows=len(rows), last=_cursor(rows[-1][1]) if rows else None)


def _cursor(row: Row | None) -> Cursor:
    if row is None:
        raise DamagedBodyError("its last row is no JSON object")
    row_id = row.get(ID)
    if not isinstance(row_id, str) or not row_id:
        raise not_understood(f"a row without {ID}", row)
    return Cursor(stamp_of(row, UPDATED_AT), row_id)


def _as_utf8(body: bytes) -> bytes:
    """Replaces bytes that are no UTF-8 and would keep the warehouse from reading the whole file."""
    if body.isascii():
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        log.warning("the portal sent bytes that are no UTF-8: each of them landed as the replacement character U+FFFD")
        return body.decode(errors="replace").encode()
    return body
