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
from ingest.errors import IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.firehose import FirehoseSink
from ingest.lambda_handler import handler
from ingest.s3_zone import S3StateStore
from ingest.state import State
from ingest.times import utc_now, utc_stamp
from tests.python.firehose_server import FirehoseServer
from tests.python.ingest.conftest import BUCKET, Ingest
from tests.python.ingest.landed import versions
from tests.python.soda_server import SodaServer, incidents, web_page

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


def call_until_done(clock: Clock) -> list[Answer]:
    """Calls as the state machine does, each time with the answer before."""
    answers = [handler({}, clock)]
    while answers[-1]["has_more"]:
        assert len(answers) < MOST_CALLS
        answers.append(handler(answers[-1], clock))
    return answers


def deliver(s3: Any, stream: FirehoseServer, folder: str = "") -> None:
    """Writes what the stream has taken as one object, into today's folder or another one."""
    key = f"zone/incidents/{folder or f'{utc_now():dt=%Y-%m-%d}'}/hh=00/{len(stream.records(STREAM))}.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"".join(stream.records(STREAM))))


def build(s3: Any, hours_ago: float = 0) -> None:
    """Writes what a build that succeeds writes."""
    started = utc_stamp(utc_now() - timedelta(hours=hours_ago))
    s3.put_object(Bucket=BUCKET, Key="zone/state/built.json", Body=json.dumps({"started": started}))


@contextmanager
def killed(moment: str) -> Iterator[None]:
    """Ends what runs in it at the first page that it comes to, if any."""
    land, save = FirehoseSink.land, S3StateStore.save

    def dying_land(sink: FirehoseSink, chunks: Iterable[bytes]) -> int:
        if moment == "before the cursor moves":
            land(sink, chunks)
        raise SystemExit

    def dying_save(store: S3StateStore, state: State) -> None:
        save(store, state)
        if state.run and state.run.rows:
            raise SystemExit

    with pytest.MonkeyPatch.context() as patch, suppress(SystemExit):
        if moment == "after the cursor has moved":
            patch.setattr(S3StateStore, "save", dying_save)
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
            "landed": 25,
            "landed_in_all": 25,
            "dead_letters": 0,
            "has_more": False,
            "to_build": True,
            "busy": False,
            "watermark": stamps(server)[-1],
            "warning": "",
        }
        assert versions(stream.delivered(STREAM)) == versions(server.rows())

    def test_too_little_after_every_page(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(95))

        answers = call_until_done(SHORT)

        assert [answer["landed"] for answer in answers] == [10] * 9 + [5, 0]
        assert [answer["landed_in_all"] for answer in answers][-3:] == [90, 95, 95]
        assert all(answer["to_build"] for answer in answers)
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

        answers = [first, handler(first, SHORT)]
        while answers[-1]["has_more"]:
            answers.append(handler(answers[-1], SHORT))

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

        assert (answer["busy"], answer["has_more"], answer["landed"], answer["to_build"]) == (True, False, 10, True)
        assert "another run has changed s3://landing/zone/state/pull.json: it goes on" in answer["warning"]
        assert (others[0]["busy"], others[0]["landed"]) == (False, 30)
        assert versions(stream.delivered(STREAM)) == versions(server.rows())

    def test_a_portal_that_withholds_rows(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(20))
        server.count_offset = 1

        with pytest.raises(PortalInconsistentError, match="counts 21 rows"):
            handler({}, LONG)
        server.count_offset = 0

        assert handler({}, LONG)["landed"] == 20

    def test_a_portal_that_refuses(self, server: SodaServer) -> None:
        server.answer_next(web_page(403))

        with pytest.raises(PortalRefusedError, match="sent a web page in place of data"):
            handler({}, LONG)

    def test_no_such_stream(self, server: SodaServer, stream: FirehoseServer) -> None:
        server.insert(incidents(1))
        stream.missing.add(STREAM)

        with pytest.raises(UsageError, match="there is no Firehose stream dispatch"):
            handler({}, LONG)
        stream.missing.clear()

        assert handler({}, LONG)["landed"] == 1


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

        assert handler({}, LONG)["to_build"]
        build(s3, hours_ago=1)
        assert handler({}, LONG)["to_build"]

    def test_the_build_succeeded(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        server.insert(incidents(1))
        handler({}, LONG)
        deliver(s3, stream)
        build(s3, hours_ago=-1)

        assert not handler({}, LONG)["to_build"]

    def test_firehose_delivered_late(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        """It tried for a day, and the folder is still that of the day when it took the rows."""
        server.insert(incidents(1))
        handler({}, LONG)
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


class TestWarnings:
    def test_rows_that_are_too_large_add_up(self, server: SodaServer, stream: FirehoseServer, s3: Any) -> None:
        rows = incidents(30)
        for number in (3, 4, 25):
            rows[number]["address"] = "x" * 1_100_000
        server.insert(rows, stamp="2026-11-24T10:00:00.000Z")

        answers = call_until_done(SHORT)

        assert answers[-1]["dead_letters"] == 3
        assert answers[-1]["landed_in_all"] == 27
        told = "3 rows are too large for Firehose, and were kept in s3://landing/zone/state/dead-letters/"
        assert [answer["warning"] for answer in answers] == ["", "", "", told]
        kept = s3.list_objects_v2(Bucket=BUCKET, Prefix="zone/state/dead-letters/")["Contents"]
        assert len(kept) == 3
        assert len(stream.delivered(STREAM)) == 27

    def test_a_column_that_is_gone(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        del server.columns["city"]

        answer = call_until_done(SHORT)[-1]

        assert (answer["landed_in_all"], answer["to_build"]) == (20, True)
        [sentence] = answer["warning"].splitlines()
        assert sentence.startswith("the dataset has no city: all rows landed as they are")

    def test_a_new_column_is_told_of_once(self, server: SodaServer) -> None:
        server.insert(incidents(20))
        server.columns["drone"] = "text"

        answers = call_until_done(SHORT)
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
    @pytest.mark.parametrize("name", ["DISPATCH_LANDING", "DISPATCH_STREAM"])
    def test_missing(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(name)

        with pytest.raises(UsageError, match=f"{name} is not set"):
            handler({}, LONG)

    def test_a_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPATCH_LANDING", "data/landing")

        with pytest.raises(UsageError, match="DISPATCH_LANDING is data/landing"):
            handler({}, LONG)

    def test_the_token_is_a_secret_parameter(self, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        aws.client("ssm", attempts=1).put_parameter(Name="/portal/token", Type="SecureString", Value="secret\n")
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/token")
        server.insert(incidents(1))

        handler({}, LONG)

        assert {query.headers.get("X-App-Token") for query in server.queries} == {"secret"}

    def test_soda3(self, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        aws.client("ssm", attempts=1).put_parameter(Name="/portal/soda3", Type="SecureString", Value="secret")
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/soda3")
        monkeypatch.setenv("DISPATCH_API", "soda3")
        server.insert(incidents(25))
        server.tokens = {"secret"}

        answers = call_until_done(SHORT)

        assert answers[-1]["landed_in_all"] == 25
        assert all(query.document for query in server.queries)

    def test_soda3_without_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPATCH_API", "soda3")

        with pytest.raises(UsageError, match="SODA 3 answers only to an app token"):
            handler({}, LONG)

    def test_no_such_parameter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOCRATA_TOKEN_PARAMETER", "/portal/none")

        with pytest.raises(UsageError, match="SOCRATA_TOKEN_PARAMETER is /portal/none, and there is no such parameter"):
            handler({}, LONG)
