"""What S3 charges for the requests of a refresh, reckoned by hand; the counting itself needs the local Athena."""

from collections import Counter

import pytest

from bench.bucket_requests import charged, dollars, table
from local_athena.moto_server import BUCKET_REQUEST

LOG = """\
127.0.0.1 - - [29/Nov/2026 14:00:00] "PUT /warehouse/tables/a/1.parquet HTTP/1.1" 200 -
127.0.0.1 - - [29/Nov/2026 14:00:00] "GET /warehouse?list-type=2&prefix=tables/ HTTP/1.1" 200 -
127.0.0.1 - - [29/Nov/2026 14:00:00] "GET /landing/x/incidents/dt=2026-11-01/hh=05/1.gz HTTP/1.1" 206 -
127.0.0.1 - - [29/Nov/2026 14:00:00] "HEAD /warehouse/tables/a/2.parquet HTTP/1.1" 404 -
127.0.0.1 - - [29/Nov/2026 14:00:00] "POST / HTTP/1.1" 200 -
"""


def test_requests_of_buckets_are_told_from_those_of_other_services() -> None:
    """The last is Glue's."""
    found = [(method, bucket, "list-type" in query) for method, bucket, query in BUCKET_REQUEST.findall(LOG)]
    assert found == [
        ("PUT", "warehouse", False),
        ("GET", "warehouse", True),
        ("GET", "landing", False),
        ("HEAD", "warehouse", False),
    ]


def test_what_they_cost() -> None:
    """By hand: 10 + 5 + 85 writes and 2 x 450 for 450 statements are 1,000: half a cent; 5,000 reads: a fifth."""
    requests = Counter({"PUT": 10, "POST": 5, "LIST": 85, "GET": 4_000, "HEAD": 1_000, "DELETE": 99})

    counts = charged(requests, statements=450)

    assert counts == {"writes": 1_000, "reads": 5_000}
    assert dollars(counts) == pytest.approx(0.005 + 0.002)
    assert list(table({"a day": (requests, 450)}))[2] == "| a day | 450 | 15 | 85 | 5,000 | 1,000 | 5,000 | 0.0070 |"
