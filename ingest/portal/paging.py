"""Keyset paging on (:updated_at, :id): which rows a run reads, and in which queries.

Of seven ways of paging that were simulated with changes between the pages, this is the one that loses no row and no
version. ``$offset`` loses rows even under a stable ``$order``: a row that changes moves to the end, and all that were
behind it move up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ingest.portal.answers import count_of, not_understood, rows_of, stamp_of
from ingest.portal.dataset import CREATED_AT, ID, UPDATED_AT
from ingest.portal.pages import Cursor
from ingest.portal.portal import Query
from ingest.times import parse_utc_stamp, utc_stamp

OVERLAP = timedelta(hours=24)
"""A stamp may be set hours before its row can be seen (2.5 h were observed on another city's dataset)."""

MOST_MONTHS = 10_000
"""Far more than there are; the portal's own default would cut the list at 1,000."""

MOST_ROWS_OF_AN_INCIDENT = 10
"""Three is all that was ever seen, on another county's portal."""

MOST_INCIDENTS = 50_000
"""Whose ids are asked for at once; a month has some 20,000."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])-", re.ASCII)

# The asterisk comes first: the portal's newer compiler calls a query malformed that names a system field before it.
ALL_FIELDS = f"*,{ID},{CREATED_AT},{UPDATED_AT}"


@dataclass(frozen=True)
class Selection:
    """The rows that a pull is about: those that started in [since, until), local times; all of them without bounds."""

    since: str | None = None
    until: str | None = None

    @property
    def is_everything(self) -> bool:
        return self.since is None and self.until is None

    def conditions(self) -> list[str]:
        bounds = ((">=", self.since), ("<", self.until))
        return [f"start_time {operator} {_literal(bound)}" for operator, bound in bounds if bound is not None]


@dataclass(frozen=True)
class Window:
    """A selection's rows whose stamps are in [lo, hi]. `hi` is fixed when a run starts.

    A row that changes during the run leaves the window, and the next run reads it.
    """

    selection: Selection
    lo: str | None
    hi: str

    def conditions(self) -> list[str]:
        lower = [] if self.lo is None else [f"{UPDATED_AT} >= {_literal(self.lo)}"]
        return [*self.selection.conditions(), *lower, f"{UPDATED_AT} <= {_literal(self.hi)}"]


@dataclass(frozen=True)
class Probe:
    """How many rows the portal has, and the newest stamp among them, if any."""

    count: int
    newest: str | None


def probe_query(rows: Selection | Window) -> Query:
    return Query(select=f"count(*) as n,max({UPDATED_AT}) as hi", where=_all_of(rows.conditions()))


def count_query(window: Window) -> Query:
    return Query(select="count(*) as n", where=_all_of(window.conditions()))


def page_query(window: Window, after: Cursor | None, rows: int) -> Query:
    """The next rows of a window, behind a cursor or from the window's start."""
    conditions = window.conditions()
    if after is not None:
        u, i = _literal(after.updated_at), _literal(after.id)
        conditions.append(f"({UPDATED_AT} > {u} OR ({UPDATED_AT} = {u} AND {ID} > {i}))")
    return Query(select=ALL_FIELDS, where=_all_of(conditions), order=f"{UPDATED_AT},{ID}", limit=rows)


def read_count(body: bytes) -> int:
    """Reads the answer to `count_query`.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is not one row with a count.
    """
    return count_of(_only_row(body))


def read_probe(body: bytes) -> Probe:
    """Reads the answer to `probe_query`.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is not one row with a count and, where that is of any rows, their newest stamp.
    """
    row = _only_row(body)
    count = count_of(row)
    # The portal leaves out what is null.
    if "hi" not in row:
        if count:
            raise not_understood("counting rows and not telling the newest change", row)
        return Probe(count, None)
    return Probe(count, stamp_of(row, "hi"))


def _only_row(body: bytes) -> dict[str, Any]:
    rows = rows_of(body)
    if len(rows) != 1:
        raise not_understood("being not one row", rows)
    return rows[0]


def months_query() -> Query:
    """How many rows the portal has in each month. Those without a start are in none."""
    return Query(
        select="date_trunc_ym(start_time) as m,count(*) as n",
        where="start_time IS NOT NULL",
        group="m",
        order="m",
        limit=MOST_MONTHS,
    )


def read_months(body: bytes) -> dict[str, int]:
    """Reads the answer to a query for months: rows by month, ``2026-11``.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is no list of months and counts.
    """
    months: dict[str, int] = {}
    for row in rows_of(body):
        month = row.get("m")
        if not isinstance(month, str) or not _MONTH.match(month) or month[:7] in months:
            raise not_understood("being no list of months", row)
        months[month[:7]] = count_of(row)
    return months


def month_of(name: str) -> Selection:
    """The rows of a month, ``2026-11``."""
    year, number = map(int, name.split("-"))
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    # No month follows the one of 9999-12-31, which may stand for a time that nobody knows.
    until = None if name == "9999-12" else "{:04}-{:02}-01T00:00:00".format(*following)
    return Selection(since=f"{name}-01T00:00:00", until=until)


def incident_ids_query(selection: Selection, after: str | None, among: Sequence[str]) -> Query:
    """Which incidents a selection has, and how many rows of each, in pages.

    Args:
        selection: The rows.
        after: The last incident of the page before.
        among: Ask for these alone, if any.
    """
    conditions = [*selection.conditions(), "incident_id IS NOT NULL"]
    if among:
        conditions.append(_is_one_of(among))
    if after is not None:
        conditions.append(f"incident_id > {_literal(after)}")
    return Query(
        select="incident_id,count(*) as n",
        where=_all_of(conditions),
        group="incident_id",
        order="incident_id",
        limit=MOST_INCIDENTS,
    )


def read_incident_ids(body: bytes) -> dict[str, int]:
    """Reads the answer to `incident_ids_query`: rows by incident, in the portal's order.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is no list of incidents and counts.
    """
    incidents: dict[str, int] = {}
    for row in rows_of(body):
        incident_id = row.get("incident_id")
        if not isinstance(incident_id, str):
            raise not_understood("being no list of incidents", row)
        incidents[incident_id] = count_of(row)
    return incidents


def incidents_query(incident_ids: Sequence[str]) -> Query:
    """The rows of some incidents, wherever they are."""
    return Query(
        select=ALL_FIELDS,
        where=_is_one_of(incident_ids),
        order=f"{UPDATED_AT},{ID}",
        limit=MOST_ROWS_OF_AN_INCIDENT * len(incident_ids),
    )


def overlap_before(watermark: str) -> str:
    """Where the next window starts, so that rows stamped before the watermark and seen after it are read."""
    return utc_stamp(parse_utc_stamp(watermark) - OVERLAP)


def _all_of(conditions: list[str]) -> str | None:
    return " AND ".join(conditions) or None


def _is_one_of(incident_ids: Sequence[str]) -> str:
    return f"incident_id IN ({','.join(map(_literal, incident_ids))})"


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
