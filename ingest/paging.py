"""Keyset paging on (:updated_at, :id): which rows a run reads, and in which queries.

Of seven ways of paging that were simulated with changes between the pages, this is the one that loses no row and no
version. ``$offset`` loses rows even under a stable ``$order``: a row that changes moves to the end, and all that were
behind it move up.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ingest.dataset import CREATED_AT, ID, UPDATED_AT
from ingest.errors import DamagedBodyError
from ingest.pages import Cursor
from ingest.portal import Query
from ingest.times import parse_utc_stamp, utc_stamp

OVERLAP = timedelta(hours=24)
"""A stamp may be set hours before its row can be seen (2.5 h were observed on another city's dataset)."""

MOST_MONTHS = 10_000
"""Far more than there are; the portal's own default would cut the list at 1,000."""

MOST_ROWS_OF_AN_INCIDENT = 10
"""One each is all that was ever seen."""

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


def probe_query(selection: Selection) -> Query:
    return Query(select=f"count(*) as n,max({UPDATED_AT}) as hi", where=_all_of(selection.conditions()))


def count_query(window: Window) -> Query:
    return Query(select="count(*) as n", where=_all_of(window.conditions()))


def page_query(window: Window, after: Cursor | None, rows: int) -> Query:
    """The next rows of a window, behind a cursor or from the window's start."""
    conditions = window.conditions()
    if after is not None:
        u, i = _literal(after.updated_at), _literal(after.id)
        conditions.append(f"({UPDATED_AT} > {u} OR ({UPDATED_AT} = {u} AND {ID} > {i}))")
    return Query(select=ALL_FIELDS, where=_all_of(conditions), order=f"{UPDATED_AT},{ID}", limit=rows)


def read_probe(body: bytes) -> Probe:
    """Reads the answer to a probe or count.

    Raises:
        DamagedBodyError: The body is not one row with a count.
    """
    try:
        [row] = json.loads(body)
        return Probe(count=int(row["n"]), newest=row.get("hi"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedBodyError(f"it is no count: {body[:80].decode(errors='replace')}") from error


def months_query() -> Query:
    """How many incidents the portal has in each month. Those without a start are in none."""
    return Query(
        select="date_trunc_ym(start_time) as m,count(*) as n",
        where="start_time IS NOT NULL",
        group="m",
        order="m",
        limit=MOST_MONTHS,
    )


def read_months(body: bytes) -> dict[str, int]:
    """Reads the answer to a query for months: incidents by month, ``2026-11``.

    Raises:
        DamagedBodyError: The body is no list of months and counts.
    """
    try:
        rows = json.loads(body)
        if not isinstance(rows, list):
            raise TypeError("it is no array")
        return {str(row["m"])[:7]: int(row["n"]) for row in rows}
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedBodyError(f"it is no list of months: {body[:80].decode(errors='replace')}") from error


def incidents_query(incident_ids: Sequence[str]) -> Query:
    """The rows of some incidents, wherever they are."""
    listed = ",".join(map(_literal, incident_ids))
    return Query(
        select=ALL_FIELDS,
        where=f"incident_id IN ({listed})",
        order=f"{UPDATED_AT},{ID}",
        limit=MOST_ROWS_OF_AN_INCIDENT * len(incident_ids),
    )


def overlap_before(watermark: str) -> str:
    """Where the next window starts, so that rows stamped before the watermark and seen after it are read."""
    return utc_stamp(parse_utc_stamp(watermark) - OVERLAP)


def _all_of(conditions: list[str]) -> str | None:
    return " AND ".join(conditions) or None


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
