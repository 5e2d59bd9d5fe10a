"""State in a bucket, which two runs cannot both change, and a landing zone there. S3 is moto's server."""

import gzip
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ingest.errors import IngestError, UsageError
from ingest.zone.bucket import BucketZone, ObjectStateStore
from ingest.zone.state import State
from local_portal.soda_server import SodaServer, incidents
from tests.python.firehose_server import FirehoseServer
from tests.python.ingest.conftest import BUCKET, REGION, Ingest

KEY = "zone/state/pull.json"
ONE, OTHER = State(watermark="2026-11-24T10:00:00.000Z", count=1), State(watermark="2026-11-24T11:00:00.000Z", count=2)
Output = pytest.CaptureFixture[str]


@pytest.fixture
def ingest_to_s3(ingest: Ingest, s3: Any, stream: FirehoseServer, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    monkeypatch.setenv("DISPATCH_LANDING", f"s3://{BUCKET}/zone/")

    def run(command: str, *arguments: object) -> int:
        if command == "status":
            return ingest(command)
        return ingest(command, "--sink", "firehose", "--stream", "dispatch", "--mib-per-second", 1000, *arguments)

    return run


def store(client: Any) -> ObjectStateStore:
    return ObjectStateStore(client, BUCKET, KEY, sleep=lambda seconds: None)


def deliver(s3: Any, stream: FirehoseServer) -> None:
    """Writes what the stream has taken as one object, as Firehose does when its buffer time is over."""
    key = "zone/incidents/dt=2026-11-24/hh=16/dispatch-1-2026-11-24-16-00-00-x.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"".join(stream.records("dispatch"))))
    s3.put_object(Bucket=BUCKET, Key="zone/incidents/dt=2026-11-24/hh=16/._x.gz", Body=b"nobody's")


class TestState:
    def test_it_comes_back(self, s3: Any) -> None:
        assert store(s3).load() == State()
        first = store(s3)
        first.load()

        first.save(ONE)
        first.save(OTHER)

        assert store(s3).load() == OTHER

    def test_two_first_runs(self, s3: Any) -> None:
        first, second = store(s3), store(s3)
        assert first.load() == second.load() == State()
        first.save(ONE)

        with pytest.raises(IngestError, match=r"another run has changed s3://landing/zone/state/pull.json") as failure:
            second.save(OTHER)

        assert failure.value.exit_code == 1
        assert store(s3).load() == ONE
        first.save(OTHER)

    def test_two_later_runs(self, s3: Any) -> None:
        store(s3).save(ONE)
        first, second = store(s3), store(s3)
        assert first.load() == second.load() == ONE
        second.save(OTHER)

        with pytest.raises(IngestError, match="another run"):
            first.save(OTHER)

    def test_an_object_that_was_deleted_meanwhile(self, s3: Any) -> None:
        first = store(s3)
        first.save(ONE)
        s3.delete_object(Bucket=BUCKET, Key=KEY)

        with pytest.raises(IngestError, match="another run"):
            first.save(OTHER)

    def test_an_answer_that_got_lost(self, s3: Any) -> None:
        """The SDK's own retry of a put that came through meets its own object: 412, and yet it is ours."""
        first = store(Spoiled(s3, "PreconditionFailed", comes_through=True))

        first.save(ONE)

        assert store(s3).load() == ONE
        first.save(OTHER)
        assert store(s3).load() == OTHER

    def test_two_writes_that_met(self, s3: Any) -> None:
        first = store(Spoiled(s3, "ConditionalRequestConflict", times=4))

        first.save(ONE)

        assert store(s3).load() == ONE

    def test_two_writes_that_meet_for_ever(self, s3: Any) -> None:
        with pytest.raises(IngestError, match="cannot be written: AWS answered ConditionalRequestConflict"):
            store(Spoiled(s3, "ConditionalRequestConflict", times=5)).save(ONE)

    def test_a_damaged_object(self, s3: Any) -> None:
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"{}")

        with pytest.raises(
            IngestError, match=r"s3://landing/zone/state/pull.json cannot be used \(it has no 'version'"
        ):
            store(s3).load()

    def test_no_such_bucket(self, s3: Any) -> None:
        with pytest.raises(IngestError, match="AWS answered NoSuchBucket"):
            ObjectStateStore(s3, "other", KEY).load()


class Spoiled:
    """A client whose first puts fail with an error, before or after they have come through."""

    def __init__(self, client: Any, code: str, times: int = 1, comes_through: bool = False) -> None:
        self.get_object = client.get_object
        self._client = client
        self._code = code
        self._times = times
        self._comes_through = comes_through

    def put_object(self, **arguments: Any) -> Any:
        if self._times == 0:
            return self._client.put_object(**arguments)
        self._times -= 1
        if self._comes_through:
            self._client.put_object(**arguments)
        raise ClientError({"Error": {"Code": self._code, "Message": ""}}, "PutObject")


class TestPull:
    def test_status_and_a_row_that_is_too_large(
        self, ingest_to_s3: Ingest, s3: Any, server: SodaServer, stream: FirehoseServer, capsys: Output
    ) -> None:
        server.insert(
            [*incidents(3), {**incidents(1, first=4)[0], "address": "x" * 1_100_000}], stamp="2026-11-24T10:00:00.000Z"
        )
        assert ingest_to_s3("pull") == 1
        assert "kept in s3://landing/zone/state/dead-letters/, all others landed" in capsys.readouterr().err
        deliver(s3, stream)

        assert ingest_to_s3("status") == 0

        assert capsys.readouterr().out.splitlines() == [
            "Landing zone     s3://landing/zone",
            "Landed           1 object, 0.0 MB",
            "Watermark        2026-11-24T10:00:00.000Z: all changes up to then have landed (the portal had 4 rows)",
            "Unfinished       nothing",
            "Too large        1 row in s3://landing/zone/state/dead-letters/, larger than an incident can "
            "be: look at each, and delete it there",
        ]


def test_reconcile(ingest_to_s3: Ingest, s3: Any, server: SodaServer, stream: FirehoseServer, capsys: Output) -> None:
    server.insert(incidents(200))
    ingest_to_s3("pull")
    deliver(s3, stream)
    server.delete(["P2600000007"])
    capsys.readouterr()

    assert ingest_to_s3("reconcile") == 0
    deliver(s3, stream)
    assert ingest_to_s3("reconcile") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["2026-01", "199", "200", "199", "1", "0", "199", "199"]
    assert lines[-1] == "1 of 1 month agreed with the portal"
    assert [row["incident_id"] for row in stream.delivered("dispatch") if row.get("deleted")] == ["P2600000007"]


def test_reconcile_needs_the_bucket(ingest: Ingest, capsys: Output) -> None:
    assert ingest("reconcile", "--sink", "firehose", "--stream", "dispatch") == 2
    assert "set DISPATCH_LANDING to s3://bucket/prefix" in capsys.readouterr().err


def test_a_damaged_object_stops_the_reading(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="zone/incidents/dt=2026-11-24/hh=16/a.gz", Body=gzip.compress(b"x\n" * 99)[:-9])

    with pytest.raises(IngestError, match=r"s3://landing/zone/incidents/dt=2026-11-24/hh=16/a.gz cannot be read"):
        list(BucketZone.at("s3://landing/zone", REGION).landed_lines())


@pytest.mark.parametrize("address", ["s3://", "s3:///x", "s3://UPPER/x"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(UsageError, match="write a folder, or s3://bucket/prefix"):
        BucketZone.at(address, REGION)
