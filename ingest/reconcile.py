"""What has landed against what the portal has: months that differ are read again, and what is gone is withdrawn.

A pull sees what was added and what changed. It does not see that a row was deleted, nor one that came into sight more
than a day behind its own stamp. The count of a month shows both. Where it differs, incidents are compared with
incidents: a portal may have several rows of one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.errors import PortalInconsistentError
from ingest.files.readable import clean
from ingest.portal.dataset import UPDATED_AT
from ingest.portal.pages import Page, parse_page
from ingest.portal.paging import (
    Selection,
    incident_ids_query,
    incidents_query,
    month_of,
    months_query,
    read_incident_ids,
    read_months,
)
from ingest.portal.portal import Portal, Query
from ingest.pull import PAGE_ROWS, Pull
from ingest.times import Clock, utc_now, utc_stamp
from ingest.zone.inventory import Inventory, incident_of
from ingest.zone.sink import Sink
from ingest.zone.state import NoStateStore

LARGEST_WITHDRAWAL = 0.01
"""Share of a month's landed incidents that one run withdraws without being told to."""

IDS_IN_A_QUERY = 100
"""Some 1,500 characters, which any proxy lets through in an address."""


@dataclass
class Month:
    """A month that differed: incidents on the portal and landed, before and after, and what was done about it."""

    name: str
    portal_before: int
    landed_before: int
    rows_landed: int = 0
    withdrawn: int = 0
    held_back: int = 0
    """Incidents that are gone from the portal, but are too many to be withdrawn unasked."""
    portal_after: int = 0
    landed_after: int = 0
    agrees: bool = False


@dataclass
class Report:
    months: int
    """All that were compared."""
    differing: list[Month]
    several_rows: dict[str, int]
    """Incidents of which the portal has several rows in a month that was looked into, and how many."""

    @property
    def unresolved(self) -> list[Month]:
        return [month for month in self.differing if not month.agrees]


@dataclass(frozen=True)
class _Comparison:
    """The incidents of a month.

    Attributes:
        portal: Those on the portal, but for those of which another row has landed, which is in another month.
        landed: Those that have landed.
        several_rows: Those of which the portal has several rows, and how many.
    """

    portal: set[str]
    landed: set[str]
    several_rows: dict[str, int]


class Reconciliation:
    def __init__(
        self,
        portal: Portal,
        sink: Sink,
        inventory: Inventory,
        *,
        page_rows: int = PAGE_ROWS,
        may_withdraw_many: bool = False,
        clock: Clock = utc_now,
    ) -> None:
        """
        Args:
            portal: Where the rows come from.
            sink: Where they and the tombstones land.
            inventory: What has landed. It takes in what this run lands.
            page_rows: Rows in a request.
            may_withdraw_many: Whether to withdraw more than 1 % of a month's incidents.
            clock: The time of a tombstone.
        """
        self._portal = portal
        self._inventory = inventory
        self._sink = _NotingSink(sink, inventory)
        self._page_rows = page_rows
        self._may_withdraw_many = may_withdraw_many
        self._clock = clock

    def run(self) -> Report:
        """Compares all months, and mends those that differ.

        Raises:
            PortalInconsistentError: The portal's data are stale, or it withholds rows. No month that it was asked for
                afterwards has been touched.
            IngestError: Anything else failed. What has landed stays landed; the next run compares anew.
        """
        portal, landed = self._portal.fetch(months_query(), read_months), self._inventory.months()
        names = sorted(portal.keys() | landed.keys())
        differing: list[Month] = []
        several_rows: dict[str, int] = {}
        for name in names:
            if portal.get(name, 0) != landed.get(name, 0):
                comparison = self._compare(name)
                several_rows |= comparison.several_rows
                if comparison.portal != comparison.landed:
                    differing.append(Month(name, len(comparison.portal), len(comparison.landed)))
        for month in differing:
            self._mend(month)
        for month in differing:
            comparison = self._compare(month.name)
            month.portal_after, month.landed_after = len(comparison.portal), len(comparison.landed)
            month.agrees = comparison.portal == comparison.landed
        return Report(len(names), differing, several_rows)

    def _compare(self, month: str) -> _Comparison:
        rows = self._rows_by_incident(month_of(month))
        landed = self._inventory.incidents_of(month)
        elsewhere: dict[str, list[str]] = {}
        for incident_id in sorted(rows.keys() - landed):
            month_of_landed = self._inventory.month_of(incident_id)
            if month_of_landed:
                elsewhere.setdefault(month_of_landed, []).append(incident_id)
        several_rows = {incident_id: number for incident_id, number in rows.items() if number > 1}
        for other_month, incident_ids in elsewhere.items():
            for some in _in_batches(incident_ids):
                for incident_id, number in self._rows_by_incident(month_of(other_month), some).items():
                    several_rows[incident_id] = rows.pop(incident_id, 0) + number
        return _Comparison(set(rows), landed, several_rows)

    def _rows_by_incident(self, selection: Selection, among: Sequence[str] = ()) -> dict[str, int]:
        """How many rows the portal has of each incident of a selection, or of some of them."""
        rows: dict[str, int] = {}
        last: str | None = None
        while page := self._portal.fetch(incident_ids_query(selection, last, among), read_incident_ids):
            before = len(rows)
            for incident_id, number in page.items():
                rows[incident_id] = number
                last = incident_id
            if len(rows) == before:
                raise PortalInconsistentError("the portal lists the same incidents again and again: run again later")
        by_incident: dict[str, int] = {}
        for incident_id, number in rows.items():
            by_incident[clean(incident_id)] = by_incident.get(clean(incident_id), 0) + number
        # Rows of no incident, which the warehouse rejects.
        by_incident.pop("", None)
        return by_incident

    def _mend(self, month: Month) -> None:
        had_landed = self._inventory.incidents_of(month.name)
        self._sink.forget()
        pull = Pull(self._portal, self._sink, NoStateStore(), page_rows=self._page_rows, clock=self._clock)
        month.rows_landed = pull.run(month_of(month.name)).rows
        # Not in the month any more does not mean gone: the county may have moved the incident's start.
        self._land_wherever_they_are(sorted(had_landed - self._sink.incident_ids))
        gone = sorted(had_landed - self._sink.incident_ids)
        if len(gone) > LARGEST_WITHDRAWAL * month.landed_before and not self._may_withdraw_many:
            month.held_back = len(gone)
        elif gone:
            now = utc_stamp(self._clock())
            self._sink.land([b"".join(tombstone(incident_id, now) for incident_id in gone)])
            month.withdrawn = len(gone)

    def _land_wherever_they_are(self, incident_ids: list[str]) -> None:
        for unseen in _in_batches(incident_ids):
            # A portal may cut pages short: only an answer without rows says that it has none of these.
            while unseen and (page := self._fetch_page(incidents_query(unseen))).rows:
                before = len(unseen)
                self._sink.land([page.lines])
                unseen = [incident_id for incident_id in unseen if incident_id not in self._sink.incident_ids]
                if len(unseen) == before:
                    raise PortalInconsistentError(
                        "the portal sends other incidents than it is asked for: run again later"
                    )

    def _fetch_page(self, query: Query) -> Page:
        return self._portal.fetch(query, lambda body: parse_page(body, row_ts=utc_stamp(self._clock())))


def tombstone(incident_id: str, now: str) -> bytes:
    """The line that withdraws an incident: a version that is newer than all others, and says that it is deleted.

    Args:
        incident_id: The incident.
        now: UTC.
    """
    row = {"incident_id": incident_id, "deleted": True, UPDATED_AT: now, "row_ts": now}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _in_batches(incident_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(incident_ids), IDS_IN_A_QUERY):
        yield incident_ids[start : start + IDS_IN_A_QUERY]


class _NotingSink:
    """Lands lines, and notes which incidents they are of."""

    def __init__(self, sink: Sink, inventory: Inventory) -> None:
        self._sink = sink
        self._inventory = inventory
        self.incident_ids: set[str] = set()

    def forget(self) -> None:
        self.incident_ids = set()

    def land(self, chunks: Iterable[bytes]) -> int:
        whole = list(chunks)
        objects = self._sink.land(whole)
        for chunk in whole:
            lines = chunk.splitlines()
            self._inventory.add(lines)
            self.incident_ids.update(row["incident_id"] for row in map(incident_of, lines) if row)
        return objects
