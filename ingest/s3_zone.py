"""The landing zone in a bucket: Firehose writes its rows, and its state is one object that two runs cannot both change.

It has the layout of the folder (`landing`), under the prefix that its address names.
"""

import gzip
import re
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ingest import aws
from ingest.backoff import full_jitter
from ingest.dead_letters import file_name
from ingest.errors import IngestError, UsageError
from ingest.state import State, from_json, to_json

ATTEMPTS = 5
"""Of the SDK for each request, and of this module for a put that met another one."""


@dataclass(frozen=True)
class S3Zone:
    """A bucket and a prefix, which is empty or ends in a slash. `client` is boto3's, for S3."""

    bucket: str
    prefix: str
    client: Any

    @classmethod
    def at(cls, address: str) -> "S3Zone":
        """The zone at an address such as ``s3://bucket/landing``.

        Raises:
            UsageError: It is no such address, or AWS is not set up.
        """
        parts = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]+)(?:/(.*))?", address)
        if not parts:
            raise UsageError(f"DISPATCH_LANDING is {address}: write a folder, or s3://bucket/prefix")
        prefix = (parts[2] or "").strip("/")
        return cls(parts[1], f"{prefix}/" if prefix else "", aws.client("s3", attempts=ATTEMPTS))

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def dead_letters(self) -> str:
        return f"s3://{self.bucket}/{self._dead_letters_prefix}"

    @property
    def _dead_letters_prefix(self) -> str:
        return f"{self.prefix}state/dead-letters/"

    def state_store(self) -> "S3StateStore":
        return S3StateStore(self.client, self.bucket, f"{self.prefix}state/pull.json")

    def keep(self, row: bytes) -> None:
        """Keeps a row that cannot land (`DeadLetters`).

        Raises:
            IngestError: S3 does not take it.
        """
        try:
            self.client.put_object(Bucket=self.bucket, Key=f"{self._dead_letters_prefix}{file_name(row)}", Body=row)
        except (ClientError, BotoCoreError) as error:
            raise aws.failure(f"{self.dead_letters} cannot be written", error) from error

    def count_dead_letters(self) -> int:
        return sum(1 for _ in self._objects(self._dead_letters_prefix))

    def landed_objects(self) -> Iterator[tuple[str, int]]:
        """Key and bytes of each object that the warehouse reads, oldest hour first.

        Raises:
            IngestError: S3 does not list them.
        """
        for key, size in self._objects(f"{self.prefix}incidents/"):
            if key.endswith(".gz"):
                yield key, size

    def landed_lines(self) -> Iterator[bytes]:
        """All lines that the warehouse reads. What Firehose still holds in its buffer is not among them.

        Raises:
            IngestError: S3 does not answer, or an object is damaged.
        """
        for key, _ in self.landed_objects():
            where = f"s3://{self.bucket}/{key}"
            try:
                content = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
                yield from gzip.decompress(content).splitlines(keepends=True)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise IngestError(f"{where} cannot be read ({error}): move it away, and run this again") from error
            except (ClientError, BotoCoreError) as error:
                raise aws.failure(f"{where} cannot be read", error) from error

    def _objects(self, prefix: str) -> Iterator[tuple[str, int]]:
        try:
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield found["Key"], found["Size"]
        except (ClientError, BotoCoreError) as error:
            raise aws.failure(f"s3://{self.bucket}/{prefix} cannot be listed", error) from error


class S3StateStore:
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
        return State() if content is None else from_json(content.decode(), self._address)

    def save(self, state: State) -> None:
        """
        Raises:
            IngestError: Another run has saved its state since this one read it, or S3 does not answer.
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
                    raise IngestError(
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
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key)
            content: bytes = answer["Body"].read()
        except ClientError as error:
            if aws.code_of(error) != "NoSuchKey":
                raise aws.failure(f"{self._address} cannot be read", error) from error
            self._etag = None
            return None
        except BotoCoreError as error:
            raise aws.failure(f"{self._address} cannot be read", error) from error
        self._etag = answer["ETag"]
        return content
