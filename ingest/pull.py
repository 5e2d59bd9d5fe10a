"""The run: probe, page, land, remember.

The order of writes is: rows land, then the cursor is saved, then the next page is asked for. A run that stops anywhere
has lost nothing: the next one goes on in the same window, and lands at most one page twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from ingest.errors import IngestError, PortalInconsistentError
from ingest.pages import Page, parse_page
from ingest.paging import (
    Probe,
    Selection,
    Window,
    count_query,
    overlap_before,
    page_query,
    probe_query,
    read_probe,
)
from ingest.portal import Portal
from ingest.progress import Progress
from ingest.schema import Drift, check_columns, read_columns
from ingest.sink import Sink
from ingest.state import Run, State, StateStore
from ingest.times import Clock, utc_now, utc_stamp

PAGE_ROWS = 10_000
"""Fewer rows a page mean more waiting for the portal, more rows more memory and no more speed."""

LARGEST_SHRINKAGE = 0.05
"""A portal that lacks a larger share of its rows is being rebuilt, or answers from a copy that is not whole.

The county deletes single rows; during a replacement of the dataset tens of per cent are away.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Summary:
    """What a pull landed: rows, and the objects that they became. `portal_count` is of the selection."""

    rows: int
    objects: int
    portal_count: int
    drift: Drift
    """Of the columns, where rows have landed; no drift where there was nothing to land."""
    notices: tuple[str, ...]
    """What else a person should know, in sentences. They have been logged."""
    has_more: bool
    """Whether the run stopped before its end, since it was not to keep going: the next one goes on."""


class Pull:
    def __init__(
        self,
        portal: Portal,
        sink: Sink,
        store: StateStore,
        *,
        page_rows: int = PAGE_ROWS,
        progress: Progress | None = None,
        clock: Clock = utc_now,
        keep_going: Callable[[], bool] = lambda: True,
    ) -> None:
        """
        Args:
            portal: Where the rows come from.
            sink: Where they land.
            store: What is remembered between runs.
            page_rows: Rows in a request.
            progress: Shows how far it is.
            clock: The time of extraction.
            keep_going: Asked when a page has landed and the cursor is saved. If not, the run stops there. So each run
                lands a page at least, and runs that follow each other come to the end.
        """
        self._portal = portal
        self._sink = sink
        self._store = store
        self._page_rows = page_rows
        self._progress = progress or Progress()
        self._clock = clock
        self._keep_going = keep_going
        self._has_more = False
        self._rows = 0
        self._objects = 0
        self._drift = Drift()
        self._notices: list[str] = []

    def run(self, selection: Selection, *, start_over: bool = False) -> Summary:
        """Lands what the portal has and the landing zone has not; first of all what an interrupted run left.

        Args:
            selection: The rows to pull. A pull of everything goes on from the watermark. A pull of a range of
                start_time reads all of the range, and leaves the watermark, since it has not seen the other rows.
            start_over: Read all of the selection, and forget an interrupted run.

        Raises:
            PortalRefusedError: The portal does not serve this client.
            PortalInconsistentError: The portal's data are stale or incomplete, and the watermark stays; or the dataset
                has lost a column without which no row can land, and none has.
            IngestError: Anything else failed. What has landed is remembered.
        """
        state = self._store.load()
        unfinished = None if start_over else state.unfinished(selection)
        if unfinished:
            log.info(
                "going on with the pull that began at %s and has landed %s rows",
                unfinished.started,
                f"{unfinished.rows:,}",
            )
            state = self._finish(self._with_columns_checked(state), unfinished)
            if self._has_more or not selection.is_everything:
                return self._summary(unfinished.portal_count)

        known = state if selection.is_everything and not start_over else State()
        probe = self._portal.fetch(probe_query(selection), read_probe)
        if selection.is_everything:
            _check_against_last_run(probe, known)
        if probe.newest is not None and (probe.newest, probe.count) != (known.watermark, known.count):
            if not unfinished:
                state = self._with_columns_checked(state)
            run = self._begin(Window(selection, lo=_lower_bound(known), hi=probe.newest), probe)
            self._store.save(state.with_run(run))
            self._finish(state, run)
        return self._summary(probe.count)

    def _summary(self, portal_count: int) -> Summary:
        return Summary(
            self._rows, self._objects, portal_count, self._drift, notices=tuple(self._notices), has_more=self._has_more
        )

    def _tell(self, sentence: str) -> None:
        self._notices.append(sentence)
        log.warning("%s", sentence)

    def _with_columns_checked(self, state: State) -> State:
        """Compares the dataset's columns with those known, and remembers the new ones, so that each is told once."""
        self._drift = check_columns(self._portal.fetch_metadata(read_columns))
        untold = [column for column in self._drift.new if column not in state.new_columns]
        if untold:
            self._tell(
                f"the dataset has columns that this program does not know: {', '.join(untold)}; "
                "they land too, but no table shows them"
            )
        return replace(state, new_columns=tuple(self._drift.new))

    def _begin(self, window: Window, probe: Probe) -> Run:
        expected = probe.count
        if window.lo is not None:
            expected = self._portal.fetch(count_query(window), read_probe).count
            if expected > probe.count / 2:
                self._tell(
                    f"{expected:,} of the portal's {probe.count:,} rows have new stamps, as after a replacement of "
                    "the dataset: all land again"
                )
        return Run(window, started=utc_stamp(self._clock()), portal_count=probe.count, expected=expected)

    def _finish(self, state: State, run: Run) -> State:
        """Lands the rows of a run's window from its cursor on, and returns the state behind it.

        That is its end, or a page where it was not to keep going.
        """
        self._progress.start(run.expected, run.rows)
        try:
            while True:
                page = self._page_after(run)
                if page.last is None:
                    break
                self._objects += self._sink.land([page.lines])
                self._rows += page.rows
                run = replace(run, cursor=page.last, rows=run.rows + page.rows)
                self._store.save(state.with_run(run))
                self._progress.update(run.rows)
                if not self._keep_going():
                    self._has_more = True
                    return state.with_run(run)
        finally:
            self._progress.finish()
        try:
            self._check_count(run)
        except PortalInconsistentError:
            # The same window would be found complete by its cursor, so the next run has to read it from its start.
            self._store.save(state.without_run(run.window.selection))
            raise
        state = state.after(run)
        self._store.save(state)
        return state

    def _page_after(self, run: Run) -> Page:
        """The page behind a run's cursor. Only an empty one is the end: the portal may cut pages short."""
        page = self._portal.fetch(
            page_query(run.window, run.cursor, self._page_rows),
            lambda body: parse_page(body, row_ts=utc_stamp(self._clock())),
        )
        if page.last is not None and page.last == run.cursor:
            raise IngestError("the portal sent a page that ends where the page before did: paging cannot go on")
        return page

    def _check_count(self, run: Run) -> None:
        """Compares what a run has read with what the portal counts now.

        Rows that changed during the run have left its window, and deleted ones are gone, so that the window's count may
        have fallen below the rows read. A count above them means that rows of the window were never sent.
        """
        in_window = self._portal.fetch(count_query(run.window), read_probe).count
        if run.rows < in_window:
            raise PortalInconsistentError(
                f"the portal counts {in_window:,} rows up to {run.window.hi}, but sent {run.rows:,}: "
                "those are landed; run again, which reads the same rows anew"
            )
        now = self._portal.fetch(probe_query(run.window.selection), read_probe).count
        if _has_shrunk(run.portal_count, now):
            raise PortalInconsistentError(
                f"the portal counted {run.portal_count:,} rows when the run began and {now:,} at its end: "
                "what it sent is landed; run again later, when its count is steady"
            )


def _check_against_last_run(probe: Probe, known: State) -> None:
    if probe.count == 0:
        raise PortalInconsistentError("the portal says that the dataset has no rows at all: run again later")
    if known.count is not None and _has_shrunk(known.count, probe.count):
        raise PortalInconsistentError(
            f"the portal counts {probe.count:,} rows where the last run found {known.count:,}: it may be rebuilding "
            "the dataset; run again later, or with --full if the county did remove so many"
        )
    if known.watermark is not None and probe.newest is not None and probe.newest < known.watermark:
        raise PortalInconsistentError(
            f"the portal's newest change is of {probe.newest}, but one of {known.watermark} has landed: "
            "a copy answered that lags behind; run again later"
        )


def _has_shrunk(before: int, now: int) -> bool:
    return now < before * (1 - LARGEST_SHRINKAGE)


def _lower_bound(known: State) -> str | None:
    return overlap_before(known.watermark) if known.watermark else None
