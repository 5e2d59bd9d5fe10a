"""What is tried again and what is not, how long to wait, and what the person at the terminal is told."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import DamagedBodyError, IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.portal import portal
from ingest.portal.paging import (
    Probe,
    Selection,
    probe_query,
    read_count,
    read_incident_ids,
    read_months,
    read_probe,
)
from ingest.portal.portal import Portal, RetryPolicy
from ingest.portal.schema import read_columns
from ingest.times import utc_now
from local_portal.soda_server import (
    METADATA_PATH,
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
READERS: list[Callable[[bytes], object]] = [read_probe, read_count, read_months, read_incident_ids, read_columns]
MARKER = "marker-0123456789"
AT_ONCE = RetryPolicy(retries=2, base_seconds=0)


@pytest.fixture
def full_server(server: SodaServer) -> SodaServer:
    server.insert(incidents(25))
    return server


def count(server: SodaServer, token: str | None = None, retry: RetryPolicy = AT_ONCE) -> int:
    return Portal(server.url, token, retry).fetch(COUNT, read_probe).count


@pytest.mark.parametrize(
    ("name", "value", "kind", "words"),
    [
        (
            "REQUESTS_CA_BUNDLE",
            "/none.pem",
            UsageError,
            "the certificates cannot be read (Could not find .*: /none.pem): set",
        ),
        ("CURL_CA_BUNDLE", "/none.pem", UsageError, "the certificates cannot be read "),
        (
            "HTTPS_PROXY",
            "http://127.0.0.1:9",
            IngestError,
            "no connection to https://127.0.0.1:9 .*: does the proxy answer",
        ),
        ("HTTPS_PROXY", "http://", UsageError, "the proxy that HTTPS_PROXY .* names cannot be used (InvalidProxyURL)"),
        (
            "HTTPS_PROXY",
            "http://u:secret@x:99999",
            UsageError,
            "the proxy that HTTPS_PROXY .* cannot be used (InvalidURL)",
        ),
        ("HTTPS_PROXY", "ftp://x:1", UsageError, "the proxy that HTTPS_PROXY .* names cannot be used (InvalidURL)"),
    ],
)
def test_a_setting_of_the_network(
    name: str, value: str, kind: type[IngestError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and not DISPATCH_PORTAL; no password is told."""
    for other in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)

    with pytest.raises(IngestError) as failure:
        Portal("https://127.0.0.1:9", retry=replace(AT_ONCE, retries=0)).fetch(COUNT, read_probe)
    assert type(failure.value) is kind
    assert re.match(words.replace("(", r"\(").replace(")", r"\)"), str(failure.value))
    assert "secret" not in str(failure.value)


def test_a_file_that_is_no_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    # It is read once a connection stands.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(UsageError, match=r"the certificates cannot be read \(.*X509"):
            Portal(address, retry=AT_ONCE).fetch(COUNT, read_probe)


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


class TestRedirects:
    def test_on_the_portal_itself(self, full_server: SodaServer) -> None:
        target = "/resource/98cc-bc7d.json?$select=count(*) as n,max(:updated_at) as hi"
        full_server.answer_next(
            Answer(302, b"", {"Location": target}), Answer(307, b"", {"Location": full_server.url + target})
        )

        assert count(full_server, token=MARKER) == 25
        assert [query.headers["X-App-Token"] for query in full_server.queries] == [MARKER] * 3

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_to_another_port(self, status: int, full_server: SodaServer) -> None:
        """Whoever is there sees neither the query nor the token."""
        with SodaServer() as other:
            other.insert(incidents(5))
            full_server.answer_next(Answer(status, b"", {"Location": f"{other.url}/resource/98cc-bc7d.json"}))

            with pytest.raises(PortalRefusedError, match=f"sends the query on to {other.url}/resource") as failure:
                count(full_server, token=MARKER)

            assert other.queries == []
        assert failure.value.exit_code == 3
        assert MARKER not in str(failure.value)

    @pytest.mark.parametrize("scheme", ["https", "ftp", "file", "javascript"])
    def test_to_another_scheme(self, scheme: str, full_server: SodaServer) -> None:
        address = full_server.url.replace("http:", f"{scheme}:")
        full_server.answer_next(Answer(302, b"", {"Location": address}))

        with pytest.raises(PortalRefusedError, match="sends the query on to"):
            count(full_server)

    @pytest.mark.parametrize("location", ["", "http://127.0.0.1:x/", "http://[::1/", "//elsewhere.example/"])
    def test_to_no_address(self, location: str, full_server: SodaServer) -> None:
        full_server.answer_next(Answer(302, b"", {"Location": location}))

        with pytest.raises(PortalRefusedError):
            count(full_server)

    def test_in_a_circle(self, full_server: SodaServer) -> None:
        full_server.answer_next(*[Answer(302, b"", {"Location": "/resource/98cc-bc7d.json"})] * 50)

        with pytest.raises(PortalRefusedError, match="sent the query on 5 times"):
            count(full_server)
        assert len(full_server.queries) == 6

    def test_of_the_description(self, full_server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        with SodaServer() as other:
            monkeypatch.setattr(
                full_server, "metadata", lambda: Answer(302, b"", {"Location": other.url + METADATA_PATH})
            )

            with pytest.raises(PortalRefusedError, match="sends the query on to"):
                Portal(full_server.url, MARKER, AT_ONCE).fetch_metadata(read_columns)


class TestBounds:
    def test_a_body_that_is_too_large(self, full_server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """Unpacked: on the wire it has a few bytes."""
        monkeypatch.setattr(portal, "LARGEST_BODY_BYTES", 2 * 1024**2)
        full_server.answer_next(Answer(body=b"[" + b" " * 3 * 1024**2 + b"]"))

        with pytest.raises(PortalInconsistentError, match="having more than 2 MiB"):
            count(full_server)
        assert len(full_server.queries) == 1

    def test_a_body_of_a_redirect_that_is_too_large(
        self, full_server: SodaServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(portal, "LARGEST_BODY_BYTES", 2 * 1024**2)
        full_server.answer_next(Answer(302, b" " * 3 * 1024**2, {"Location": "/resource/98cc-bc7d.json"}))

        with pytest.raises(PortalInconsistentError, match="having more than 2 MiB"):
            count(full_server)

    def test_a_body_that_trickles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A byte at a time never runs into a timeout."""
        monkeypatch.setattr(portal, "BODY_SECONDS", 0.3)
        with trickling() as url, pytest.raises(IngestError, match=r"did not come to its end in 0\.3 s; tried once"):
            Portal(url, retry=RetryPolicy(retries=0)).fetch(COUNT, read_probe)

    def test_one_connection_for_many_queries(self, full_server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """A body that is not read to its end would cost a new one each."""
        connections: list[object] = []
        process_request = full_server._http.process_request

        def counted(*arguments: Any) -> None:
            connections.append(arguments)
            process_request(*arguments)

        monkeypatch.setattr(full_server._http, "process_request", counted)
        one = Portal(full_server.url)
        for _ in range(5):
            one.fetch(COUNT, read_probe)

        assert len(connections) == 1


@contextmanager
def trickling() -> Iterator[str]:
    """A server that sends a body of 1,000 bytes, one each 20 ms."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(1000):
                    connection.sendall(b" ")
                    time.sleep(0.02)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


class TestWordsOfOthers:
    """A terminal acts on control characters: a portal must not be able to hide or forge lines."""

    @pytest.mark.parametrize(
        "answer",
        [
            portal_error(400, "query\x1b[2K", "No such column \r\n\x07 \x9b31m \u202e" + "x" * 5000),
            portal_error(403, "permission_denied", "\x1b]0;title\x07" * 100),
            Answer(400, b'{"message":{"deep":"\\u001b[31m"}}', {"X-Socrata-RequestId": "\x1b[31m" + "x" * 5000}),
            Answer(200, b'[{"n":"\\u001b[31m' + b"x" * 5000 + b'"}]'),
        ],
    )
    def test_they_are_escaped_and_cut(self, answer: Answer, full_server: SodaServer) -> None:
        full_server.answer_next(answer)

        with pytest.raises(IngestError) as failure:
            count(full_server)

        assert str(failure.value).isprintable()
        assert len(str(failure.value)) < 1000


class TestOffline:
    """Where nobody looks on, one that was never reached is given up sooner; what to look at is said at once."""

    @pytest.fixture
    def url(self, server: SodaServer) -> str:
        with SodaServer() as gone:
            return gone.url

    def test_it_was_never_reached(self, url: str, caplog: pytest.LogCaptureFixture) -> None:
        with pytest.raises(IngestError, match="tried 3 times"):
            Portal(url, retry=RetryPolicy(base_seconds=0, offline_retries=2)).fetch(COUNT, read_probe)

        assert [record.message.count("is this machine online, or behind a proxy") for record in caplog.records] == [
            1,
            1,
        ]

    def test_on_a_terminal(self, url: str) -> None:
        with pytest.raises(IngestError, match="tried 8 times"):
            Portal(url, retry=RetryPolicy(base_seconds=0)).fetch(COUNT, read_probe)

    def test_it_was_reached_before(self) -> None:
        with SodaServer() as server:
            server.insert(incidents(1))
            one = Portal(server.url, retry=RetryPolicy(base_seconds=0, retries=4, offline_retries=2))
            one.fetch(COUNT, read_probe)
            one._session.close()

        with pytest.raises(IngestError, match="tried 5 times") as failure:
            one.fetch(COUNT, read_probe)
        assert "online" not in str(failure.value)


def test_an_address_with_a_password(server: SodaServer) -> None:
    for url in (f"http://user:{MARKER}@127.0.0.1:1", f"http://user:{MARKER}/x@127.0.0.1:1", f"user:{MARKER}@x"):
        with pytest.raises(IngestError) as failure:
            Portal(url, retry=RetryPolicy(retries=0)).fetch(COUNT, read_probe)
        assert MARKER not in str(failure.value)


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


@pytest.mark.parametrize("body", [b"", b'[{"n":"1"', b"[" * 100_000, b"\xff[]"])
def test_a_body_that_came_damaged(body: bytes) -> None:
    for read in READERS:
        with pytest.raises(DamagedBodyError):
            read(body)


COUNTS = [b"[]", b"{}", b"1", b"[1]", b'[{"n":"1"},{"n":"2"}]', b'[{"count":"5"}]', b'[{"n":null}]', b'[{"n":true}]']
COUNTS += [b'[{"n":"many"}]', b'[{"n":"-1"}]', b'[{"n":1.5}]', b'[{"n":["1"]}]', b'[{"n":"%s"}]' % (b"9" * 5000)]
STAMPS = [b"", b',"hi":null', b',"hi":5', b',"hi":"now"', b',"hi":"2026-11-01"', b',"hi":["2026-11-01T10:00:01Z"]']
STAMPS += [
    b',"hi":"2026-11-01T10:00:01.000"',
    b',"hi":"2026-11-01T10:00:01.000+00:00"',
    b',"hi":"2026-13-01T10:00:01Z"',
]


@pytest.mark.parametrize("body", COUNTS)
def test_a_body_that_is_no_count(body: bytes) -> None:
    for read in (read_probe, read_count):
        with pytest.raises(PortalInconsistentError, match="the portal's answer is not understood"):
            read(body)


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_count_of_rows_without_a_stamp(stamp: bytes) -> None:
    with pytest.raises(PortalInconsistentError, match="not understood"):
        read_probe(b'[{"n":"8"%s}]' % stamp)


def test_counts_that_are_understood() -> None:
    assert read_probe(b'[{"n":"8","hi":"2026-11-01T10:00:01.000Z"}]') == Probe(8, "2026-11-01T10:00:01.000Z")
    assert read_probe(b'[{"n":"0"}]') == Probe(0, None)
    assert read_count(b'[{"n":8}]') == 8


@pytest.mark.parametrize(
    "body",
    [
        *(b"{}", b"[1]", b'[{"n":"1"}]', b'[{"m":"2026-01","n":"1"}]', b'[{"m":5,"n":"1"}]'),
        *(b'[{"m":"2026-13-01","n":"1"}]', b'[{"m":"2026-01-01T00:00:00.000","n":"many"}]'),
        b'[{"m":"2026-01-01","n":"1"},{"m":"2026-01-02","n":"1"}]',
    ],
)
def test_a_body_that_is_no_list_of_months(body: bytes) -> None:
    with pytest.raises(PortalInconsistentError, match="not understood"):
        read_months(body)


@pytest.mark.parametrize(
    "body", [b"{}", b"[1]", b'[{"n":"1"}]', b'[{"incident_id":5,"n":"1"}]', b'[{"incident_id":"P1"}]']
)
def test_a_body_that_is_no_list_of_incidents(body: bytes) -> None:
    with pytest.raises(PortalInconsistentError, match="not understood"):
        read_incident_ids(body)


def test_a_quotation_mark_in_a_literal_is_doubled() -> None:
    assert probe_query(Selection(since="O'BRIEN")).where == "start_time >= 'O''BRIEN'"
