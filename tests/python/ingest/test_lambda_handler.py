"""The pull as a Lambda function: many short calls land what one long pull does, whatever stops them."""

import gzip
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from ingest import aws
from ingest.errors import IngestError, PortalInconsistentError, UsageError
from ingest.lambda_handler import handler
from ingest.times import utc_now, utc_stamp
from ingest.zone.bucket import ObjectStateStore
from ingest.zone.firehose import FirehoseSink, Pace
from ingest.zone.state import State
from local_portal.soda_server import SodaServer, incidents
from tests.python.firehose_server import FirehoseServer
from tests.python.ingest.conftest import BUCKET, REGION, Ingest
from tests.python.ingest.landed import versions

STREAM = "dispatch"
MOST_CALLS = 30
Answer = dict[str, Any]


class Clock:
    """What Lambda tells of the time left: these milliseconds, one at each look, the last one for ever."""

    def __init__(self, *milliseconds: int) -> None:
        self._milliseconds = list(milliseconds)

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds.pop(0) if len(self._milliseconds) > 1 else self._milliseconds[0]


LONG, SHORT = Clock(900_000), Clock(1000)


@pytest.fixture(autouse=True)
def function(
    server: SodaServer, s3: Any, stream: FirehoseServer, moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function's environment. The portal sends ten rows a page."""
    server.page_cap = 10
    monkeypatch.setenv("DISPATCH_PORTAL", server.url)
    monkeypatch.setenv("DISPATCH_LANDING", f"s3://{BUCKET}/zone")
    monkeypatch.setenv("DISPATCH_STREAM", STREAM)
    monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "")
    monkeypatch.delenv("DISPATCH_API", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", moto_url)


def call_until_done(event: Answer | None = None) -> list[Answer]:
    """Calls as the state machine does, each time with the answer before, and with time for one page."""
    answers = [handler(event or {}, SHORT)]
    while answers[-1]["has_more"]:
        assert len(answers) < MOST_CALLS
        answers.append(handler(answers[-1], SHORT))
    return answers


def deliver(s3: Any, stream: FirehoseServer, folder: str = "") -> None:
    """Writes what the stream has taken as one object, into today's folder or another one."""
    key = f"zone/incidents/{folder or f'{utc_now():dt=%Y-%m-%d}'}/hh=00/{len(stream.records(STREAM))}.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"".join(stream.records(STREAM))))


def build(s3: Any, hours_ago: float = 0) -> None:
    """Writes what a build that succeeds writes."""
    started = utc_stamp(utc_now() - timedelta(hours=hours_ago))
    s3.put_object(Bucket=BUCKET, Key="zone/state/built.json", Body=json.dumps({"started": started}))


def tried(s3: Any, hours_ago: float) -> None:
    """Writes what the function writes when it asks for a build, the first after one that succeeded."""
    document = {"at": utc_stamp(utc_now() - timedelta(hours=hours_ago)), "failures": 0}
    s3.put_object(Bucket=BUCKET, Key="zone/state/tried.json", Body=json.dumps(document))


@contextmanager
def killed(moment: str) -> Iterator[None]:
    """Ends what runs in it at the first page that it comes to, if any."""
    land, save = FirehoseSink.land, ObjectStateStore.save

    def dying_land(sink: FirehoseSink, chunks: Iterable[bytes]) -> int:
        if moment == "before the cursor moves":
            land(sink, chunks)
        raise SystemExit

    def dying_save(store: ObjectStateStore, state: State) -> None:
        save(store, state)
        if state.run and state.run.rows:
            raise SystemExit

    with pytest.MonkeyPatch.context() as patch, suppress(SystemExit):
        if moment == "after the cursor has moved":
            patch.setattr(ObjectStateStore, "save", dying_save)
        else:
            patch.setattr(FirehoseSink, "land", dying_land)
        yield


def stamps(server: SodaServer) -> list[str]:
    return sorted(str(row[":updated_at"]) for row in server.rows())


class TestTime:
    def test_enough(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(25))

        answer = handler({}, LONG)

        assert answer == {
            "task": "refresh",
            "since": "",
            "until": "",
            "landed": 25,
            "landed_in_all": 25,
            "dead_letters": 0,
            "has_more": False,
            "to_build": True,
            "waits_until": "",
            "columns_changed": False,
            "busy": False,
            "watermark": stamps(server)[-1],
            "warning": "",
        }
        assert versions(stream.delivered(STREAM)) == versions(server.rows())

    def test_too_little_after_every_page(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(95))

        answers = call_until_done()

        assert [answer["landed"] for answer in answers] == [10] * 9 + [5, 0]
        assert [answer["landed_in_all"] for answer in answers][-3:] == [90, 95, 95]
        assert [answer["to_build"] for answer in answers] == [False] * 10 + [True]
        assert [answer["watermark"] for answer in answers] == [None] * 10 + [stamps(server)[-1]]
        assert len(stream.delivered(STREAM)) == 95
        assert versions(stream.delivered(STREAM)) == versions(server.rows())

    def test_it_runs_short(self, server: SodaServer, stream: FirehoseServer) -> None:
        """180 s are enough for one more page, a millisecond less is not."""
        server.insert(incidents(95))

        answer = handler({}, Clock(900_000, 180_000, 179_999))

        assert (answer["landed"], answer["has_more"]) == (30, True)
        assert len(stream.delivered(STREAM)) == 30

    def test_rows_that_change_between_the_calls(self, server: SodaServer, stream: FirehoseServer) -> None:
        """The window stays that of the first call; what left it is the next hour's."""
        server.insert(incidents(50))
        first = handler({}, SHORT)
        server.change([f"P26{number:08}" for number in range(40, 51)], city="WHEATON")
        server.insert(incidents(20, first=51))

        answers = call_until_done(first)

        assert versions(server.rows()) <= versions(stream.delivered(STREAM))
        assert answers[-1]["watermark"] == stamps(server)[-1]


class TestStops:
    @pytest.mark.parametrize(
        ("moment", "times_landed"),
        [("before the rows land", 1), ("before the cursor moves", 2), ("after the cursor has moved", 1)],
    )
    def test_killed_at_each_page(
        self, moment: str, times_landed: int, server: SodaServer, stream: FirehoseServer
    ) -> None:
        """Before each call that lands a page comes one that dies at it."""
        server.insert(incidents(45))
        answer = {"has_more": True}
        while answer["has_more"]:
            with killed(moment):
                handler({}, SHORT)
            answer = handler({}, SHORT)

        rows = stream.delivered(STREAM)
        assert versions(rows) == versions(server.rows())
        assert len(rows) == 45 * times_landed

    def test_another_run_takes_over(
        self, server: SodaServer, stream: FirehoseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While this one waits for Firehose, another one takes its run up, and gets through."""
        server.insert(incidents(30))
        others: list[Answer] = []
        put = stream.put_record_batch

        def overtake(name: str, records: list[bytes]) -> Any:
            monkeypatch.setattr(stream, "put_record_batch", put)
            others.append(handler({}, LONG))
            return put(name, records)

        monkeypatch.setattr(stream, "put_record_batch", overtake)

        answer = handler({}, LONG)

        assert (answer["busy"], answer["has_more"], answer["landed"], answer["to_build"]) == (True, False, 10, False)
        assert answer["warning"] == "", "nobody has to do anything"
        assert (others[0]["busy"], others[0]["landed"], others[0]["to_build"]) == (False, 30, True)
        assert versions(stream.delivered(STREAM)) == versions(server.rows())

    def test_a_portal_that_withholds_rows(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(20))
        server.count_offset = 1

        with pytest.raises(PortalInconsistentError, match="counts 21 rows"):
            handler({}, LONG)
        server.count_offset = 0

        assert handler({}, LONG)["landed"] == 20


class TestToBuild:
    """What has landed is built once, and nothing that has landed goes unbuilt."""

    def test_nothing_has_been_delivered(self, server: SodaServer) -> None:
        server.insert(incidents(1))
        handler({}, LONG)

        answer = handler({}, LONG)

        assert (answer["landed"], answer["to_build"]) == (0, False)

    def test_the_build_failed(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        server.insert(incidents(1))
        handler({}, LONG)
        deliver(s3, stream)

        waiting = handler({}, LONG)
        assert (waiting["to_build"], waiting["waits_until"] > utc_stamp(utc_now())) == (False, True)
        tried(s3, hours_ago=1)
        assert handler({}, LONG)["to_build"]
        build(s3, hours_ago=1)
        tried(s3, hours_ago=0.9)
        assert handler({}, LONG)["to_build"], "the one before that failed does not count"

    def test_firehose_delivered_late(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        """It tried for a day, and the folder is still that of the day when it took the rows."""
        server.insert(incidents(1))
        handler({}, LONG)
        tried(s3, hours_ago=1.1)
        build(s3, hours_ago=1)
        assert not handler({}, LONG)["to_build"]

        deliver(s3, stream, folder=f"{utc_now() - timedelta(days=1):dt=%Y-%m-%d}")

        assert handler({}, LONG)["to_build"]

    def test_landed_by_hand(
        self, server: SodaServer, stream: FirehoseServer, s3: Any, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A pull of a range leaves the watermark, and its rows want to be built all the same."""
        monkeypatch.setenv("DISPATCH_LANDING", f"s3://{BUCKET}/zone")
        server.insert(incidents(3))
        handler({}, LONG)
        build(s3)
        pull = ["pull", "--sink", "firehose", "--stream", STREAM]
        assert ingest(*pull, "--since", "2026-01-01") == 0
        deliver(s3, stream)

        assert handler({}, LONG)["to_build"]

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"started": "yesterday"}', b'{"started": "2026-11-24"}'])
    def test_a_note_that_is_damaged(self, server: SodaServer, s3: Any, content: bytes) -> None:
        server.insert(incidents(1))
        handler({}, LONG)
        s3.put_object(Bucket=BUCKET, Key="zone/state/built.json", Body=content)

        with pytest.raises(IngestError, match=r"s3://landing/zone/state/built.json cannot be used \(.+\): delete it"):
            handler({}, LONG)


def test_a_replacement_of_the_dataset(
    server: SodaServer, stream: FirehoseServer, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing lands, and nothing is built."""
    monkeypatch.setattr("ingest.pull.FOLD_FROM_ROWS", 20)
    server.insert(incidents(30))
    handler({}, LONG)
    deliver(s3, stream)
    build(s3, hours_ago=-1)
    server.replace_all()

    answers = call_until_done()

    assert (answers[-1]["landed_in_all"], answers[-1]["to_build"], answers[-1]["warning"]) == (0, False, "")
    assert answers[-1]["watermark"] == stamps(server)[-1]
    assert len(stream.delivered(STREAM)) == 30


class TestTasks:
    """What only a person may order."""

    def test_all_rows_after_a_real_shrinkage(self, server: SodaServer, stream: FirehoseServer) -> None:
        """The county removed 10 of 100 rows, for good: each refresh takes that for a copy that is not whole."""
        server.insert(incidents(100))
        handler({}, LONG)
        server.delete([f"P26{number:08}" for number in range(1, 11)])
        for _ in range(2):
            with pytest.raises(PortalInconsistentError, match="counts 90 rows where the last run found 100"):
                handler({}, LONG)

        answers = call_until_done({"task": "pull-all"})

        assert [answer["landed"] for answer in answers] == [10] * 9 + [0]
        assert {answer["task"] for answer in answers} == {"pull-all"}
        assert answers[-1]["to_build"]
        assert handler({}, LONG)["landed"] == 0, "it is well again"

    def test_a_range(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(
            {**row, "start_time": f"2026-11-0{1 + n % 3}T10:00:00.000"} for n, row in enumerate(incidents(60))
        )
        handler({}, LONG)

        answers = call_until_done({"task": "backfill", "since": "2026-11-02", "until": "2026-11-03"})

        assert answers[-1]["landed_in_all"] == 20
        assert len(stream.delivered(STREAM)) == 80
        assert {row["start_time"][:10] for row in stream.delivered(STREAM)[60:]} == {"2026-11-02"}

    def test_a_range_that_grows_between_the_calls(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert({**row, "start_time": "2026-11-02T10:00:00.000"} for row in incidents(30))
        first = handler({"task": "backfill", "since": "2026-11-02", "until": "2026-11-03"}, SHORT)
        server.insert({**row, "start_time": "2026-11-02T11:00:00.000"} for row in incidents(15, first=31))

        answers = call_until_done(first)

        assert versions(stream.delivered(STREAM)) == versions(server.rows())
        assert answers[-1]["watermark"] is None

    def test_the_columns_as_they_are_now(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        del server.columns["city"]
        assert handler({}, LONG)["columns_changed"]

        answer = handler({"task": "accept-columns"}, LONG)

        assert (answer["columns_changed"], answer["to_build"]) == (False, False), "nothing has been delivered here"
        assert not handler({}, LONG)["columns_changed"]

    @pytest.mark.parametrize(
        ("event", "words"),
        [
            ({"task": "rebuid"}, "there is no task 'rebuid': the tasks are refresh, pull-all,"),
            ({"task": "backfill"}, "a backfill needs a time to begin at"),
            ({"task": "backfill", "since": "yesterday"}, "'yesterday' is no local time"),
        ],
    )
    def test_what_is_none(self, event: dict[str, str], words: str) -> None:
        with pytest.raises(UsageError, match=words):
            handler(event, LONG)


class TestWarnings:
    def test_rows_that_are_too_large_add_up(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        rows = incidents(30)
        for number in (3, 4, 25):
            rows[number]["address"] = "x" * 1_100_000
        server.insert(rows, stamp="2026-11-24T10:00:00.000Z")

        answers = call_until_done()

        assert answers[-1]["dead_letters"] == 3
        assert answers[-1]["landed_in_all"] == 27
        told = "3 rows larger than an incident can be (1,000 KiB): kept in s3://landing/zone/state/dead-letters/"
        assert [answer["warning"] for answer in answers] == ["", "", "", told]
        kept = s3.list_objects_v2(Bucket=BUCKET, Prefix="zone/state/dead-letters/")["Contents"]
        assert len(kept) == 3
        assert len(stream.delivered(STREAM)) == 27

    def test_a_column_that_is_gone(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        del server.columns["city"]

        answer = call_until_done()[-1]

        assert (answer["landed_in_all"], answer["to_build"], answer["columns_changed"]) == (20, False, True)
        [sentence] = answer["warning"].splitlines()
        assert sentence.startswith("the dataset has no city: all rows landed, but the warehouse")
        again = handler({}, LONG)
        assert (again["landed"], again["to_build"], again["columns_changed"]) == (0, False, True)
        assert again["warning"] == sentence

    def test_a_column_that_is_gone_and_accepted(
        self, server: SodaServer, stream: FirehoseServer, s3: Any, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By hand, from anywhere: the state is the same object."""
        monkeypatch.setenv("DISPATCH_LANDING", f"s3://{BUCKET}/zone")
        server.insert(incidents(20))
        del server.columns["city"]
        call_until_done()
        deliver(s3, stream)

        assert ingest("pull", "--sink", "firehose", "--stream", STREAM, "--accept-columns") == 0

        answer = handler({}, LONG)
        assert (answer["to_build"], answer["columns_changed"], answer["warning"]) == (True, False, "")

    def test_a_change_of_the_future(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        server.insert(incidents(1, first=21), stamp="2099-01-01T00:00:00.000Z")

        answer = call_until_done()[-1]

        assert (answer["landed_in_all"], answer["to_build"]) == (20, True)
        assert answer["warning"].startswith("the portal says that a row changed at 2099-01-01T00:00:00.000Z, more than")

    def test_a_new_column_is_told_of_once(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        server.columns["drone"] = "text"

        answers = call_until_done()
        server.insert(incidents(1, first=21))

        assert answers[-1]["warning"].count("does not know: drone") == 1
        assert "drone" not in handler({}, LONG)["warning"]

    def test_a_line_of_the_log_for_each_page(self, server: SodaServer, caplog: pytest.LogCaptureFixture) -> None:
        server.insert(incidents(25))

        with caplog.at_level(logging.INFO, "ingest"):
            answer = handler({}, LONG)

        *pages, last = [record.message for record in caplog.records if record.name.startswith("ingest")]
        assert [line.split(",")[0] for line in pages] == ["10 of 25 rows", "20 of 25 rows", "25 of 25 rows"]
        assert json.loads(last) == answer


class TestSettings:
    @pytest.mark.parametrize(("text", "mib"), [("", 4.5), ("0.9", 0.9)])
    def test_the_pace(self, text: str, mib: float, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPATCH_MIB_PER_SECOND", text)
        paces: list[Pace] = []

        def noting(client: Any, stream: str, dead_letters: Any, pace: Pace) -> FirehoseSink:
            paces.append(pace)
            return FirehoseSink(client, stream, dead_letters, pace)

        monkeypatch.setattr("ingest.lambda_handler.FirehoseSink", noting)
        server.insert(incidents(1))
        handler({}, LONG)

        assert paces[0].bytes_per_second == pytest.approx(mib * 1024 * 1024, abs=1)

    @pytest.mark.parametrize("text", ["fast", "0", "nan"])
    def test_no_pace(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPATCH_MIB_PER_SECOND", text)

        with pytest.raises(UsageError, match=f"DISPATCH_MIB_PER_SECOND is '{text}': set it to a number"):
            handler({}, LONG)

    def test_no_stream(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DISPATCH_STREAM")

        with pytest.raises(UsageError, match="DISPATCH_STREAM is not set"):
            handler({}, LONG)

    @pytest.mark.parametrize("landing", ["data/landing", ""])
    def test_a_folder(self, landing: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Which is the default, too."""
        monkeypatch.setenv("DISPATCH_LANDING", landing)

        with pytest.raises(UsageError, match="DISPATCH_LANDING is data/landing"):
            handler({}, LONG)

    def test_the_token_is_a_secret_parameter(self, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        aws.client("ssm", REGION, attempts=1).put_parameter(Name="/portal/token", Type="SecureString", Value="secret\n")
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/token")
        server.insert(incidents(1))

        handler({}, LONG)

        assert {query.headers.get("X-App-Token") for query in server.queries} == {"secret"}

    def test_soda3(self, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        aws.client("ssm", REGION, attempts=1).put_parameter(Name="/portal/soda3", Type="SecureString", Value="secret")
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/soda3")
        monkeypatch.setenv("DISPATCH_API", "soda3")
        server.insert(incidents(25))
        server.tokens = {"secret"}

        answers = call_until_done()

        assert answers[-1]["landed_in_all"] == 25
        assert all(query.document for query in server.queries)

    def test_no_such_parameter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/none")

        with pytest.raises(UsageError, match="SOCRATA_TOKEN_PARAMETER is /portal/none, and there is no such parameter"):
            handler({}, LONG)
