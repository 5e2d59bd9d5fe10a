"""A small model of Amazon Data Firehose's PutRecordBatch, for tests.

It enforces the service's limits, keeps what it has acknowledged, and can be made to refuse some entries of a batch, a
whole call, or to take a batch and then break the connection without an answer:

    with FirehoseServer() as firehose:
        firehose.mischief = Mischief(seed=1)
        ...  # a client sends to firehose.url
        firehose.delivered("stream")

Limits and forms: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html.

What it does not prove: that the service takes the rows as fast, and that it delivers what it has acknowledged.
"""

import base64
import json
import random
import threading
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

MOST_RECORDS = 500
LARGEST_CALL_BYTES = 4 * 1024 * 1024
LARGEST_RECORD_BYTES = 1000 * 1024
BILLING_UNIT_BYTES = 5 * 1024


@dataclass
class Mischief:
    """Shares of the calls that go wrong, drawn by a seed."""

    seed: int
    partial: float = 0.3
    """Of the calls: a fifth of their entries is refused."""
    throttled: float = 0.1
    """Of the calls: refused as a whole, with ServiceUnavailableException."""
    unanswered: float = 0.1
    """Of the calls: all entries are taken, and the connection breaks before the answer."""
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self) -> str:
        kinds = ("partial", "throttled", "unanswered")
        shares = (self.partial, self.throttled, self.unanswered)
        return self._random.choices((*kinds, "none"), (*shares, 1 - sum(shares)))[0]

    def refuses_entry(self) -> bool:
        return self._random.random() < 0.2


@dataclass(frozen=True)
class Call:
    """One call: its stream, the bytes of its records, and what came of it."""

    stream: str
    sizes: list[int]
    outcome: str


class FirehoseServer:
    """The server, which runs on its own threads while the object is entered as a context.

    Attributes:
        mischief: What goes wrong; nothing by default.
        missing: Streams that are not there.
        error: Code of the error that answers every call, if any.
        calls: The calls so far.
    """

    def __init__(self) -> None:
        self.mischief: Mischief | None = None
        self.missing: set[str] = set()
        self.error: str | None = None
        self.calls: list[Call] = []
        self._records: dict[str, list[bytes]] = defaultdict(list)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def records(self, stream: str) -> list[bytes]:
        """The records that a stream has taken, in order."""
        with self._lock:
            return list(self._records[stream])

    def delivered(self, stream: str) -> list[dict[str, Any]]:
        """The rows that a reader of the delivered objects finds: records are joined with nothing in between."""
        text = b"".join(self.records(stream)).decode()
        assert text.endswith("\n") or not text
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def billed_bytes(self, stream: str) -> int:
        """https://aws.amazon.com/firehose/pricing/: each record is rounded up to 5 KB."""
        return sum(-(-len(record) // BILLING_UNIT_BYTES) * BILLING_UNIT_BYTES for record in self.records(stream))

    def outcomes(self) -> Counter[str]:
        return Counter(call.outcome for call in self.calls)

    def put_record_batch(self, stream: str, records: list[bytes]) -> tuple[int, dict[str, Any]] | None:
        """Answers a call with a status and a body; none where the connection shall break."""
        with self._lock:
            outcome, answer = self._answer(stream, records)
            self.calls.append(Call(stream, list(map(len, records)), outcome))
            return answer

    def _answer(self, stream: str, records: list[bytes]) -> tuple[str, tuple[int, dict[str, Any]] | None]:
        if stream in self.missing:
            return "missing", _error(400, "ResourceNotFoundException", f"Firehose {stream} not found")
        if self.error:
            return "error", _error(400, self.error, "No")
        sizes = list(map(len, records))
        if not 1 <= len(sizes) <= MOST_RECORDS or sum(sizes) > LARGEST_CALL_BYTES or max(sizes) > LARGEST_RECORD_BYTES:
            return "over a limit", _error(400, "InvalidArgumentException", "over a limit")
        outcome = self.mischief.draw() if self.mischief else "none"
        if outcome == "throttled":
            return outcome, _error(500, "ServiceUnavailableException", "Slow down.")
        entries = []
        for record in records:
            if outcome == "partial" and self.mischief and self.mischief.refuses_entry():
                entries.append({"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."})
            else:
                self._records[stream].append(record)
                entries.append({"RecordId": uuid.uuid4().hex})
        failed = sum("ErrorCode" in entry for entry in entries)
        answer = {"FailedPutCount": failed, "Encrypted": False, "RequestResponses": entries}
        return outcome, None if outcome == "unanswered" else (200, answer)


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"__type": code, "message": message}


def _handler_of(server: FirehoseServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave together; apart, they would wait 40 ms for each other (Nagle's algorithm).
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):
                return  # The client was killed while it sent.
            request = json.loads(body)
            assert self.headers["X-Amz-Target"] == "Firehose_20150804.PutRecordBatch"
            records = [base64.b64decode(record["Data"]) for record in request["Records"]]
            answer = server.put_record_batch(request["DeliveryStreamName"], records)
            if answer is None:
                self.close_connection = True
                return
            status, document = answer
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: a test's output is its own."""

    return Handler
