"""What is tried again and what is not, how long to wait, and what the person at the terminal is told."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from ingest import portal
from ingest.errors import DamagedBodyError, IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.paging import Selection, probe_query, read_probe
from ingest.portal import Portal, Query, RetryPolicy
from ingest.times import utc_now
from tests.python.soda_server import (
    Answer,
    SodaServer,
    broken_connection,
    busy,
    cut_off,
    incidents,
    portal_error,
    web_page,
)

COUNT = probe_query(Selection())
AT_ONCE = RetryPolicy(retries=2, base_seconds=0)


@pytest.fixture
def full_server(server: SodaServer) -> SodaServer:
    server.insert(incidents(25))
    return server


def count(server: SodaServer, token: str | None = None, retry: RetryPolicy = AT_ONCE) -> int:
    return Portal(server.url, token, retry).fetch(COUNT, read_probe).count


TRANSIENT = {
    "202": busy(202),
    "429": busy(429),
    "500": busy(500),
    "502 with a page": web_page(502),
    "503": busy(503),
    "504": busy(504),
    "cut body": cut_off(),
    "cut to nothing": cut_off(0),
    "broken connection": broken_connection(),
    "broken before the body": broken_connection(0),
    "damaged body": Answer(body=b'[{"n":"25"'),
}


@pytest.mark.parametrize("name", TRANSIENT)
def test_it_tries_again(full_server: SodaServer, name: str) -> None:
    full_server.answer_next(TRANSIENT[name], TRANSIENT[name])

    assert count(full_server) == 25
    assert len(full_server.queries) == 3


@pytest.mark.parametrize("name", TRANSIENT)
def test_it_gives_up_after_the_last_retry(full_server: SodaServer, name: str) -> None:
    full_server.answer_next(*[TRANSIENT[name]] * 3)

    with pytest.raises(IngestError, match="tried 3 times, now giving up") as failure:
        count(full_server)
    assert failure.value.exit_code == 1
    assert len(full_server.queries) == 3


def test_it_tries_again_when_no_answer_comes(full_server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "READ_TIMEOUT_SECONDS", 1.0)
    full_server.answer_next(Answer(seconds=1.2))

    assert count(full_server) == 25


def test_nobody_listens(server: SodaServer) -> None:
    with SodaServer() as gone:
        url = gone.url
    retry = RetryPolicy(retries=1, base_seconds=0)

    with pytest.raises(IngestError, match=r"no connection to http://127.0.0.1:.*Connection refused.*tried 2 times"):
        Portal(url, retry=retry).fetch(COUNT, read_probe)


@pytest.mark.parametrize("key", ["code", "errorCode"])
@pytest.mark.parametrize("status", [400, 404, 409])
def test_other_errors_stop_with_the_portals_words(full_server: SodaServer, status: int, key: str) -> None:
    full_server.answer_next(portal_error(status, "query.soql.no-such-column", "No such column: beat", key=key))

    with pytest.raises(IngestError) as failure:
        count(full_server)

    request_id = "[0-9a-f]{32}"
    words = (
        rf"the portal answered HTTP {status}, query.soql.no-such-column, No such column: beat, request id {request_id}"
    )
    assert failure.match(words)
    assert failure.value.exit_code == 1
    assert len(full_server.queries) == 1


def test_a_column_that_is_no_more(full_server: SodaServer) -> None:
    with pytest.raises(IngestError, match=r"HTTP 400, query.soql.no-such-column, No such column: beat"):
        Portal(full_server.url).fetch(Query(select="*", where="beat = 'H2'"), bytes)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web_page(403), "sent a web page in place of data (HTTP 403"),
        (web_page(200), "sent a web page in place of data (HTTP 200"),
        (portal_error(403, "permission_denied", "Invalid app_token specified"), "permission_denied, Invalid app_token"),
        (portal_error(401, "authentication_required", "Log in"), "authentication_required, Log in"),
    ],
)
def test_a_refusal_says_what_to_try(full_server: SodaServer, answer: Answer, words: str) -> None:
    full_server.answer_next(answer, answer)

    with pytest.raises(PortalRefusedError) as without_token:
        count(full_server)
    with pytest.raises(PortalRefusedError) as with_token:
        count(full_server, token="abc123")

    assert words in str(without_token.value)
    assert "set SOCRATA_APP_TOKEN" in str(without_token.value)
    assert "another network" in str(without_token.value)
    assert "check SOCRATA_APP_TOKEN" in str(with_token.value)
    assert without_token.value.exit_code == 3
    assert len(full_server.queries) == 2


def test_a_stale_replica_is_not_asked_again(full_server: SodaServer) -> None:
    full_server.stale = True

    with pytest.raises(PortalInconsistentError) as failure:
        count(full_server)
    assert failure.value.exit_code == 4
    assert len(full_server.queries) == 1


@pytest.mark.parametrize("token", ["abc123", None])
def test_the_token_goes_into_a_header(full_server: SodaServer, token: str | None) -> None:
    count(full_server, token=token)

    [query] = full_server.queries
    assert query.headers.get("X-App-Token") == token
    assert "token" not in str(query.parameters)


class TestWaiting:
    @staticmethod
    def waits(server: SodaServer, *answers: Answer, policy: RetryPolicy = AT_ONCE) -> list[float]:
        waits: list[float] = []
        server.answer_next(*answers)
        count(server, retry=replace(policy, retries=len(answers), sleep=waits.append))
        return waits

    def test_full_jitter(self, full_server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """The span doubles up to its bound, and the wait is anywhere in it."""
        spans: list[tuple[float, float]] = []

        def uniform(low: float, high: float) -> float:
            spans.append((low, high))
            return high / 4

        monkeypatch.setattr("random.uniform", uniform)

        waits = self.waits(full_server, *[busy(500)] * 6, policy=RetryPolicy(longest_seconds=10.0))

        assert spans == [(0, 1), (0, 2), (0, 4), (0, 8), (0, 10), (0, 10)]
        assert waits == [0.25, 0.5, 1, 2, 2.5, 2.5]

    def test_retry_after_in_seconds(self, full_server: SodaServer) -> None:
        assert self.waits(full_server, busy(429, retry_after=7)) == [7]

    def test_retry_after_as_a_date(self, full_server: SodaServer) -> None:
        date = format_datetime(utc_now() + timedelta(seconds=60), usegmt=True)

        [wait] = self.waits(full_server, busy(503, retry_after=date))

        assert 55 < wait <= 60

    @pytest.mark.parametrize("header", ["", "soon", "-5", "nan", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99"])
    def test_a_retry_after_that_says_nothing(self, full_server: SodaServer, header: str) -> None:
        assert self.waits(full_server, busy(429, retry_after=header)) == [0]

    @pytest.mark.parametrize("header", ["3600", "inf"])
    def test_a_retry_after_that_is_too_long_to_wait_for(self, full_server: SodaServer, header: str) -> None:
        full_server.answer_next(busy(429, retry_after=header))

        with pytest.raises(IngestError, match=r"asks to wait (3600|inf) s"):
            count(full_server)

    def test_it_is_told(self, full_server: SodaServer, caplog: pytest.LogCaptureFixture) -> None:
        self.waits(full_server, busy(429, retry_after=7))

        assert "HTTP 429, busy, Try again later." in caplog.text
        assert "trying again in 7.0 s (1 of 1)" in caplog.text


@pytest.mark.parametrize("url", ["", "data.montgomerycountymd.gov", "ftp://x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="DISPATCH_PORTAL"):
        Portal(url)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "clé"])
def test_a_token_that_cannot_be_sent(token: str) -> None:
    with pytest.raises(UsageError, match="SOCRATA_APP_TOKEN") as failure:
        Portal("http://127.0.0.1", token)
    assert token not in str(failure.value)


def test_a_host_that_is_no_name() -> None:
    with pytest.raises(IngestError):
        Portal("http://", retry=RetryPolicy(retries=0)).fetch(COUNT, read_probe)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'[{"n":"many"}]', b'[{"count":"5"}]', b'[{"n":"1"},{"n":"2"}]', b"[1]"]
)
def test_a_body_that_is_no_count(body: bytes) -> None:
    with pytest.raises(DamagedBodyError):
        read_probe(body)


def test_a_quotation_mark_in_a_literal_is_doubled() -> None:
    assert probe_query(Selection(since="O'BRIEN")).where == "start_time >= 'O''BRIEN'"
