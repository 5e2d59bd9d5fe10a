"""When a build is asked for: what has landed is built once, and what cannot be built costs less and less."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from ingest.times import utc_now, utc_stamp
from ingest.zone.bucket import BucketZone
from ingest.zone.builds import Builds, pause_after
from tests.python.ingest.conftest import BUCKET

HOUR = timedelta(hours=1)


@pytest.fixture
def zone(s3: Any) -> Iterator[BucketZone]:
    """A zone with one object."""
    found = BucketZone(BUCKET, "builds/", s3)
    s3.put_object(Bucket=BUCKET, Key=f"builds/incidents/{utc_now():dt=%Y-%m-%d}/hh=00/1.gz", Body=b"x")
    yield found
    for entry in found.objects("builds/"):
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def hourly(zone: BucketZone, hours: int, start: datetime) -> list[int]:
    """The hours at which a run that lands nothing asks for a build, a few seconds sooner or later each."""
    jitter = [timedelta(seconds=seconds) for seconds in (0, 7, -9, 4)]
    asked = []
    for hour in range(hours):
        now = start + hour * HOUR + jitter[hour % len(jitter)]
        if Builds(zone, partial(datetime.fromtimestamp, now.timestamp(), UTC)).decide(landed=False).to_build:
            asked.append(hour)
    return asked


def test_a_build_that_fails_for_good(zone: BucketZone) -> None:
    """By hand: 1, 2, 4, 8, 16 and then 24 hours after the one before. It was each hour, 168 a week."""
    assert hourly(zone, 7 * 24, utc_now()) == [0, 1, 3, 7, 15, 31, 55, 79, 103, 127, 151]


def test_it_is_told_how_long_it_waits(zone: BucketZone) -> None:
    now = utc_now()
    assert Builds(zone, lambda: now).decide(landed=True).to_build

    decision = Builds(zone, lambda: now + HOUR / 2).decide(landed=False)

    assert (decision.to_build, decision.waits_until) == (False, utc_stamp(now + HOUR))


def test_new_rows_do_not_wait_but_start_no_new_count(zone: BucketZone) -> None:
    start = utc_now()
    assert hourly(zone, 8, start) == [0, 1, 3, 7]
    assert Builds(zone, lambda: start + 8 * HOUR).decide(landed=True).to_build

    assert hourly(zone, 24, start + 9 * HOUR) == [15], "16 hours after that"


def test_a_build_that_succeeds_ends_the_count(zone: BucketZone, s3: Any) -> None:
    start = utc_now()
    assert hourly(zone, 8, start) == [0, 1, 3, 7]
    s3.put_object(
        Bucket=BUCKET,
        Key="builds/state/built.json",
        Body=json.dumps({"started": utc_stamp(start + 7 * HOUR + HOUR / 30)}),
    )

    assert hourly(zone, 3, start + 8 * HOUR) == [], "all is built"
    assert Builds(zone, lambda: start + 12 * HOUR).decide(landed=True).to_build
    assert not Builds(zone, lambda: start + 12.5 * HOUR).decide(landed=False).to_build


def test_the_longest_pause_is_a_day() -> None:
    assert [pause_after(failures) / HOUR for failures in (1, 2, 5, 6, 10_000)] == [1, 2, 16, 24, 24]
