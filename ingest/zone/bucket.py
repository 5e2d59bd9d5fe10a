"""The landing zone in a bucket: Firehose writes its rows, and its state is one object that two runs cannot both change.

It has the layout of the folder (`folder`), under the prefix that its address names.
"""

import gzip
import re
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from ingest import aws
from ingest.errors import BusyError, IngestError, UsageError
from ingest.portal.backoff import full_jitter
from ingest.zone.dead_letters import file_name
from ingest.zone.state import State, from_json, to_json
from ingest.zone.survey import Survey, is_hidden
from terminal.progress import Progress

ATTEMPTS = 5
"""Of the SDK for each request, and of this module for a put that met another one."""

LATEST_DELIVERY = timedelta(days=2)
"""Firehose tries for a day to deliver what it has taken; the folder of an object is of the time when it took that."""


@dataclass(frozen=True)
class BucketZone:
    """A bucket and a prefix, which is empty or ends in a slash. `client` is boto3's, for S3."""

    bucket: str
    prefix: str
    client: Any

    @classmethod
    def at(cls, address: str, region: str | None) -> "BucketZone":
        """The zone at an address such as ``s3://bucket/landing``.

        Raises:
            UsageError: It is no such address, or AWS is not set up.
        """
        parts = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]+)(?:/(.*))?", address)
        if not parts:
            raise UsageError(f"DISPATCH_LANDING is {address}: write a folder, or s3://bucket/prefix")
        prefix = (parts[2] or "").strip("/")
        return cls(parts[1], f"{prefix}/" if prefix else "", aws.client("s3", region, attempts=ATTEMPTS))

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def dead_letters(self) -> "BucketDeadLetters":
        return BucketDeadLetters(self, f"{self.prefix}state/dead-letters/")

    def locked(self) -> AbstractContextManager[None]:
        """Holds nothing: of two runs the state lets one go on."""
        return nullcontext()

    def sink(self) -> NoReturn:
        """
        Raises:
            UsageError: Rows come here through Firehose alone.
        """
        raise UsageError(
            f"DISPATCH_LANDING is {self.address}: set it to a folder, or pull with --sink firehose, which lands in a "
            "bucket"
        )

    def state_store(self, stream: str | None = None) -> "ObjectStateStore":
        """The state of pulls into the zone, through whichever stream."""
        del stream
        return ObjectStateStore(self.client, self.bucket, f"{self.prefix}state/pull.json")

    def survey(self, progress: Progress) -> Survey:
        """Counts the objects, without a look into them."""
        del progress
        sizes = [found["Size"] for found in self._landed_objects()]
        return Survey(
            address=self.address,
            noun="object",
            files=len(sizes),
            bytes=sum(sizes),
            state=self.state_store().load(),
            dead_letters=self.dead_letters,
        )

    def has_rows_since(self, moment: datetime | None) -> bool:
        """Whether rows have come into the zone since a time in whole seconds, as S3 tells it; ever, if that is none.

        Raises:
            IngestError: S3 does not answer.
        """
        if moment is None:
            return any(self._landed_objects())
        oldest = f"{moment - LATEST_DELIVERY:dt=%Y-%m-%d}"
        return any(found["LastModified"] >= moment for found in self._landed_objects(oldest))

    def landed_lines(self, stream: str | None = None) -> Iterator[bytes]:
        """All lines that the warehouse reads. What Firehose still holds in its buffer is not among them.

        Raises:
            IngestError: S3 does not answer, or an object is damaged.
        """
        del stream
        for found in self._landed_objects():
            key = found["Key"]
            where = f"s3://{self.bucket}/{key}"
            try:
                content = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
                yield from gzip.decompress(content).splitlines(keepends=True)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise IngestError(f"{where} cannot be read ({error}): move it away, and run this again") from error
            except (ClientError, BotoCoreError) as error:
                raise aws.failure(f"{where} cannot be read", error) from error

    def _landed_objects(self, oldest: str = "") -> Iterator[dict[str, Any]]:
        """S3's entries of the objects that the warehouse reads, those in folders from `oldest` on."""
        incidents = f"{self.prefix}incidents/"
        return (
            found
            for found in self.objects(incidents, f"{incidents}{oldest}")
            if found["Key"].endswith(".gz") and not is_hidden(found["Key"].removeprefix(incidents))
        )

    def objects(self, prefix: str, start_after: str = "") -> Iterator[dict[str, Any]]:
        """S3's entries of all objects under a prefix of the bucket.

        Raises:
            IngestError: S3 does not list them.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, StartAfter=start_after
        )
        try:
            for page in pages:
                yield from page.get("Contents", [])
        except (ClientError, BotoCoreError) as error:
            raise aws.failure(f"s3://{self.bucket}/{prefix} cannot be listed", error) from error


@dataclass(frozen=True)
class BucketDeadLetters:
    """One object for each row."""

    zone: BucketZone
    prefix: str

    @property
    def address(self) -> str:
        return f"s3://{self.zone.bucket}/{self.prefix}"

    def count(self) -> int:
        return sum(1 for _ in self.zone.objects(self.prefix))

    def keep(self, row: bytes) -> None:
        """
        Raises:
            IngestError: S3 does not take it.
        """
        try:
            self.zone.client.put_object(Bucket=self.zone.bucket, Key=f"{self.prefix}{file_name(row)}", Body=row)
        except (ClientError, BotoCoreError) as error:
            raise aws.failure(f"{self.address} cannot be written", error) from error


class ObjectStateStore:
    """The state as an object, which is written only where it is still the one that was read.

    So of two runs that both go on from it, the first that saves anything goes on alone. Conditional writes:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """

    def __init__(self, client: Any, bucket: str, key: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._sleep = sleep
        self._etag: str | None = None

    @property
    def _address(self) -> str:
        return f"s3://{self._bucket}/{self._key}"

    def load(self) -> State:
        """
        Raises:
            IngestError: S3 does not answer, or the object is damaged, or of another version or dataset.
        """
        content = self._read()
        return State() if content is None else from_json(content, self._address)

    def save(self, state: State) -> None:
        """
        Raises:
            BusyError: Another run has saved its state since this one read it.
            IngestError: S3 does not answer.
        """
        # The mark tells this write from any other, also from one of the same state.
        content = to_json(state, mark=uuid.uuid4().hex)
        condition = {"IfMatch": self._etag} if self._etag else {"IfNoneMatch": "*"}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._client.put_object(Bucket=self._bucket, Key=self._key, Body=content, **condition)
                self._etag = answer["ETag"]
                return
            except ClientError as error:
                code = aws.code_of(error)
                if code in ("PreconditionFailed", "NoSuchKey"):
                    # Also where an earlier try of the SDK came through, and only its answer got lost.
                    if self._read() == content:
                        return
                    raise BusyError(
                        f"another run has changed {self._address}: it goes on, and this one stops; nothing is lost"
                    ) from error
                # Two writes met (409): which of them came first shows when this one is tried again.
                if code != "ConditionalRequestConflict" or attempt == ATTEMPTS:
                    raise aws.failure(f"{self._address} cannot be written", error) from error
                self._sleep(full_jitter(attempt, base_seconds=0.2, longest_seconds=2.0))
            except BotoCoreError as error:
                raise aws.failure(f"{self._address} cannot be written", error) from error

    def _read(self) -> bytes | None:
        """The object's content, or none if there is none; remembers which version it is."""
        content, self._etag = read_object(self._client, self._bucket, self._key)
        return content


def read_object(client: Any, bucket: str, key: str) -> tuple[bytes, str] | tuple[None, None]:
    """An object's content and ETag, or nothing if there is no such object.

    Raises:
        IngestError: S3 does not answer.
    """
    try:
        answer = client.get_object(Bucket=bucket, Key=key)
        return answer["Body"].read(), answer["ETag"]
    except ClientError as error:
        if aws.code_of(error) == "NoSuchKey":
            return None, None
        raise aws.failure(f"s3://{bucket}/{key} cannot be read", error) from error
    except BotoCoreError as error:
        raise aws.failure(f"s3://{bucket}/{key} cannot be read", error) from error
