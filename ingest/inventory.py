"""Which incidents have landed, and in which month each of them started."""

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from ingest.dataset import UPDATED_AT

_MONTH = re.compile(r"\d{4}-\d\d")


class Inventory:
    """The newest version of each landed incident: its month, or that it is withdrawn.

    It lives in a temporary file of SQLite's, so that two million incidents take no memory.
    """

    def __init__(self) -> None:
        self._data = sqlite3.connect("")
        self._data.execute(
            "CREATE TABLE incidents (incident_id TEXT PRIMARY KEY, version TEXT, month TEXT) WITHOUT ROWID"
        )

    def add(self, lines: Iterable[bytes]) -> None:
        """Takes in landed lines. Of an incident's versions the newest counts, as in the warehouse (`stg_incidents`):
        the one with the greatest time of change, then of extraction. Lines that are no incidents are passed over.
        """
        self._data.executemany(
            "INSERT INTO incidents VALUES (?, ?, ?) ON CONFLICT (incident_id) DO UPDATE "
            "SET version = excluded.version, month = excluded.month WHERE excluded.version >= version",
            filter(None, map(_entry, lines)),
        )

    def months(self) -> dict[str, int]:
        """Incidents that have landed and are not withdrawn, by month, ``2026-11``."""
        return dict(
            self._data.execute(
                "SELECT month, count(*) FROM incidents WHERE month IS NOT NULL GROUP BY month"
            ).fetchall()
        )

    def incidents_of(self, month: str) -> set[str]:
        return {key for (key,) in self._data.execute("SELECT incident_id FROM incidents WHERE month = ?", (month,))}


def _entry(line: bytes) -> tuple[str, str, str | None] | None:
    row = incident_of(line)
    if row is None:
        return None
    month = _MONTH.match(str(row.get("start_time") or ""))
    is_withdrawn = str(row.get("deleted")).lower() == "true"
    # A version without a time of change sorts first, since a blank sorts before a digit.
    version = f"{row.get(UPDATED_AT) or ''} {row.get('row_ts') or ''}"
    return row["incident_id"].strip(), version, month.group() if month and not is_withdrawn else None


def incident_of(line: bytes) -> dict[str, Any] | None:
    """Reads a landed line; none if it is no incident."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("incident_id"), str) else None
