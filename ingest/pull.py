"""The run: probe, page, land, remember.

The order of writes is: rows land, then the cursor is saved, then the next page is asked for. A run that stops anywhere
has lost nothing: the next one goes on in the same window, and lands at most one page twice.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.errors import IngestError, PortalInconsistentError
from ingest.portal.dataset import UPDATED_AT
from ingest.portal.pages import Cursor, Page, parse_page
from ingest.portal.paging import (
    Probe,
    Selection,
    Window,
    count_query,
    overlap_before,
    page_query,
    probe_query,
    read_count,
    read_probe,
)
from ingest.portal.portal import Portal
from ingest.portal.schema import NO_HARM, Harm, check_columns, read_columns
from ingest.times import Clock, is_in_future, parse_utc_stamp, utc_now, utc_stamp
from ingest.zone.inventory import Inventory
from ingest.zone.sink import Sink
from ingest.zone.state import Run, State, StateStore
from terminal.progress import Progress
from terminal.words import counted, words_of_others

PAGE_ROWS = 10_000
"""Fewer rows a page mean more waiting for the portal, more rows more memory and no more speed."""

LARGEST_SHRINKAGE = 0.05
"""A portal that lacks a larger share of its rows is being rebuilt, or answers from a copy that is not whole.

The county deletes single rows; during a replacement of the dataset tens of per cent are away.
"""

MOST_ROWS_OF_COUNT = 1.5
"""Times what the portal counts. A window only loses rows while it is read, but for some that come into sight late."""

FOLD_FROM_ROWS = 10_000
"""A run that reads more rows than this, though all had landed before, leaves out those whose content has landed.

A replacement of the dataset gives all rows new stamps, and may happen four times a day. A release of the portal, with
the day before it that is read again, is a tenth of this.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Summary:
    """What a pull landed: rows, and the objects that they became. `portal_count` is of the selection."""

    rows: int
    objects: int
    portal_count: int
    ahead: str
    """What to tell if the portal has changes of the future, which have not landed."""
    harm: Harm
    """Columns that the warehouse cannot fill any more, until that is accepted."""
    notices: tuple[str, ...]
    """What else a person should know, in sentences. They have been logged."""
    has_more: bool
    """Whether the run stopped before its end, since it was not to keep going: the next one goes on."""


@dataclass(frozen=True)
class _Columns:
    """What to tell of the dataset's columns, and the state that remembers what is not as it was known."""

    state: State
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reading:
    """What was read of a run's window, and the state behind it."""

    state: State
    rows: int = 0
    objects: int = 0
    has_more: bool = False


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
        landed_lines: Callable[[], Iterable[bytes]] | None = None,
        fold_from_rows: int | None = None,
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
            landed_lines: Reads all that has landed, where that can be read.
            fold_from_rows: A run of more rows leaves out those whose content has landed; by default `FOLD_FROM_ROWS`.
        """
        self._portal = portal
        self._sink = sink
        self._store = store
        self._page_rows = page_rows
        self._progress = progress or Progress()
        self._clock = clock
        self._keep_going = keep_going
        self._landed_lines = landed_lines
        self._fold_from_rows = FOLD_FROM_ROWS if fold_from_rows is None else fold_from_rows
        self._inventory: Inventory | None = None

    def run(self, selection: Selection, *, start_over: bool = False, accept_columns: bool = False) -> Summary:
        """Lands what the portal has and the landing zone has not; first of all what an interrupted run left.

        Args:
            selection: The rows to pull. A pull of everything goes on from the watermark. A pull of a range of
                start_time reads all of the range, and leaves the watermark, since it has not seen the other rows. One
                that was interrupted is finished, and then reads what has changed in the range since it began.
            start_over: Read all of the selection, and forget an interrupted run.
            accept_columns: Accept the dataset's columns as they are now.

        Raises:
            PortalRefusedError: The portal does not serve this client.
            PortalInconsistentError: The portal's data are stale or incomplete, and the watermark stays; or the dataset
                has lost a column without which no row can land, and none has.
            IngestError: Anything else failed. What has landed is remembered.
        """
        state = self._store.load()
        columns, rest = _Columns(state), _Reading(state)
        unfinished = None if start_over else state.unfinished(selection)
        if unfinished:
            log.info(
                "going on with the pull that began at %s and has landed %s",
                unfinished.started,
                counted(unfinished.rows, "row"),
            )
            columns = self._check_columns(state, accept_columns)
            rest = self._read(columns.state, unfinished)
            if rest.has_more:
                return _summary(unfinished.portal_count, columns, rest)

        known = State() if start_over else _known(selection, rest.state, unfinished)
        probe = self._portal.fetch(probe_query(selection), read_probe)
        if selection.is_everything:
            _check_against_last_run(probe, known)
        hi, ahead = self._bound(selection, probe)
        is_news = hi is not None and (hi, probe.count) != (known.watermark, known.count)
        if not unfinished and (is_news or state.harm or accept_columns):
            columns = self._check_columns(state, accept_columns)
            rest = _Reading(columns.state)
        if hi is None or not is_news or (selection.is_everything and _is_reached(known, hi)):
            if columns.state != state and not unfinished:
                self._store.save(columns.state)
            return _summary(probe.count, columns, rest, ahead=ahead)
        run = self._begin(Window(selection, lo=_lower_bound(known, hi), hi=hi), probe)
        run = replace(run, folds=self._can_fold(run, rest.state))
        notices = _replacement(run)
        self._store.save(rest.state.with_run(run))
        return _summary(probe.count, columns, rest, self._read(rest.state, run), notices=notices, ahead=ahead)

    def _bound(self, selection: Selection, probe: Probe) -> tuple[str | None, str]:
        """Up to which stamp to read, and what to tell if that is not the newest.

        All later rows would hide behind a watermark of 2099; behind one of this machine's clock those that get an
        earlier stamp when the county mends that. So it is the newest stamp that has come.
        """
        now = self._clock()
        if probe.newest is None or not is_in_future(parse_utc_stamp(probe.newest), now):
            return probe.newest, ""
        so_far = self._portal.fetch(probe_query(Window(selection, lo=None, hi=utc_stamp(now))), read_probe)
        return so_far.newest, (
            f"the portal says that a row changed at {probe.newest}, more than a day ahead of this machine's clock "
            f"({utc_stamp(now)}): what changed up to then has landed, and nothing later; look at that clock, or "
            "run again later"
        )

    def _check_columns(self, state: State, accept: bool) -> _Columns:
        """Compares the dataset's columns with those known.

        A harmless change is told once. One with harm is remembered until the columns are as they were, or until it is
        accepted; then until it is another one.
        """
        drift = check_columns(self._portal.fetch_metadata(read_columns))
        notices = []
        new = [column for column in drift.new if column not in state.told_columns]
        if new:
            notices += _told(
                f"the dataset has columns that this program does not know: {words_of_others(', '.join(new))}; "
                "they land too, but no table shows them"
            )
        unread = [change for change in drift.unread if change not in state.told_columns]
        if unread:
            notices += _told(
                f"a column of the dataset has changed that no table reads: {words_of_others(', '.join(unread))}"
            )
        if accept and drift.harm.without(state.accepted):
            notices += _told(f"accepted: {drift.harm.words}")
        harm = NO_HARM if accept else drift.harm.without(state.accepted)
        told_columns = (*drift.new, *drift.unread)
        state = replace(state, told_columns=told_columns, harm=harm, accepted=drift.harm.without(harm))
        return _Columns(state, tuple(notices))

    def _begin(self, window: Window, probe: Probe) -> Run:
        expected = probe.count
        if window.lo is not None or window.hi != probe.newest:
            expected = self._portal.fetch(count_query(window), read_count)
        return Run(window, started=utc_stamp(self._clock()), portal_count=probe.count, expected=expected)

    def _can_fold(self, run: Run, state: State) -> bool:
        """Whether a run can leave out what has landed: it reads many rows again, and all that landed can be looked at.

        Firehose may still hold the last rows that it took. If it does, what can be read is not the newest.
        """
        if run.window.lo is None or run.expected <= self._fold_from_rows or self._landed_lines is None:
            return False
        inventory = self._look_at_landed()
        return inventory is not None and inventory.reaches(state.newest_landed)

    def _look_at_landed(self) -> Inventory | None:
        """What has landed, read once; none where it cannot be read."""
        if self._inventory is None and self._landed_lines is not None:
            log.info("looking at all that has landed, since many rows have new stamps")
            inventory = Inventory()
            try:
                inventory.add(self._landed_lines())
            except IngestError as error:
                log.warning("rows land again whose content has landed: %s", error)
                return None
            self._inventory = inventory
        return self._inventory

    def _news(self, page: Page, run: Run) -> bytes:
        """The lines of a page that are to land."""
        inventory = self._look_at_landed() if run.folds else None
        if inventory is None:
            return page.lines
        # Not by splitlines(), which knows more ends of lines than JSON does.
        lines = page.lines.split(b"\n")[:-1]
        return b"".join(line + b"\n" for line in lines if not inventory.holds(line))

    def _read(self, state: State, run: Run) -> _Reading:
        """Lands the rows of a run's window from its cursor on, to its end or to a page where it was not to keep going.

        Args:
            state: What is remembered beside the run.
            run: The run.
        """
        landed = objects = 0
        self._progress.start(run.expected, run.rows)
        try:
            while True:
                page = self._page_after(run)
                if page.last is None:
                    break
                lines = self._news(page, run)
                if lines:
                    objects += self._sink.land([lines])
                    landed += lines.count(b"\n")
                    state = replace(state, newest_landed=_last_stamp(lines))
                run = replace(run, cursor=page.last, rows=run.rows + page.rows)
                if run.rows > MOST_ROWS_OF_COUNT * run.expected:
                    self._store.save(state.without_run(run.window.selection))
                    raise PortalInconsistentError(
                        f"the portal has sent {counted(run.rows, 'row')} where it counted {run.expected:,}: "
                        "those are landed; run again later, which reads the same rows anew"
                    )
                self._store.save(state.with_run(run))
                self._progress.update(run.rows)
                if not self._keep_going():
                    return _Reading(state.with_run(run), landed, objects, has_more=True)
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
        if run.folds:
            log.info("%s had landed with the same content", counted(run.rows - landed, "row"))
        return _Reading(state, landed, objects)

    def _page_after(self, run: Run) -> Page:
        """The page behind a run's cursor. Only an empty one is the end: the portal may cut pages short."""
        page = self._portal.fetch(
            page_query(run.window, run.cursor, self._page_rows),
            lambda body: parse_page(body, row_ts=utc_stamp(self._clock())),
        )
        if page.last is not None:
            if is_in_future(parse_utc_stamp(page.last.updated_at), self._clock()):
                raise PortalInconsistentError(
                    f"the portal sent a page up to {page.last.updated_at}, more than a day ahead of this machine's "
                    f"clock ({utc_stamp(self._clock())}): it did not land; look at that clock, or run again later"
                )
            if run.cursor is not None and not _is_behind(page.last, run.cursor):
                raise PortalInconsistentError(
                    "the portal sent a page that ends no later than the page before did: paging cannot go on; "
                    "what it sent before is landed, run again later"
                )
        return page

    def _check_count(self, run: Run) -> None:
        """Compares what a run has read with what the portal counts now.

        Rows that changed during the run have left its window, and deleted ones are gone, so that the window's count may
        have fallen below the rows read. A count above them means that rows of the window were never sent. So does a
        window without any row, where the run began with some: that is no news, and yet not "nothing new".
        """
        in_window = self._portal.fetch(count_query(run.window), read_count)
        if run.expected and not run.rows:
            raise PortalInconsistentError(
                f"the portal counted {counted(run.expected, 'row')} up to {run.window.hi}, and sent none: "
                "run again later"
            )
        if run.rows < in_window:
            raise PortalInconsistentError(
                f"the portal counts {counted(in_window, 'row')} up to {run.window.hi}, but sent {run.rows:,}: "
                "those are landed; run again, which reads the same rows anew"
            )
        now = self._portal.fetch(probe_query(run.window.selection), read_probe).count
        if _has_shrunk(run.portal_count, now):
            raise PortalInconsistentError(
                f"the portal counted {counted(run.portal_count, 'row')} when the run began and {now:,} at its end: "
                "what it sent is landed; run again later, when its count is steady"
            )


def _summary(
    portal_count: int, columns: _Columns, *readings: _Reading, notices: Sequence[str] = (), ahead: str = ""
) -> Summary:
    return Summary(
        rows=sum(reading.rows for reading in readings),
        objects=sum(reading.objects for reading in readings),
        portal_count=portal_count,
        ahead=ahead,
        harm=columns.state.harm,
        notices=(*columns.notices, *notices),
        has_more=any(reading.has_more for reading in readings),
    )


def _told(sentence: str) -> list[str]:
    log.warning("%s", sentence)
    return [sentence]


def _replacement(run: Run) -> list[str]:
    """Tells that most rows are new to a run that reads what is new. Of a range that is young all may well be."""
    is_of_everything = run.window.selection.is_everything
    if run.folds or not is_of_everything or run.window.lo is None or run.expected <= run.portal_count / 2:
        return []
    return _told(
        f"the portal has {counted(run.portal_count, 'row')}, {run.expected:,} with new stamps, as after a replacement "
        "of the dataset: all land again"
    )


def _last_stamp(lines: bytes) -> str:
    """The stamp of the last of some lines; a page has its rows in the order of their stamps."""
    return str(json.loads(lines[lines.rfind(b"\n", 0, -1) + 1 :])[UPDATED_AT])


def _is_behind(one: Cursor, other: Cursor) -> bool:
    """Whether a cursor is behind another one, as far as can be told: how the portal orders ids is its own affair."""
    one_moment, other_moment = parse_utc_stamp(one.updated_at), parse_utc_stamp(other.updated_at)
    return one_moment > other_moment or (one_moment == other_moment and one.id != other.id)


def _is_reached(known: State, hi: str) -> bool:
    """Whether all changes up to a stamp have landed, which is not the newest where that is of the future."""
    return known.watermark is not None and parse_utc_stamp(hi) < parse_utc_stamp(known.watermark)


def _check_against_last_run(probe: Probe, known: State) -> None:
    if probe.count == 0:
        raise PortalInconsistentError("the portal says that the dataset has no rows at all: run again later")
    if known.count is not None and _has_shrunk(known.count, probe.count):
        raise PortalInconsistentError(
            f"the portal counts {counted(probe.count, 'row')} where the last run found {known.count:,}: it may be "
            "rebuilding the dataset; run again later, or with --full if the county did remove so many"
        )
    if known.watermark and probe.newest and parse_utc_stamp(probe.newest) < parse_utc_stamp(known.watermark):
        raise PortalInconsistentError(
            f"the portal's newest change is of {probe.newest}, but one of {known.watermark} has landed: "
            "a copy answered that lags behind; run again later"
        )


def _has_shrunk(before: int, now: int) -> bool:
    return now < before * (1 - LARGEST_SHRINKAGE)


def _known(selection: Selection, state: State, finished: Run | None) -> State:
    """How far a selection has been read: its watermark and its count; nothing of a range that begins anew.

    Args:
        selection: Of the pull.
        state: What is remembered.
        finished: The interrupted run of the selection that has just come to its end, if there was one. Of a range only
            that knows up to when it was read, since the watermark is that of everything.
    """
    if selection.is_everything:
        return state
    return State(watermark=finished.window.hi, count=finished.portal_count) if finished else State()


def _lower_bound(known: State, hi: str) -> str | None:
    """Where the next window starts, which ends at `hi`. Where the newest row has left a range, that has gone back."""
    return overlap_before(min(known.watermark, hi, key=parse_utc_stamp)) if known.watermark else None
