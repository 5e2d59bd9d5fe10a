"""Arguments that commands share, and what they stand for."""

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingest import aws
from ingest.errors import UsageError
from ingest.portal.portal import OFFLINE_RETRIES, Api, Portal, RetryPolicy
from ingest.pull import PAGE_ROWS
from ingest.settings import Settings
from ingest.zone.firehose import BYTES_PER_SECOND, MIB, FirehoseSink, Pace
from ingest.zone.sink import Destination
from ingest.zone.zone import Zone
from terminal.words import counted

MOST_PAGE_ROWS = 50_000
"""The portal's limit for SODA 2.0; 2.1 has none."""


def add_sink_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sink", choices=("folder", "firehose"), default="folder", help="where rows go (default: %(default)s)"
    )
    parser.add_argument("--stream", metavar="NAME", type=_stream_name, help="the Firehose stream, for --sink firehose")
    parser.add_argument(
        "--mib-per-second",
        metavar="N",
        type=_mib_per_second,
        default=BYTES_PER_SECOND / MIB,
        help="most MiB a second to Firehose (default: %(default)s; a stream takes 5 in the largest regions, 1 in "
        "others, unless its quota was raised)",
    )


@contextmanager
def destination(options: argparse.Namespace, settings: Settings, zone: Zone) -> Iterator[Destination]:
    """Where the arguments of `add_sink_arguments` say that rows land. The zone is held for one writer meanwhile.

    Raises:
        UsageError: They do not fit each other, or the zone.
    """
    if options.sink == "firehose" and not options.stream:
        raise UsageError("--sink firehose needs the name of the stream: add --stream NAME")
    if options.sink == "folder" and options.stream:
        raise UsageError("--stream is for --sink firehose: add that, or leave out --stream")
    sink = _firehose(options, settings, zone) if options.stream else zone.sink()
    with zone.locked():
        yield sink


def _firehose(options: argparse.Namespace, settings: Settings, zone: Zone) -> FirehoseSink:
    client = aws.client("firehose", settings.region, attempts=1)
    pace = Pace(bytes_per_second=options.mib_per_second * MIB)
    return FirehoseSink(client, options.stream, zone.dead_letters, pace)


def told_too_large(sink: Destination, zone: Zone) -> str:
    """Says that a sink had rows that are too large, and where they are."""
    rows = counted(sink.too_large, "row")
    return f"{rows} larger than an incident can be (1,000 KiB): kept in {zone.dead_letters.address}, all others landed"


def add_portal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api",
        type=_api,
        metavar="API",
        help=f"the portal's API, {Api.SODA2} (default) or {Api.SODA3}, which needs an app token",
    )
    parser.add_argument(
        "--page-size",
        metavar="ROWS",
        type=_whole_number(1, MOST_PAGE_ROWS),
        default=PAGE_ROWS,
        help=f"rows in one request and one landed file (default: {PAGE_ROWS})",
    )
    parser.add_argument(
        "--retries",
        metavar="N",
        type=_whole_number(0, 100),
        default=RetryPolicy.retries,
        help="how often to send a request again when the portal is busy, failing or cut off (default: %(default)s)",
    )
    parser.add_argument(
        "--retry-seconds",
        metavar="S",
        type=_seconds,
        default=RetryPolicy.base_seconds,
        help="longest wait before the first retry; doubles with each (default: %(default)s)",
    )


def portal(options: argparse.Namespace, settings: Settings) -> Portal:
    """The portal, as the arguments of `add_portal_arguments` and the settings say.

    Raises:
        UsageError: A setting is wrong.
    """
    retry = RetryPolicy(
        retries=options.retries,
        base_seconds=options.retry_seconds,
        offline_retries=None if sys.stderr.isatty() else OFFLINE_RETRIES,
    )
    return Portal(settings.portal, settings.token, retry, options.api or settings.api)


def _api(text: str) -> Api:
    if text not in set(Api):
        raise argparse.ArgumentTypeError(f"'{text}' is no API of the portal: write {' or '.join(Api)}")
    return Api(text)


def _stream_name(text: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no name of a Firehose stream")
    return text


def _mib_per_second(text: str) -> float:
    rate = _number(text)
    if not 0.1 <= rate <= 10_000:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 0.1 to 10000")
    return rate


def _seconds(text: str) -> float:
    seconds = _number(text)
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0 to 3600")
    return seconds


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number from {least} to {most}")
        return int(text)

    return parse
