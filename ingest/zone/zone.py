"""What commands and the Lambda function ask of a landing zone, wherever it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from ingest.errors import UsageError
from ingest.zone.bucket import BucketZone
from ingest.zone.dead_letters import DeadLetters
from ingest.zone.folder import FolderZone
from ingest.zone.sink import Destination
from ingest.zone.state import StateStore
from ingest.zone.survey import Survey
from terminal.progress import Progress


class Zone(Protocol):
    """A landing zone. `stream` is a Firehose stream that lands rows from here, where that makes a difference."""

    @property
    def address(self) -> str:
        """Where it is, for a person."""

    @property
    def dead_letters(self) -> DeadLetters:
        """Rows that could not land."""

    def locked(self) -> AbstractContextManager[None]:
        """Holds the zone for one writer, where it can be held.

        Raises:
            BusyError: Another process writes to it.
        """

    def sink(self) -> Destination:
        """Lands rows in the zone itself.

        Raises:
            UsageError: Rows come here through Firehose alone.
        """

    def state_store(self, stream: str | None = None) -> StateStore:
        """What pulls remember."""

    def landed_lines(self, stream: str | None = None) -> Iterator[bytes]:
        """All lines that the warehouse reads.

        Raises:
            UsageError: What the stream has landed is elsewhere.
            IngestError: Something that has landed cannot be read.
        """

    def survey(self, progress: Progress) -> Survey:
        """Looks at what the zone holds.

        Raises:
            IngestError: The state cannot be read.
        """


def zone_at(address: str, region: str | None) -> Zone:
    """The zone at an address, a folder or ``s3://bucket/prefix``.

    Args:
        address: As DISPATCH_LANDING says it.
        region: The bucket's.

    Raises:
        UsageError: There can be none.
    """
    if address != address.strip():
        raise UsageError(f"DISPATCH_LANDING is {address!r}: a blank stands where it begins or ends, so delete that")
    # With a slash too few it is rather a bucket than a folder called s3:.
    if "://" in address or address.lower().startswith("s3:"):
        return BucketZone.at(address, region)
    return FolderZone.at(address)
