"""What has landed against what the portal has: months that differ are read again, and what is gone is withdrawn.

A pull sees what was added and what changed. It does not see that a row was deleted, nor one that came into sight more
than a day behind its own stamp. The count of a month shows both.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from ingest.dataset import UPDATED_AT
from ingest.inventory import Inventory, incident_of
from ingest.pages import Page, parse_page
from ingest.paging import Selection, incidents_query, months_query, read_months
from ingest.portal import Portal, Query
from ingest.pull import PAGE_ROWS, Pull
from ingest.sink import Sink
from ingest.state import NoStateStore
from ingest.times import Clock, utc_now, utc_stamp

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

    @property
    def agrees(self) -> bool:
        return self.portal_after == self.landed_after


@dataclass
class Report:
    months: int
    """All that were compared."""
    differing: list[Month]

    @property
    def unresolved(self) -> list[Month]:
        return [month for month in self.differing if not month.agrees]


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
        differing = [
            Month(name, portal.get(name, 0), landed.get(name, 0))
            for name in names
            if portal.get(name, 0) != landed.get(name, 0)
        ]
        for month in differing:
            self._mend(month)
        if differing:
            portal, landed = self._portal.fetch(months_query(), read_months), self._inventory.months()
        for month in differing:
            month.portal_after, month.landed_after = portal.get(month.name, 0), landed.get(month.name, 0)
        return Report(len(names), differing)

    def _mend(self, month: Month) -> None:
        had_landed = self._inventory.incidents_of(month.name)
        self._sink.forget()
        pull = Pull(self._portal, self._sink, NoStateStore(), page_rows=self._page_rows, clock=self._clock)
        month.rows_landed = pull.run(_selection(month.name)).rows
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
        waiting = iter(incident_ids)
        while unseen := list(islice(waiting, IDS_IN_A_QUERY)):
            # A portal may cut pages short: only an answer without rows says that it has none of these.
            while unseen and (page := self._fetch_page(incidents_query(unseen))).rows:
                self._sink.land([page.lines])
                unseen = [incident_id for incident_id in unseen if incident_id not in self._sink.incident_ids]

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


def table(report: Report) -> str:
    """Says in a few lines, for a person, what differed and what was done."""
    agreeing = report.months - len(report.differing)
    summary = f"{agreeing:,} of {report.months:,} months agreed with the portal"
    if not report.differing:
        return summary
    head = ("Month", "Portal", "Landed", "Read again", "Withdrawn", "Held back", "Portal now", "Landed now")
    rows = [
        (
            month.name,
            *(
                f"{number:,}"
                for number in (
                    month.portal_before,
                    month.landed_before,
                    month.rows_landed,
                    month.withdrawn,
                    month.held_back,
                    month.portal_after,
                    month.landed_after,
                )
            ),
        )
        for month in report.differing
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]
    return "\n".join([*lines, "", summary])


def _selection(month: str) -> Selection:
    year, number = map(int, month.split("-"))
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return Selection(since=f"{month}-01T00:00:00", until="{:04}-{:02}-01T00:00:00".format(*following))


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
            self.incident_ids.update(row["incident_id"].strip() for row in map(incident_of, lines) if row)
        return objects
