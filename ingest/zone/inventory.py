"""Which incidents have landed, in which month each of them started, and with what content."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ingest.files.json_rows import landed_object
from ingest.files.readable import clean, is_local_time, is_utc_time, is_withdrawn
from ingest.portal.dataset import UPDATED_AT

_WRITER = json.JSONEncoder(sort_keys=True, check_circular=False, default=repr)
"""Writes one text of equal rows. Their numbers are decimals: one is not equal to a text of the same digits."""


class Inventory:
    """The newest version of each landed incident: its month and its content, or that it is withdrawn.

    It lives in a temporary file of SQLite's, so that two million incidents take no memory.
    """

    def __init__(self) -> None:
        self._data = sqlite3.connect("")
        self._data.execute(
            "CREATE TABLE incidents (incident_id TEXT PRIMARY KEY, version TEXT, month TEXT, content BLOB) "
            "WITHOUT ROWID"
        )

    def add(self, lines: Iterable[bytes]) -> None:
        """Takes in landed lines. Of an incident's versions the newest counts, as in the warehouse (`stg_incidents`):
        the one with the greatest time of change, then of extraction. Lines that are no incidents are passed over. One
        with a start that cannot have been, which the warehouse rejects, is in its month, where the portal counts it.
        """
        self._data.executemany(
            "INSERT INTO incidents VALUES (?, ?, ?, ?) ON CONFLICT (incident_id) DO UPDATE SET "
            "version = excluded.version, month = excluded.month, content = excluded.content "
            "WHERE excluded.version >= version",
            filter(None, map(_entry, lines)),
        )

    def months(self) -> dict[str, int]:
        """Incidents that have landed and are not withdrawn, by month, ``2026-11``."""
        return dict(
            self._data.execute(
                "SELECT month, count(*) FROM incidents WHERE month IS NOT NULL GROUP BY month"
            ).fetchall()
        )

    def month_of(self, incident_id: str) -> str | None:
        """The month in which an incident has landed, if it has and is not withdrawn."""
        found = self._data.execute("SELECT month FROM incidents WHERE incident_id = ?", (incident_id,)).fetchone()
        return found[0] if found else None

    def holds(self, line: bytes) -> bool:
        """Whether the newest version of an incident that has landed has the content of this line."""
        row = incident_of(line)
        if row is None or is_withdrawn(row):
            return False
        found = self._data.execute(
            "SELECT content FROM incidents WHERE incident_id = ?", (row["incident_id"],)
        ).fetchone()
        return found is not None and found[0] == _content(row)

    def reaches(self, stamp: str | None) -> bool:
        """Whether a row that changed at a time or later has landed, and is not withdrawn; true where that is none."""
        newest = self._data.execute("SELECT max(version) FROM incidents WHERE content IS NOT NULL").fetchone()[0]
        return stamp is None or (newest is not None and newest >= _in_one_form(stamp))

    def incidents_of(self, month: str) -> set[str]:
        return {key for (key,) in self._data.execute("SELECT incident_id FROM incidents WHERE month = ?", (month,))}


def _entry(line: bytes) -> tuple[str, str, str | None, bytes | None] | None:
    row = incident_of(line)
    if row is None:
        return None
    # A version without a time of change sorts first, since a blank sorts before a digit.
    version = f"{_stamp(row.get(UPDATED_AT))} {_stamp(row.get('row_ts'))}"
    if is_withdrawn(row):
        return row["incident_id"], version, None, None
    return row["incident_id"], version, _month(row.get("start_time")), _content(row)


def _stamp(value: object) -> str:
    """A time in UTC in the one form in which versions are compared; "" where the warehouse reads none."""
    return _in_one_form(value) if isinstance(value, str) else ""


# The lines of a page were read at one time, and those of a release have changed at a few.
@lru_cache(maxsize=10_000)
def _in_one_form(text: str) -> str:
    """``2026-11-01T20:00:00.000``, of a text with a blank or a T, a mark of UTC or none, any number of decimals."""
    text = clean(text)
    if not is_utc_time(text):
        return ""
    seconds, _, fraction = text.removesuffix("Z").removesuffix("+00:00").replace(" ", "T").partition(".")
    return f"{seconds}.{fraction[:3]:0<3}"


def _month(start_time: object) -> str | None:
    """The month of a start; none where the warehouse cannot read it, or reads the year 0000, which no portal has."""
    text = start_time if isinstance(start_time, str) else ""
    if not is_local_time(text):
        text = clean(text)
        if not is_local_time(text):
            return None
    return None if text.startswith("0000") else text[:7]


def _content(row: dict[str, Any]) -> bytes:
    """A digest of what a row says, without the stamps and ids that a replacement of the dataset gives anew.

    What the portal adds to a row counts too, but for its system fields, which begin with a colon.
    """
    said = {name: value for name, value in row.items() if name[:1] != ":" and name != "row_ts"}
    return hashlib.blake2b(_WRITER.encode(said).encode(), digest_size=16).digest()


def incident_of(line: bytes) -> dict[str, Any] | None:
    """Reads a landed line as the warehouse does; none if it is no incident there.

    Its `incident_id` is the text that the warehouse has. One that is no text never comes: the portal has none, and
    `load` refuses it.
    """
    row = landed_object(line)
    incident_id = row.get("incident_id") if row else None
    if row is None or not isinstance(incident_id, str):
        return None
    row["incident_id"] = clean(incident_id)
    return row if row["incident_id"] else None
