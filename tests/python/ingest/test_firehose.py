"""Landing through Firehose: within its limits, whatever it refuses, and with nothing lost by a kill."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ingest import aws
from ingest.errors import IngestError, UsageError
from ingest.zone.dead_letters import FolderDeadLetters
from ingest.zone.firehose import MIB, FirehoseSink, Pace, batches, pack
from local_portal.soda_server import SodaServer, incidents
from tests.python.firehose_server import FirehoseServer, Mischief
from tests.python.ingest.conftest import REGION, Ingest
from tests.python.ingest.landed import versions

STREAM = "dispatch"
Output = pytest.CaptureFixture[str]
Pull = Callable[..., int]


@pytest.fixture
def sink(stream: FirehoseServer, tmp_path: Path) -> FirehoseSink:
    pace = Pace(bytes_per_second=1e9, base_seconds=0)
    return FirehoseSink(aws.client("firehose", REGION, attempts=1), STREAM, FolderDeadLetters(tmp_path / "dead"), pace)


@pytest.fixture
def pull(ingest: Ingest, stream: FirehoseServer) -> Pull:
    def run(*arguments: object) -> int:
        return ingest("pull", "--sink", "firehose", "--stream", STREAM, "--mib-per-second", 1000, *arguments)

    return run


def line(number: int, size: int) -> bytes:
    """A line of so many bytes, its newline included."""
    start = f'{{"incident_id":"P{number}","address":"'.encode()
    return start + b"x" * (size - len(start) - 3) + b'"}\n'


class TestPacking:
    def test_rows_fill_a_record_up_to_100_kib(self) -> None:
        """By hand: 102 rows of 1,000 bytes are 102,000, one more would be 103,000 and thus over 102,400."""
        lines = b"".join(line(number, 1000) for number in range(250))

        records = list(pack(lines))

        assert [len(record) for record in records] == [102_000, 102_000, 46_000]
        assert b"".join(records) == lines
        assert all(record.endswith(b"\n") for record in records)

    def test_a_record_of_exactly_100_kib(self) -> None:
        assert [len(record) for record in pack(line(1, 51_200) * 3)] == [102_400, 51_200]

    def test_a_larger_row_has_a_record_of_its_own(self) -> None:
        lines = line(1, 100) + line(2, 200_000) + line(3, 100) + line(4, 100)

        assert [len(record) for record in pack(lines)] == [100, 200_000, 200]

    def test_nothing(self) -> None:
        assert list(pack(b"")) == []
        assert list(batches([])) == []

    def test_a_batch_has_500_records(self) -> None:
        assert [len(batch) for batch in batches([b"x"] * 1001)] == [500, 500, 1]

    def test_a_batch_has_4_mib(self) -> None:
        """By hand: 40 records of 100 KiB are 4,096,000 bytes, 41 would be 4,198,400 and thus over 4,194,304."""
        assert [len(batch) for batch in batches([b"x" * 102_400] * 81)] == [40, 40, 1]

    def test_a_record_over_the_batch_goes_alone(self) -> None:
        assert [len(batch) for batch in batches([b"xx", b"x" * 9, b"x"], largest_bytes=3)] == [1, 1, 1]


class TestSending:
    def test_the_same_set_comes_out(self, sink: FirehoseSink, stream: FirehoseServer) -> None:
        """100,000 rows, against refused entries, refused calls and calls without an answer."""
        stream.mischief = Mischief(seed=1, partial=0.5, throttled=0.2, unanswered=0.2)
        sizes = random.Random(1)
        rows = [line(number, sizes.randrange(100, 600)) for number in range(100_000)]

        records = sink.land(b"".join(rows[start : start + 10_000]) for start in range(0, 100_000, 10_000))

        delivered = b"".join(stream.records(STREAM)).splitlines(keepends=True)
        assert set(delivered) == set(rows)
        assert records <= len(stream.records(STREAM))
        assert min(stream.outcomes()[kind] for kind in ("partial", "throttled", "unanswered")) > 0
        assert stream.outcomes()["over a limit"] == 0
        assert sink.bytes_landed == sum(map(len, rows))
        assert sink.rows_landed == len(rows)

    @pytest.mark.parametrize("seed", range(10))
    def test_by_seed(self, sink: FirehoseSink, stream: FirehoseServer, seed: int) -> None:
        """Small batches of rows near and at the limits."""
        stream.mischief = Mischief(seed)
        sizes = random.Random(seed)
        largest = [99, 1000, 102_400, 102_401, 1_024_000]
        rows = [line(number, sizes.choice(largest)) for number in range(60)]

        sink.land([b"".join(rows)])

        assert set(b"".join(stream.records(STREAM)).splitlines(keepends=True)) == set(rows)
        assert stream.outcomes()["over a limit"] == 0
        assert sink.too_large == 0

    def test_only_refused_entries_are_sent_again(self, sink: FirehoseSink, stream: FirehoseServer) -> None:
        """Nothing comes twice where every call has an answer."""
        stream.mischief = Mischief(seed=2, partial=0.7, throttled=0.1, unanswered=0)
        rows = [line(number, 60_000) for number in range(200)]

        assert sink.land([b"".join(rows)]) == 200

        assert sorted(stream.records(STREAM)) == sorted(rows)
        assert stream.outcomes()["partial"] >= 2

    def test_the_sdk_does_not_try_again_by_itself(self, stream: FirehoseServer, tmp_path: Path) -> None:
        """Each call takes 301 s, so that the deadline is over after the first."""
        stream.mischief = Mischief(seed=3, partial=0, throttled=1, unanswered=0)
        pace = Pace(bytes_per_second=1e9, now=lambda: 301 * len(stream.calls))
        sink = FirehoseSink(aws.client("firehose", REGION, attempts=1), STREAM, FolderDeadLetters(tmp_path), pace)

        with pytest.raises(IngestError, match=r"still refuses 1 of 1 record after 300 s \(ServiceUnavailableExc"):
            sink.land([line(1, 100)])

        assert len(stream.calls) == 1

    def test_an_answer_that_does_not_come_in_time(
        self, stream: FirehoseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rows are there all the same: sent again, they are there twice."""
        monkeypatch.setattr(aws, "READ_TIMEOUT_SECONDS", 1.0)
        sink = FirehoseSink(aws.client("firehose", REGION, attempts=1), STREAM, FolderDeadLetters(tmp_path), Pace())
        honest = stream.put_record_batch
        called_again = threading.Event()

        def answer(name: str, records: list[bytes]) -> object:
            result = honest(name, records)
            if len(stream.calls) == 1:
                called_again.wait(30)
            called_again.set()
            return result

        monkeypatch.setattr(stream, "put_record_batch", answer)

        assert sink.land([line(1, 100)]) == 1
        assert stream.records(STREAM) == [line(1, 100)] * 2

    def test_the_rate(self, stream: FirehoseServer, tmp_path: Path) -> None:
        """By hand: 10 batches of 1 MiB, the largest at 2 MiB/s; before each but the first, half a second."""
        waits: list[float] = []
        now = 0.0

        def sleep(seconds: float) -> None:
            nonlocal now
            now += seconds
            waits.append(seconds)

        pace = Pace(bytes_per_second=2 * MIB, now=lambda: now, sleep=sleep)
        sink = FirehoseSink(aws.client("firehose", REGION, attempts=1), STREAM, FolderDeadLetters(tmp_path), pace)

        sink.land([line(number, 512 * 1024) for number in range(20)])

        assert [len(call.sizes) for call in stream.calls] == [2] * 10
        assert waits == pytest.approx([0.5] * 9)
        assert sink.bytes_per_second() == pytest.approx(10 * MIB / 4.5)

    def test_waits_between_tries_grow(
        self, stream: FirehoseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spans: list[float] = []

        def uniform(low: float, high: float) -> float:
            spans.append(high)
            return low

        monkeypatch.setattr("random.uniform", uniform)
        stream.mischief = Mischief(seed=4, partial=0, throttled=1, unanswered=0)
        pace = Pace(bytes_per_second=1e9, deadline_seconds=9, base_seconds=1, now=lambda: len(stream.calls))
        sink = FirehoseSink(aws.client("firehose", REGION, attempts=1), STREAM, FolderDeadLetters(tmp_path), pace)

        with pytest.raises(IngestError):
            sink.land([line(1, 100)])

        assert spans == [1, 2, 4, 8, 16, 20, 20, 20, 20, 20]

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            ("AccessDeniedException", "takes no rows: AWS answered AccessDeniedException, No"),
            ("ExpiredTokenException", "takes no rows: AWS answered ExpiredTokenException, No"),
        ],
    )
    def test_a_refusal_for_good(self, sink: FirehoseSink, stream: FirehoseServer, error: str, words: str) -> None:
        stream.error = error

        with pytest.raises(IngestError, match=words):
            sink.land([line(1, 100)])
        assert len(stream.calls) == 1

    def test_no_such_stream(self, sink: FirehoseSink, stream: FirehoseServer) -> None:
        stream.missing.add(STREAM)

        with pytest.raises(UsageError, match="no Firehose stream dispatch"):
            sink.land([line(1, 100)])

    def test_a_row_over_the_record_limit(self, sink: FirehoseSink, stream: FirehoseServer, tmp_path: Path) -> None:
        """1,024,000 bytes go, 1,024,001 do not; the same row is kept once, whenever it was extracted."""
        large = line(2, 1_024_001)[:-2]
        rows = [line(1, 1_024_000), large + b',"row_ts":"1"}\n', large + b',"row_ts":"2"}\n', line(3, 100)]

        assert sink.land([b"".join(rows)]) == 2

        assert stream.records(STREAM) == [rows[0], rows[3]]
        [kept] = FolderDeadLetters(tmp_path / "dead").files()
        assert kept.read_bytes() == rows[2]
        assert sink.too_large == 2


class SlowStream:
    """A stream of 1 MiB/s and as much in reserve, on a clock of its own, that refuses what is above it.

    Args:
        whole: Whether a call that is above it is refused as a whole, or the entries that are.
    """

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self._reserve = float(MIB)
        self._seconds = self._filled_at = 0.0
        self.taken: list[bytes] = []
        self.refusals = 0

    def now(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        self._seconds += seconds

    def put_record_batch(self, *, DeliveryStreamName: str, Records: Sequence[Any]) -> Any:  # noqa: N803
        self._reserve = min(MIB, self._reserve + (self._seconds - self._filled_at) * MIB)
        self._filled_at = self._seconds
        records = [record["Data"] for record in Records]
        if self._whole and sum(map(len, records)) > self._reserve:
            self.refusals += 1
            about = {"Error": {"Code": "ServiceUnavailableException"}}
            raise ClientError({**about, "ResponseMetadata": {"HTTPStatusCode": 500}}, "PutRecordBatch")  # type: ignore[typeddict-item]
        entries = []
        for record in records:
            if len(record) > self._reserve:
                self.refusals += 1
                entries.append({"ErrorCode": "ServiceUnavailableException"})
            else:
                self._reserve -= len(record)
                self.taken.append(record)
                entries.append({"RecordId": "1"})
        return {"RequestResponses": entries}


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_a_stream_that_is_slower_than_the_pace(
    whole: bool, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """4.5 MiB/s against 1, as in most regions: it gets through, at three quarters of what the stream takes at least."""
    monkeypatch.setattr("random.uniform", random.Random(seed).uniform)
    stream = SlowStream(whole)
    pace = Pace(deadline_seconds=60, now=stream.now, sleep=stream.sleep)
    rows = [line(number, 102_400) for number in range(600)]

    FirehoseSink(stream, STREAM, FolderDeadLetters(tmp_path), pace).land([b"".join(rows)])

    assert sorted(stream.taken) == sorted(rows)
    assert stream.refusals > 0
    assert stream.now() < sum(map(len, rows)) / MIB / 0.75


class TestPull:
    def test_rows_then_nothing_new(
        self, pull: Pull, server: SodaServer, stream: FirehoseServer, capsys: Output
    ) -> None:
        server.insert(incidents(1200))

        assert pull("--page-size", 1000) == 0
        told = capsys.readouterr()
        assert told.out.startswith("Landed 1,200 rows in ")
        assert " records: Firehose stream dispatch, 0." in told.out
        assert told.out.endswith(" MB/s\n")
        assert versions(stream.delivered(STREAM)) == versions(server.rows())
        assert pull() == 0
        assert capsys.readouterr().out == "Nothing new: the portal's 1,200 rows have landed\n"

    def test_the_folder_and_each_stream_have_their_own_watermark(
        self, pull: Pull, ingest: Ingest, server: SodaServer, stream: FirehoseServer, capsys: Output
    ) -> None:
        server.insert(incidents(5), stamp="2026-11-24T10:00:00.000Z")
        ingest("pull")

        assert pull() == 0
        assert pull("--stream", "other") == 0

        assert len(stream.delivered(STREAM)) == len(stream.delivered("other")) == 5
        capsys.readouterr()
        assert ingest("status") == 0
        told = capsys.readouterr().out.splitlines()
        assert told[5].startswith("Firehose stream  dispatch; watermark 2026-11-24T10:00:00.000Z: ")
        assert told[7].startswith("Firehose stream  other; watermark ")

    def test_what_firehose_bills(self, pull: Pull, server: SodaServer, stream: FirehoseServer) -> None:
        """10,000 rows of the portal's usual size: within 2 % of their bytes. A record a row would be billed sixfold."""
        rows = [{**row, "disposition_desc": "x" * 386} for row in incidents(10_000)]
        server.insert(rows)

        assert pull() == 0

        raw = sum(map(len, stream.records(STREAM)))
        assert raw / 10_000 == pytest.approx(836, rel=0.02)
        assert raw <= stream.billed_bytes(STREAM) <= 1.02 * raw

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--sink", "firehose"], "--sink firehose needs the name of the stream"),
            (["--stream", "dispatch"], "--stream is for --sink firehose"),
        ],
    )
    def test_usage(self, arguments: list[str], words: str, ingest: Ingest, capsys: Output) -> None:
        assert ingest("pull", *arguments) == 2
        assert words in capsys.readouterr().err

    @pytest.mark.parametrize(
        "arguments", [["--stream", "../x"], ["--mib-per-second", "0"], ["--mib-per-second", "nan"], ["--sink", "s3"]]
    )
    def test_arguments(self, arguments: list[str], ingest: Ingest) -> None:
        with pytest.raises(SystemExit) as stopped:
            ingest("pull", *arguments)
        assert stopped.value.code == 2

    def test_no_region(self, pull: Pull, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
        monkeypatch.delenv("AWS_REGION")
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)

        assert pull() == 2
        assert "set AWS_REGION" in capsys.readouterr().err


def test_killed_at_random_steps(server: SodaServer, stream: FirehoseServer, tmp_path: Path) -> None:
    """20 seeds: after the last pull of each, the landed set is the portal's."""
    for first in range(1, 401, 30):
        server.insert(incidents(30, first))
    killed = subprocess.run(
        [sys.executable, "-m", "tests.python.ingest.killed_firehose_pulls", str(tmp_path), "20"],
        env={**os.environ, "DISPATCH_PORTAL": server.url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert killed.stdout.split() == ["2"] * 20, "each seed has two pulls that are killed"
    for seed in range(20):
        assert versions(stream.delivered(f"seed-{seed}")) == versions(server.rows()), seed
