"""What Firehose would have delivered, from what ministack's delivers: an object a record, at once, as plain text.

The model keeps the keys, whose prefix ministack evaluates. It joins the records of a prefix that came in one minute, in
the order of arrival and with nothing in between, and gzips them. What it does not prove: Firehose's retries and
duplicates (the warehouse's tests have them), and its limits (tests/python/firehose_server.py enforces them).
"""

import gzip
import re
from collections.abc import Mapping

KEY = re.compile(
    r"(?P<prefix>.+/)(?P<stream>[^/]+)-(?P<version>\d+)-(?P<minute>\d{4}(?:-\d\d){4})-\d\d-[0-9a-f-]{36}(?P<end>\..+)"
)
"""`<prefix><stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid><file extension>`, of which the last two digits are seconds."""


def delivered(records: Mapping[str, bytes]) -> dict[str, bytes]:
    """The objects by key that a buffer of 60 s makes of records, each of which is an object by key.

    Raises:
        ValueError: A key is not one that Firehose makes, or a record has been gzipped.
    """
    buffers: dict[tuple[str, str], list[str]] = {}
    for key in sorted(records):
        parts = KEY.fullmatch(key)
        if not parts or records[key].startswith(b"\x1f\x8b"):
            raise ValueError(f"{key} is no record of ministack's Firehose")
        buffers.setdefault((parts["prefix"], parts["minute"]), []).append(key)
    return {keys[0]: gzip.compress(b"".join(records[key] for key in keys)) for keys in buffers.values()}
