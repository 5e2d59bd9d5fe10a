"""Landing through Amazon Data Firehose, which joins, gzips and writes the rows to S3 within its buffer time.

Limits and answers of PutRecordBatch: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html.
An entry that has a RecordId is durable in Firehose, which delivers it at least once.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from ingest import aws
from ingest.errors import IngestError, UsageError
from ingest.portal.backoff import full_jitter
from ingest.zone.dead_letters import LARGEST_ROW_BYTES, DeadLetters
from terminal.words import counted, words_of_others

MIB = 1024 * 1024

RECORD_BYTES = 100 * 1024
"""Rows are packed up to here. Each record is billed as if it filled its last 5 KiB, which costs 0.4 % at this size;
larger ones hardly bring more, and a refused one takes longer to send again."""

MOST_RECORDS_IN_BATCH = 500
LARGEST_BATCH_BYTES = 4 * MIB

BYTES_PER_SECOND = int(4.5 * MIB)
"""A stream takes 5 MiB/s in the largest regions, 1 MiB/s in others, unless its quota was raised."""

LARGEST_BATCH_SECONDS = 0.5
"""A batch holds no more than what the rate lets through in that time: a larger one would be a burst by itself."""

SLOWEST_SHARE = 1 / 64
"""The pace is halved at each refusal, down to this share, and rises a little with each batch that gets through."""

RECOVERY = 1.05

BASE_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 20.0

_TRANSIENT = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
    }
)


class FirehoseClient(Protocol):
    """The part of boto3's client that is used."""

    def put_record_batch(self, *, DeliveryStreamName: str, Records: Sequence[Any]) -> Any: ...  # noqa: N803


@dataclass(frozen=True)
class Pace:
    """How fast to send, and how long to insist.

    Attributes:
        bytes_per_second: Sent at most, those that are sent again included. Where Firehose refuses, less is sent.
        deadline_seconds: How long records are sent again, of which none gets through, before the run gives up.
        base_seconds: Longest wait before a batch is sent again for the first time; doubles with each.
    """

    bytes_per_second: float = BYTES_PER_SECOND
    deadline_seconds: float = 300.0
    base_seconds: float = BASE_SECONDS
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic


class FirehoseSink:
    """Lands rows through a stream. An object of this sink is a record, which holds many rows.

    A row that is larger than a record can be goes to the dead letters, and the others land.

    Attributes:
        noun: What an object is.
        bytes_landed: Bytes that Firehose has acknowledged.
        rows_landed: Rows in them.
        too_large: Rows that went to the dead letters.
    """

    noun = "record"

    def __init__(
        self, client: FirehoseClient, stream: str, dead_letters: DeadLetters, pace: Pace | None = None
    ) -> None:
        self._client = client
        self._stream = stream
        self._dead_letters = dead_letters
        self._pace = pace or Pace()
        self._bytes_per_second = self._pace.bytes_per_second
        self._free_at = 0.0
        self._started: float | None = None
        self.bytes_landed = 0
        self.rows_landed = 0
        self.too_large = 0

    def land(self, chunks: Iterable[bytes]) -> int:
        """Sends all rows, and returns when Firehose has acknowledged the last one.

        Where iterating raises, a part of the rows may have landed.

        Raises:
            UsageError: There is no such stream.
            IngestError: Firehose does not take the rows.
        """
        if self._started is None:
            self._started = self._pace.now()
        landed = 0
        for batch in batches(self._records(chunks), self._largest_batch_bytes()):
            self._send(batch)
            landed += len(batch)
        return landed

    def _largest_batch_bytes(self) -> int:
        return min(LARGEST_BATCH_BYTES, int(self._bytes_per_second * LARGEST_BATCH_SECONDS))

    @property
    def name(self) -> str:
        return f"Firehose stream {self._stream}"

    def speed(self) -> str:
        return f", {self.bytes_landed / 1e6:,.1f} MB at {self.bytes_per_second() / 1e6:,.1f} MB/s"

    def bytes_per_second(self) -> float:
        """Bytes acknowledged in a second, since the first row."""
        if self._started is None:
            return 0.0
        return self.bytes_landed / max(self._pace.now() - self._started, 1e-3)

    def _records(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for record in (record for chunk in chunks for record in pack(chunk)):
            if len(record) > LARGEST_ROW_BYTES:
                self._dead_letters.keep(record)
                self.too_large += 1
            else:
                yield record

    def _send(self, batch: list[bytes]) -> None:
        """Sends a batch until all of it is acknowledged: what was refused again, after a wait, at half the pace.

        A call is refused as a whole where it is more than the stream takes in a second, and then would be for ever: so
        with the pace the batches become smaller too.
        """
        waiting, failures = batch, 0
        deadline = self._pace.now() + self._pace.deadline_seconds
        while waiting:
            part = next(batches(waiting, self._largest_batch_bytes()))
            self._wait_for_turn(sum(map(len, part)))
            refused, reason = self._put(part)
            waiting = refused + waiting[len(part) :]
            self.bytes_landed += sum(map(len, part)) - sum(map(len, refused))
            self.rows_landed += _rows(part) - _rows(refused)
            if len(refused) < len(part):
                deadline = self._pace.now() + self._pace.deadline_seconds
            if not refused:
                failures = 0
                self._bytes_per_second = min(self._pace.bytes_per_second, self._bytes_per_second * RECOVERY)
                continue
            failures += 1
            slowest = self._pace.bytes_per_second * SLOWEST_SHARE
            self._bytes_per_second = max(slowest, self._bytes_per_second / 2)
            wait_seconds = full_jitter(failures, self._pace.base_seconds, LONGEST_WAIT_SECONDS)
            if self._pace.now() + wait_seconds > deadline:
                raise IngestError(
                    f"{self.name} still refuses {len(waiting):,} of {counted(len(batch), 'record')} after "
                    f"{self._pace.deadline_seconds:.0f} s ({words_of_others(reason)}): nothing is lost, run again "
                    "later, or with a lower --mib-per-second (DISPATCH_MIB_PER_SECOND)"
                )
            self._pace.sleep(wait_seconds)

    def _put(self, records: list[bytes]) -> tuple[list[bytes], str]:
        """Sends records once, and returns those that are not acknowledged, and why.

        Where no answer comes, some may have landed all the same: those land twice, which the warehouse expects.
        """
        try:
            answer = self._client.put_record_batch(
                DeliveryStreamName=self._stream, Records=[{"Data": record} for record in records]
            )
        except ClientError as error:
            if aws.code_of(error) == "ResourceNotFoundException":
                raise UsageError(f"there is no Firehose stream {self._stream} in this account and region") from error
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if aws.code_of(error) not in _TRANSIENT and status < 500:
                raise aws.failure(f"{self.name} takes no rows", error) from error
            return records, aws.code_of(error)
        except (HTTPClientError, ResponseParserError) as error:
            return records, str(error)
        except BotoCoreError as error:
            raise aws.failure(f"{self.name} takes no rows", error) from error
        entries = answer.get("RequestResponses", [])
        if len(entries) != len(records):
            return records, "an answer without an entry for each record"
        refused = [(record, entry) for record, entry in zip(records, entries, strict=True) if not entry.get("RecordId")]
        reason = next((str(entry.get("ErrorCode")) for _, entry in refused), "")
        return [record for record, _ in refused], reason

    def _wait_for_turn(self, size: int) -> None:
        now = self._pace.now()
        if self._free_at > now:
            self._pace.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + size / self._bytes_per_second


def _rows(records: list[bytes]) -> int:
    return sum(record.count(b"\n") for record in records)


def pack(lines: bytes) -> Iterator[bytes]:
    """Cuts lines into records of whole lines, each as large as it may be.

    Firehose joins records with nothing in between, so that each has to end in a newline, as its last line does.

    Args:
        lines: Lines, each ending in a newline. One that is larger than `RECORD_BYTES` is a record of its own.
    """
    start = 0
    while start < len(lines):
        end = lines.rfind(b"\n", start, start + RECORD_BYTES) + 1
        if end <= start:
            end = lines.index(b"\n", start) + 1
        yield lines[start:end]
        start = end


def batches(records: Iterable[bytes], largest_bytes: int = LARGEST_BATCH_BYTES) -> Iterator[list[bytes]]:
    """Groups records into batches within Firehose's limits, and within a number of bytes if they are more than one."""
    batch: list[bytes] = []
    size = 0
    for record in records:
        if batch and (len(batch) == MOST_RECORDS_IN_BATCH or size + len(record) > largest_bytes):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record)
    if batch:
        yield batch
