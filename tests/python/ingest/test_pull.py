"""A pull lands every row and every version, whatever the portal does meanwhile, and knows when it cannot."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.errors import IngestError, PortalInconsistentError
from ingest.portal.paging import Selection
from ingest.portal.portal import Portal
from ingest.portal.schema import Harm
from ingest.pull import Pull
from ingest.times import utc_now, utc_stamp
from ingest.zone.folder import FolderSink, FolderZone
from ingest.zone.state import FileStateStore, State, from_json, to_json
from local_portal.soda_server import Answer, Query, Row, SodaServer, busy, incidents
from tests.python.ingest.conftest import Ingest, PullAll
from tests.python.ingest.landed import incident_ids, landed_lines, landed_rows, versions

Output = pytest.CaptureFixture[str]
PROBE = "count(*) as n,max(:updated_at) as hi"
PAGE = "*,:id,:created_at,:updated_at"
FROM_THE_FIRST = Selection(since="2026-01-01T00:01:00")
"""A range of all that `incidents` makes."""


def insert_in_batches(server: SodaServer, rows: list[Row], size: int = 30) -> None:
    """As the county publishes: the rows of a batch share a stamp, and a page of 40 ends inside a batch."""
    for start in range(0, len(rows), size):
        server.insert(rows[start : start + size])


def selects(server: SodaServer) -> list[str]:
    return [query.parameters["$select"] for query in server.queries]


def pages(server: SodaServer) -> list[dict[str, str]]:
    return [query.parameters for query in server.queries if query.is_page]


def test_rows_land_verbatim(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    insert_in_batches(server, incidents(100))
    before = datetime.now(UTC).isoformat(timespec="milliseconds")

    summary = pull()

    after = datetime.now(UTC).isoformat(timespec="milliseconds")
    assert (summary.rows, summary.objects, summary.portal_count) == (100, 3, 100)
    landed = landed_rows(zone.root)
    stamps = [str(row.pop("row_ts")) for row in landed]
    assert sorted(map(json.dumps, landed)) == sorted(
        json.dumps({**row, **{name: row.pop(name) for name in (":id", ":created_at", ":updated_at")}})
        for row in server.rows()
    )
    assert all(before[:23] <= stamp[:-1] <= after[:23] and stamp.endswith("Z") for stamp in stamps)


def test_the_queries_of_a_first_pull(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    """Probe, pages with the bound fixed by the probe, one more page behind the short one, and the portal's count."""
    server.insert(incidents(50), stamp="2026-11-24T10:00:00.000Z")

    pull()

    window = ":updated_at <= '2026-11-24T10:00:00.000Z'"
    last = landed_rows(zone.root)[39][":id"]
    stamp = "'2026-11-24T10:00:00.000Z'"
    behind = f"(:updated_at > {stamp} OR (:updated_at = {stamp} AND :id > '{last}'))"
    assert selects(server) == [PROBE, PAGE, PAGE, PAGE, "count(*) as n", PROBE]
    assert pages(server)[0] == {"$select": PAGE, "$where": window, "$order": ":updated_at,:id", "$limit": "40"}
    assert pages(server)[1] == {**pages(server)[0], "$where": f"{window} AND {behind}"}
    assert server.queries[4].parameters["$where"] == window


def test_nothing_new_is_one_request(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    server.insert(incidents(50))
    pull()
    server.queries.clear()

    summary = pull()

    assert selects(server) == [PROBE]
    assert (summary.rows, summary.objects) == (0, 0)
    assert len(landed_rows(zone.root)) == 50


def test_a_later_pull_reads_changes_and_the_day_before(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    server.insert(incidents(10), stamp="2026-11-20T10:00:00.000Z")
    server.insert(incidents(10, first=11), stamp="2026-11-24T10:00:00.000Z")
    pull()
    # A row that was stamped before the watermark, and came into sight behind it.
    server.insert(incidents(1, first=21), stamp="2026-11-23T10:00:00.000Z")
    server.change(["P2600000001"], close_type="ASSAULT", stamp="2026-11-24T16:00:00.000Z")
    server.queries.clear()

    summary = pull()

    assert summary.rows == 1 + 1 + 10
    assert pages(server)[0]["$where"].startswith(":updated_at >= '2026-11-23T10:00:00.000Z' AND :updated_at <= ")
    assert versions(server.rows()) <= versions(landed_rows(zone.root))


@pytest.mark.parametrize("rows", [1, 39, 40, 41, 80, 81])
def test_pages_that_end_anywhere(server: SodaServer, pull: PullAll, zone: FolderZone, rows: int) -> None:
    server.insert(incidents(rows))

    pull()

    assert sorted(incident_ids(landed_rows(zone.root))) == [f"P26{number:08}" for number in range(1, rows + 1)]
    assert len(pages(server)) == -(-rows // 40) + 1


def test_a_cap_on_the_portals_side_loses_nothing(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    insert_in_batches(server, incidents(100))
    server.page_cap = 7

    pull()

    assert len(landed_lines(zone.root)) == 100
    assert versions(landed_rows(zone.root)) == versions(server.rows())


@pytest.mark.parametrize("seed", range(5))
def test_changes_between_pages_lose_no_row_and_no_version(
    server: SodaServer, pull: PullAll, zone: FolderZone, seed: int
) -> None:
    choose = random.Random(seed)
    insert_in_batches(server, incidents(400))
    stayed = incident_ids(server.rows())
    inserted = 401

    def change_some(query: Query) -> None:
        nonlocal inserted
        if not query.is_page:
            return
        keys = sorted(incident_ids(server.rows()))
        server.change(choose.sample(keys, 10), priority="0")
        gone = choose.sample(keys, 1)
        server.delete(gone)
        stayed.difference_update(gone)
        server.insert(incidents(3, first=inserted))
        inserted += 3

    server.on_query = change_some
    pull()
    after_first = incident_ids(landed_rows(zone.root))
    server.on_query = lambda query: None
    pull()

    # A row that changed before its page came has left the window: that, and nothing else, is the second pull's.
    unchanged = {str(row["incident_id"]) for row in server.rows() if row[":updated_at"] == row[":created_at"]}
    assert stayed & unchanged <= after_first
    assert versions(server.rows()) <= versions(landed_rows(zone.root))


def test_a_replacement_between_pages_loses_nothing(server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
    insert_in_batches(server, incidents(100))

    def replace_at_second_page(query: Query) -> None:
        if len(pages(server)) == 2 and query.is_page:
            server.replace_all()

    server.on_query = replace_at_second_page
    pull()
    server.on_query = lambda query: None
    pull()

    assert versions(server.rows()) <= versions(landed_rows(zone.root))


def test_a_replaced_dataset_lands_again_and_is_told(
    server: SodaServer, pull: PullAll, zone: FolderZone, caplog: pytest.LogCaptureFixture
) -> None:
    server.insert(incidents(100))
    pull()
    server.replace_all()

    assert pull().rows == 100
    assert "the portal has 100 rows, 100 with new stamps" in caplog.text


class TestInterrupted:
    def test_the_next_pull_goes_on_in_the_same_window(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        insert_in_batches(server, incidents(200))
        server.answer_next(None, None, None, busy(500))
        with pytest.raises(IngestError, match="HTTP 500"):
            pull(retries=0)
        run = store.load().run
        assert run is not None
        assert (run.rows, run.expected, run.portal_count) == (80, 200, 200)
        server.insert(incidents(5, first=201))
        server.queries.clear()

        summary = pull()

        assert run.cursor is not None
        assert run.window.hi in pages(server)[0]["$where"]
        assert run.cursor.id in pages(server)[0]["$where"]
        # The rest of the window, and then a run of its own for what is newer, with its overlap of a day.
        assert summary.rows == 120 + 205
        assert versions(server.rows()) == versions(landed_rows(zone.root))
        assert store.load().run is None

    def test_a_full_pull_starts_over(self, server: SodaServer, pull: PullAll, store: FileStateStore) -> None:
        server.insert(incidents(100))
        server.answer_next(None, None, None, busy(500))
        with pytest.raises(IngestError):
            pull(retries=0)

        assert pull(full=True).rows == 100
        assert store.load().run is None

    def test_a_full_pull_goes_on_as_one(self, server: SodaServer, pull: PullAll, store: FileStateStore) -> None:
        server.insert(incidents(100), stamp="2026-11-20T10:00:00.000Z")
        server.insert(incidents(1, first=101), stamp="2026-11-24T10:00:00.000Z")
        pull()
        server.answer_next(None, None, busy(500))
        with pytest.raises(IngestError):
            pull(retries=0, full=True)
        assert store.load().watermark == "2026-11-24T10:00:00.000Z"

        assert pull().rows == 61

    def test_a_replica_that_falls_behind_during_the_run(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(100))

        def fall_behind(query: Query) -> None:
            server.stale = len(pages(server)) == 2

        server.on_query = fall_behind
        with pytest.raises(PortalInconsistentError, match="out of date"):
            pull()
        assert len(landed_rows(zone.root)) == 40
        assert store.load().watermark is None
        server.stale, server.on_query = False, lambda query: None

        assert pull().rows == 60


class TestRange:
    """incidents(n) start one a minute, the first at 00:01 of 1 January 2026."""

    def test_it_is_half_open(self, server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
        server.insert(incidents(100))

        pull(Selection(since="2026-01-01T00:10:00", until="2026-01-01T00:20:00"))

        assert incident_ids(landed_rows(zone.root)) == {f"P26{number:08}" for number in range(10, 20)}

    @pytest.mark.parametrize(
        ("selection", "rows"),
        [(Selection(since="2026-01-01T01:00:00"), 41), (Selection(until="2026-01-01T01:00:00"), 59)],
    )
    def test_it_may_be_open(self, server: SodaServer, pull: PullAll, selection: Selection, rows: int) -> None:
        server.insert(incidents(100))

        assert pull(selection).rows == rows

    def test_it_leaves_the_watermark(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        """The last ten rows carry the newest stamp: a watermark from them would hide the ninety others for good."""
        server.insert(incidents(90), stamp="2026-11-01T10:00:00.000Z")
        server.insert(incidents(10, first=91), stamp="2026-11-24T10:00:00.000Z")

        pull(Selection(since="2026-01-01T01:31:00"))
        assert replace(store.load(), newest_landed=None) == State()
        pull()

        assert len(incident_ids(landed_rows(zone.root))) == 100

    def test_it_goes_on_when_interrupted_and_leaves_another_run_alone(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(200))
        server.answer_next(None, None, busy(500))
        with pytest.raises(IngestError):
            pull(retries=0)
        selection = Selection(since="2026-01-01T01:41:00")
        server.answer_next(None, None, None, busy(500))
        with pytest.raises(IngestError):
            pull(selection, retries=0)

        assert pull(selection).rows == 100 - 80
        unfinished = store.load().run
        assert unfinished is not None
        assert unfinished.rows == 40
        assert pull().rows == 160

    @pytest.mark.parametrize(("pages_before", "rows"), [(0, 79 + 21), (1, 39 + 21), (2, 21)])
    def test_what_came_while_it_was_stopped_lands(
        self,
        pages_before: int,
        rows: int,
        server: SodaServer,
        pull: PullAll,
        zone: FolderZone,
        store: FileStateStore,
    ) -> None:
        """Wherever it was stopped: 20 new rows, and one that changed."""
        server.insert(incidents(79), stamp="2026-11-18T10:00:00.000Z")
        server.insert(incidents(1, first=80), stamp="2026-11-20T10:00:00.000Z")
        self.stop(server, pull, pages_before)
        server.insert(incidents(20, first=81), stamp="2026-11-24T10:00:00.000Z")
        server.change(["P2600000080"], stamp="2026-11-24T10:00:00.000Z", city="WHEATON")

        summary = pull(FROM_THE_FIRST)

        assert versions(server.rows()) <= versions(landed_rows(zone.root))
        assert (summary.rows, summary.portal_count) == (rows, 100)
        assert replace(store.load(), newest_landed=None) == State()

    def test_what_came_while_the_rest_was_read_lands(self, server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
        """That most rows of a young range are new does not mean that the dataset was replaced."""
        server.insert(incidents(80))
        self.stop(server, pull, 1)

        def insert_once(query: Query) -> None:
            if query.is_page:
                server.on_query = lambda query: None
                server.insert(incidents(20, first=81))

        server.on_query = insert_once
        summary = pull(FROM_THE_FIRST)

        assert versions(server.rows()) <= versions(landed_rows(zone.root))
        assert summary.notices == ()

    def test_stopped_again_it_goes_on_with_what_came(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(80), stamp="2026-11-20T10:00:00.000Z")
        self.stop(server, pull, 1)
        server.insert(incidents(100, first=81), stamp="2026-11-24T10:00:00.000Z")
        # The rest and its end, a count and a probe; a probe, a count, and a page of what came.
        server.answer_next(*[None] * 7, busy(500))
        with pytest.raises(IngestError):
            pull(FROM_THE_FIRST, retries=0)
        unfinished = store.load().range_run
        assert unfinished is not None
        assert (unfinished.window.lo, unfinished.rows, unfinished.expected) == ("2026-11-19T10:00:00.000Z", 40, 180)

        assert pull(FROM_THE_FIRST).rows == 140

        assert versions(server.rows()) == versions(landed_rows(zone.root))

    def test_the_newest_row_left_and_an_older_one_came(
        self, server: SodaServer, pull: PullAll, zone: FolderZone
    ) -> None:
        """The newest stamp of the range has gone back when it is asked for again, and yet there is news."""
        server.insert(incidents(79), stamp="2026-11-20T10:00:00.000Z")
        server.insert(incidents(1, first=80), stamp="2026-11-20T11:00:00.000Z")
        self.stop(server, pull, 1)

        def change_after_the_count(query: Query) -> None:
            if query.parameters["$select"] == PROBE:
                server.on_query = lambda query: None
                server.delete(["P2600000080"])
                server.insert(incidents(2, first=81), stamp="2026-11-20T10:30:00.000Z")

        server.on_query = change_after_the_count
        pull(FROM_THE_FIRST)

        assert versions(server.rows()) <= versions(landed_rows(zone.root))

    def test_nothing_came_while_it_was_stopped(self, server: SodaServer, pull: PullAll) -> None:
        server.insert(incidents(80))
        self.stop(server, pull, 1)

        assert pull(FROM_THE_FIRST).rows == 40

    def test_it_says_what_there_was_to_land(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        """A range whose rows had all landed when it was stopped is no range without incidents."""
        server.insert(incidents(80))
        server.answer_next(None, None, busy(400))
        assert ingest("pull", "--since", "2026-01-01") == 1
        capsys.readouterr()

        assert ingest("pull", "--since", "2026-01-01") == 0
        assert capsys.readouterr().out == "Nothing new: the portal's 80 rows of that range have landed\n"
        assert ingest("pull", "--since", "2027-01-01") == 0
        assert capsys.readouterr().out == "The portal has no incidents in that range\n"

    def stop(self, server: SodaServer, pull: PullAll, pages_before: int) -> None:
        """Begins a pull of the range, which ends after so many pages of 40 rows."""
        server.answer_next(None, *[None] * pages_before, busy(500))
        with pytest.raises(IngestError):
            pull(FROM_THE_FIRST, retries=0)

    def test_another_range_starts_at_its_own_beginning(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(200))
        server.answer_next(None, None, busy(500))
        with pytest.raises(IngestError):
            pull(Selection(since="2026-01-01T01:00:00"), retries=0)

        assert pull(Selection(since="2026-01-01T01:00:00", until="2026-01-01T02:00:00")).rows == 60
        assert replace(store.load(), newest_landed=None) == State()

    def test_it_reads_a_range_without_rows(self, server: SodaServer, pull: PullAll) -> None:
        server.insert(incidents(10))

        assert pull(Selection(since="2027-01-01T00:00:00")).portal_count == 0
        assert selects(server) == [PROBE]


class TestCount:
    def test_rows_that_were_counted_and_never_sent(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(100))
        server.count_offset = 3

        with pytest.raises(PortalInconsistentError, match=r"counts 103 rows up to .*, but sent 100"):
            pull()

        assert replace(store.load(), newest_landed=None) == State()
        server.count_offset = 0
        assert pull().rows == 100

    def test_a_newest_stamp_older_than_all_rows(self, server: SodaServer, pull: PullAll, store: FileStateStore) -> None:
        """Of another copy: nothing is read up to then, which is not "nothing new"."""
        server.insert(incidents(8))
        server.answer_next(Answer(body=b'[{"n":"8","hi":"2026-10-31T10:00:00.000Z"}]'))

        with pytest.raises(PortalInconsistentError, match=r"counted 8 rows up to 2026-10-31.*, and sent none"):
            pull()

        assert store.load() == State()
        assert pull().rows == 8

    def test_rows_that_a_bad_replica_withheld(self, server: SodaServer, pull: PullAll, zone: FolderZone) -> None:
        """The second page comes from a replica that lacks rows, and says nothing of it."""
        insert_in_batches(server, incidents(100), size=20)
        withheld: list[Row] = []

        def withhold(query: Query) -> None:
            if query.is_page and len(pages(server)) == 2:
                withheld.extend(
                    row for row in server.rows() if "P2600000050" <= str(row["incident_id"]) < "P2600000055"
                )
                server.delete(incident_ids(withheld))
            elif withheld:
                server.insert(withheld)
                withheld.clear()

        server.on_query = withhold
        with pytest.raises(PortalInconsistentError, match=r"counts 100 rows up to .*, but sent 95"):
            pull()
        pull()

        assert versions(landed_rows(zone.root)) == versions(server.rows())

    def test_a_count_that_shrinks_between_runs(
        self, server: SodaServer, pull: PullAll, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(100))
        pull()
        known = store.load()
        server.delete(f"P26{number:08}" for number in range(1, 7))
        server.queries.clear()

        with pytest.raises(PortalInconsistentError, match="counts 94 rows where the last run found 100"):
            pull()

        assert selects(server) == [PROBE]
        assert store.load() == known
        assert pull(full=True).rows == 94
        assert pull().rows == 0

    def test_a_count_that_shrinks_during_the_run(
        self, server: SodaServer, pull: PullAll, store: FileStateStore
    ) -> None:
        server.insert(incidents(100))

        def shrink(query: Query) -> None:
            server.count_offset = -30 if server.queries[0] is not query else 0

        server.on_query = shrink
        with pytest.raises(PortalInconsistentError, match="counted 100 rows when the run began and 70 at its end"):
            pull()
        assert replace(store.load(), newest_landed=None) == State()

    def test_a_few_deleted_rows_are_no_disagreement(self, server: SodaServer, pull: PullAll) -> None:
        server.insert(incidents(100))
        server.on_query = lambda query: server.delete(["P2600000001"] if query.is_page else [])
        pull()
        server.delete(["P2600000002"])

        pull()

    def test_a_newest_change_older_than_the_watermark(
        self, server: SodaServer, pull: PullAll, store: FileStateStore
    ) -> None:
        server.insert(incidents(99), stamp="2026-11-24T10:00:00.000Z")
        server.insert(incidents(1, first=100), stamp="2026-11-24T16:00:00.000Z")
        pull()
        server.delete(["P2600000100"])

        with pytest.raises(PortalInconsistentError, match="lags behind"):
            pull()
        assert store.load().watermark == "2026-11-24T16:00:00.000Z"

    def test_an_empty_portal(self, pull: PullAll) -> None:
        with pytest.raises(PortalInconsistentError, match="no rows at all"):
            pull()


def test_a_portal_that_sends_the_same_page_for_ever(
    server: SodaServer, zone: FolderZone, store: FileStateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.insert(incidents(30))
    monkeypatch.setattr("ingest.portal.paging._all_of", lambda conditions: None)

    with pytest.raises(PortalInconsistentError, match="paging cannot go on"):
        Pull(Portal(server.url), FolderSink(zone), store).run(Selection())


class Remembering:
    """A store that has a state, and fails to save another one."""

    def __init__(self, state: State) -> None:
        self._state = state

    def load(self) -> State:
        return self._state

    def save(self, state: State) -> None:
        assert state.watermark == self._state.watermark


class TestAnswers:
    """What is not understood lands nothing, moves nothing, and is no "nothing new"."""

    @pytest.mark.parametrize(
        "body",
        [
            b'[{"n":"8"}]',
            b'[{"n":"8","hi":"2026-11-01T10:00:01.000"}]',
            b'[{"n":"8","hi":1762000000}]',
            b'[{"n":"8","hi":"0001-01-01T00:00:00.000Z"}]',
            b'[{"n":"8","hi":"1970-01-01T00:00:00.000Z"}]',
            b'[{"n":"8","hi":"01/11/2026 10:00:01"}]',
            b'[{"hi":"2026-11-01T10:00:01.000Z"}]',
            b"[]",
            b"{}",
        ],
    )
    @pytest.mark.parametrize("arguments", [[], ["--full"], ["--since", "2026-01-01"]])
    def test_a_probe(
        self,
        body: bytes,
        arguments: list[str],
        ingest: Ingest,
        server: SodaServer,
        store: FileStateStore,
        capsys: Output,
    ) -> None:
        """On an empty zone, and on one that has rows."""
        server.insert(incidents(5))
        for _ in range(2):
            known = store.load()
            server.answer_next(Answer(body=body))

            assert ingest("pull", *arguments) == 4

            told = capsys.readouterr()
            assert told.out == ""
            assert told.err.startswith("ingest: the portal's answer is not understood, ")
            assert store.load() == known
            assert ingest("pull") == 0
            capsys.readouterr()

    @pytest.mark.parametrize("stamp", ["2099-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
    def test_a_newest_stamp_of_the_future(
        self,
        stamp: str,
        ingest: Ingest,
        server: SodaServer,
        store: FileStateStore,
        zone: FolderZone,
        capsys: Output,
    ) -> None:
        """It is told each time, and hides no row that comes later."""
        server.insert(incidents(5), stamp="2026-11-24T10:00:00.000Z")
        server.insert(incidents(1, first=6), stamp=stamp)

        assert ingest("pull") == 4

        assert f"says that a row changed at {stamp}, more than a day ahead" in capsys.readouterr().err
        assert len(landed_rows(zone.root)) == 5
        assert store.load().watermark == "2026-11-24T10:00:00.000Z"
        assert ingest("pull") == 4
        assert len(landed_rows(zone.root)) == 5
        server.insert(incidents(2, first=7), stamp=utc_stamp(utc_now()))
        assert ingest("pull") == 4
        assert incident_ids(landed_rows(zone.root)) == {f"P26{number:08}" for number in (1, 2, 3, 4, 5, 7, 8)}
        server.delete(["P2600000006"])
        assert ingest("pull", "--full") == 0

    @pytest.mark.parametrize("before", [0, 5])
    def test_a_stamp_of_the_future_that_is_mended(
        self, before: int, ingest: Ingest, server: SodaServer, zone: FolderZone
    ) -> None:
        """By any stamp behind the last one that landed, also where none had."""
        server.insert(incidents(before), stamp="2026-11-24T10:00:00.000Z")
        server.insert(incidents(1, first=6), stamp="2099-01-01T00:00:00.000Z")
        assert ingest("pull") == ingest("pull") == 4
        server.change(["P2600000006"], stamp="2026-11-24T10:00:01.000Z")

        assert ingest("pull") == 0
        assert "P2600000006" in incident_ids(landed_rows(zone.root))

    def test_a_clock_that_is_far_behind(
        self, server: SodaServer, zone: FolderZone, store: FileStateStore, pull: PullAll
    ) -> None:
        """The watermark does not go back."""
        server.insert(incidents(5), stamp="2026-11-24T10:00:00.000Z")
        pull()
        server.insert(incidents(1, first=6))
        server.change(["P2600000006"], stamp="2026-11-25T10:00:00.000Z")
        known = store.load()

        behind = Pull(
            Portal(server.url), FolderSink(zone), Remembering(known), clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)
        )
        summary = behind.run(Selection())

        assert summary.rows == 0
        assert "more than a day ahead of this machine's clock (2020-01-01T00:00:00.000Z)" in summary.ahead

    def test_a_newest_stamp_of_this_evening(self, pull: PullAll, server: SodaServer) -> None:
        """Clocks differ."""
        server.insert(incidents(5), stamp=utc_stamp(utc_now() + timedelta(hours=23)))

        assert pull().rows == 5

    @pytest.mark.parametrize(
        "system",
        [
            '":id":"row-a"',
            '":updated_at":"2026-11-01T10:00:01.000Z"',
            '":id":5,":updated_at":"2026-11-01T10:00:01.000Z"',
            '":id":"",":updated_at":"2026-11-01T10:00:01.000Z"',
            '":id":"row-a",":updated_at":"2026-11-01T10:00:01.000"',
            '":id":"row-a",":updated_at":1762000000',
            '":id":"row-a",":updated_at":"2099-11-01T10:00:01.000Z"',
        ],
    )
    def test_a_page(
        self, system: str, pull: PullAll, server: SodaServer, zone: FolderZone, store: FileStateStore
    ) -> None:
        server.insert(incidents(5))
        server.answer_next(None, Answer(body=f'[{{"incident_id":"P1",{system}}}]\n'.encode()))

        with pytest.raises(PortalInconsistentError):
            pull()

        assert landed_rows(zone.root) == []
        run = store.load().run
        assert run is not None
        assert run.cursor is None
        assert pull().rows == 5

    @pytest.mark.parametrize("body", [b"{}", b"[1]", b'{"error":true}', b"null", b'"[]"', b'[{"incident_id":"P1"},5]'])
    def test_a_page_that_is_something_else(self, body: bytes, pull: PullAll, server: SodaServer) -> None:
        server.insert(incidents(5))
        server.answer_next(None, Answer(body=body))

        with pytest.raises(PortalInconsistentError, match="not understood, being no array of rows"):
            pull()


class TestEndlessPages:
    @staticmethod
    def page(number: int, stamp: str) -> Answer:
        return Answer(body=f'[{{"incident_id":"P{number}",":id":"row-{number}",":updated_at":"{stamp}"}}]\n'.encode())

    def test_two_that_alternate(self, pull: PullAll, server: SodaServer, store: FileStateStore) -> None:
        server.insert(incidents(5))
        pages = [self.page(1, "2026-11-01T10:00:00.000Z"), self.page(2, "2026-11-01T09:00:00.000Z")]
        server.answer_next(None, *pages * 100)

        with pytest.raises(PortalInconsistentError, match="ends no later than the page before did"):
            pull()
        assert store.load().watermark is None

    def test_more_rows_than_the_portal_counts(
        self, pull: PullAll, server: SodaServer, store: FileStateStore, zone: FolderZone
    ) -> None:
        """By hand: of 5 rows, 7 are let through and 8 are over 1.5 times as many. Their ids have no known order."""
        server.insert(incidents(5))
        pages = [self.page(number, "2026-11-01T10:00:00.000Z") for number in (1, 2)]
        server.answer_next(None, *pages * 100)

        with pytest.raises(PortalInconsistentError, match="has sent 8 rows where it counted 5"):
            pull()

        assert len(landed_rows(zone.root)) == 8
        assert replace(store.load(), newest_landed=None) == State()


class TestState:
    def stored(self, store: FileStateStore, server: SodaServer, pull: PullAll) -> dict[str, Any]:
        """A state with an unfinished pull and a watermark."""
        server.insert(incidents(50), stamp="2026-11-01T10:00:00.000Z")
        pull()
        server.insert(incidents(50, first=51), stamp="2026-11-24T10:00:00.000Z")
        server.answer_next(None, None, None, busy(500))
        with pytest.raises(IngestError):
            pull(retries=0)
        state = replace(store.load(), harm=Harm(("city",), (("end_time", "text"),), ("deleted",)))
        document = json.loads(to_json(state))
        assert isinstance(document, dict)
        return document

    @pytest.mark.parametrize(
        "stamp",
        [
            "2026-11-01T10:00:00.000",
            1762000000,
            "2026-11-01",
            "0001-01-01T00:00:00.000Z",
            "2099-01-01T00:00:00.000Z",
        ],
    )
    @pytest.mark.parametrize("path", [["watermark"], ["run", "window", "hi"], ["run", "cursor", "updated_at"]])
    def test_a_stamp_that_no_portal_writes(
        self, stamp: object, path: list[str], pull: PullAll, store: FileStateStore, server: SodaServer, zone: FolderZone
    ) -> None:
        """As versions before this one stored it."""
        document = self.stored(store, server, pull)
        self.put(document, path, stamp)
        (zone.state / "pull.json").write_text(json.dumps(document))

        with pytest.raises(IngestError, match=r"pull.json cannot be used \(its .+\): move it away and pull again"):
            pull()

    def test_a_field_of_any_other_type(
        self, pull: PullAll, store: FileStateStore, server: SodaServer, zone: FolderZone
    ) -> None:
        """Each field in turn, and what is in it: a sentence, or a state that can be used."""
        document = self.stored(store, server, pull)
        values: list[object] = [[], {}, "x", 5, -1, True, None, 1.5]
        told = []
        for path in self.paths(document):
            for value in values:
                spoiled = json.loads(json.dumps(document))
                self.put(spoiled, path, value)
                try:
                    from_json(json.dumps(spoiled).encode(), "it")
                except IngestError as error:
                    told.append(str(error))
        assert len(told) > 100
        assert all("move it away and pull again" in sentence for sentence in told)

    def put(self, document: dict[str, Any], path: list[str], value: object) -> None:
        *parents, name = path
        for parent in parents:
            document = document[parent]
        document[name] = value

    def paths(self, document: dict[str, Any]) -> Iterator[list[str]]:
        for name, value in document.items():
            yield [name]
            if isinstance(value, dict):
                yield from ([name, *path] for path in self.paths(value))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("\x00\x80", "cannot be used"),
            ("[" * 100_000, "cannot be used"),
            ('{"version": 2, "dataset": "98cc-bc7d"}', "its version is 2, this program knows 1"),
            ('{"version": 1, "dataset": "aaaa-bbbb"}', "it is about dataset aaaa-bbbb, not 98cc-bc7d"),
            ('{"version": 1, "dataset": "98cc-bc7d"}', "it has no 'watermark'"),
            ('{"version": 1, "data', "cannot be used"),
            ("[]", "cannot be used"),
        ],
    )
    def test_one_that_is_not_understood_is_refused(
        self, pull: PullAll, server: SodaServer, zone: FolderZone, text: str, message: str
    ) -> None:
        zone.state.mkdir(parents=True)
        (zone.state / "pull.json").write_text(text)

        with pytest.raises(IngestError, match=message):
            pull()
        assert server.queries == []
        assert (zone.state / "pull.json").read_text() == text
