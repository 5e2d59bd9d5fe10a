"""When to build: once for what has landed, and ever more seldom where a build fails and nothing new comes.

Two objects of the zone remember it, in whole UTC seconds or finer: ``state/built.json``, which a build that succeeds
writes (``{"started": "2026-11-24T16:05:00Z"}``), and ``state/tried.json``, which is written here.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ingest import aws
from ingest.errors import IngestError
from ingest.times import Clock, is_in_future, parse_utc_stamp, utc_now, utc_stamp
from ingest.zone.bucket import BucketZone, read_object
from terminal.words import words_of_others

DELIVERY = timedelta(minutes=2)
"""Rows of a run come into the zone while its build waits for them: they are no news to the next run."""

LONGEST_PAUSE = timedelta(hours=24)

EARLY = timedelta(minutes=10)
"""An hour that is not quite over counts as one: runs start by the clock, and note their time a little later."""


@dataclass(frozen=True)
class Tried:
    """A build that was asked for.

    Attributes:
        at: When, UTC.
        failures: Builds before it that failed, one after the other.
    """

    at: str
    failures: int


@dataclass(frozen=True)
class Decision:
    """Whether to build now.

    Attributes:
        to_build: Whether rows have landed that no build has seen, and it is time to.
        waits_until: When to try again, UTC, where a build of the same rows has failed; "" otherwise.
    """

    to_build: bool
    waits_until: str = ""


NOTHING = Decision(False)
NOW = Decision(True)


def pause_after(failures: int) -> timedelta:
    """How long to leave off after so many failures, at least one: 1, 2, 4 ... 24 hours."""
    return min(timedelta(hours=2 ** min(failures - 1, 10)), LONGEST_PAUSE)


class Builds:
    """What has been built of a zone, and what was tried."""

    def __init__(self, zone: BucketZone, clock: Clock = utc_now) -> None:
        self._zone = zone
        self._clock = clock

    def decide(self, landed: bool) -> Decision:
        """Whether to build now. If so, it is remembered as tried.

        Args:
            landed: Whether the run itself has landed rows, which may not have come into the zone yet.

        Raises:
            IngestError: S3 does not answer, or an object is damaged.
        """
        built = self._moment("built.json", "started", "all is built")
        if not landed and not self._zone.has_rows_since(built):
            return NOTHING
        tried = self._tried()
        failures = 0
        if tried:
            at = parse_utc_stamp(tried.at)
            # A build that succeeded began after it was asked for.
            if built is None or built < at.replace(microsecond=0):
                failures = tried.failures + 1
                again = at + pause_after(failures)
                is_news = landed or self._zone.has_rows_since(at + DELIVERY)
                if not is_news and self._clock() < again - EARLY:
                    return Decision(False, utc_stamp(again))
        self._write("tried.json", Tried(utc_stamp(self._clock()), failures))
        return NOW

    def _tried(self) -> Tried | None:
        document = self._read("tried.json")
        if document is None:
            return None
        self._moment("tried.json", "at", "the next build is tried at once")
        failures = document.get("failures")
        return Tried(document["at"], failures if isinstance(failures, int) and failures >= 0 else 0)

    def _moment(self, name: str, key: str, otherwise: str) -> datetime | None:
        """A time that an object tells, in whole seconds as S3 tells them; none where there is no such object."""
        document = self._read(name)
        if document is None:
            return None
        try:
            moment = parse_utc_stamp(document[key]).replace(microsecond=0)
            if is_in_future(moment, self._clock()):
                raise ValueError(f"{utc_stamp(moment)} is more than a day ahead of this machine's clock")
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(name, error, otherwise) from error
        return moment

    def _read(self, name: str) -> dict[str, Any] | None:
        content, _ = read_object(self._zone.client, self._zone.bucket, self._key(name))
        if content is None:
            return None
        try:
            document = json.loads(content)
            if not isinstance(document, dict):
                raise ValueError("it is no JSON object")
        except (ValueError, RecursionError) as error:
            raise self._damaged(name, error, "it is written anew") from error
        return document

    def _damaged(self, name: str, error: Exception, otherwise: str) -> IngestError:
        address = f"s3://{self._zone.bucket}/{self._key(name)}"
        return IngestError(f"{address} cannot be used ({words_of_others(error)}): delete it, and {otherwise}")

    def _write(self, name: str, tried: Tried) -> None:
        content = json.dumps(asdict(tried)).encode()
        try:
            self._zone.client.put_object(Bucket=self._zone.bucket, Key=self._key(name), Body=content)
        except (ClientError, BotoCoreError) as error:
            raise aws.failure(f"s3://{self._zone.bucket}/{self._key(name)} cannot be written", error) from error

    def _key(self, name: str) -> str:
        return f"{self._zone.prefix}state/{name}"
