"""A local portal, an empty landing zone, a pull from one into the other, and the parts of AWS on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from ingest import aws
from ingest.cli import main
from ingest.files.load import Summary as LoadSummary
from ingest.files.load import load as load_file
from ingest.portal.paging import Selection
from ingest.portal.portal import Portal, RetryPolicy
from ingest.pull import Pull, Summary
from ingest.zone.folder import FolderSink, FolderZone
from ingest.zone.state import FileStateStore
from local_portal.soda_server import SodaServer
from terminal.progress import Progress
from tests.python.firehose_server import FirehoseServer

LOADED_AT = "2026-11-24T16:05:00.000Z"
BUCKET, REGION = "landing", "us-east-1"
PullAll = Callable[..., Summary]
Ingest = Callable[..., int]
Load = Callable[[Path], LoadSummary]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SodaServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with SodaServer() as running:
        yield running


@pytest.fixture
def zone(tmp_path: Path) -> FolderZone:
    return FolderZone(tmp_path / "landing")


@pytest.fixture
def store(zone: FolderZone) -> FileStateStore:
    return FileStateStore(zone.state / "pull.json")


@pytest.fixture
def pull(server: SodaServer, zone: FolderZone, store: FileStateStore) -> PullAll:
    """Pulls in this process, by pages of 40 rows, without waiting before a retry."""

    def run(
        selection: Selection | None = None, *, page_rows: int = 40, retries: int = 3, full: bool = False
    ) -> Summary:
        portal = Portal(server.url, retry=RetryPolicy(retries=retries, base_seconds=0))
        return Pull(portal, FolderSink(zone), store, page_rows=page_rows).run(selection or Selection(), start_over=full)

    return run


@pytest.fixture
def load(zone: FolderZone) -> Load:
    """Loads a file in this process, at `LOADED_AT`."""
    return lambda path: load_file(path, FolderSink(zone), LOADED_AT, Progress())


@pytest.fixture
def ingest(server: SodaServer, zone: FolderZone, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """Runs the command line in this process, and returns its exit code."""
    monkeypatch.setenv("DISPATCH_PORTAL", server.url)
    monkeypatch.setenv("DISPATCH_LANDING", str(zone.root))
    monkeypatch.delenv("SOCRATA_APP_TOKEN", raising=False)
    monkeypatch.delenv("DISPATCH_API", raising=False)

    def run(*arguments: object) -> int:
        words = [str(argument) for argument in arguments]
        if words[:1] in (["pull"], ["reconcile"]):
            words += ["--retry-seconds", "0"]
        return main(words)

    return run


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def stream(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FirehoseServer]:
    with FirehoseServer() as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL_FIREHOSE", running.url)
        yield running


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """S3 and the parameters of Systems Manager."""
    running = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def s3(moto_url: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of an empty bucket."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto_url)
    client = aws.client("s3", REGION, attempts=1)
    client.create_bucket(Bucket=BUCKET)
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    return client
