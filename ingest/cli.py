"""The command line: arguments and environment in, sentences and exit codes out."""

import argparse
import logging
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest import aws, settings, status
from ingest.dead_letters import FolderDeadLetters
from ingest.errors import IngestError, PortalInconsistentError, UsageError
from ingest.firehose import BYTES_PER_SECOND, MIB, FirehoseSink, Pace
from ingest.inventory import Inventory
from ingest.landing import LandingZone
from ingest.load import load
from ingest.paging import Selection
from ingest.portal import Api, Portal, RetryPolicy
from ingest.progress import CLEAR_LINE, Progress
from ingest.pull import PAGE_ROWS, Pull
from ingest.reconcile import Month, Reconciliation, table
from ingest.s3_zone import S3Zone
from ingest.sink import FolderSink, Sink
from ingest.state import FileStateStore, StateStore
from ingest.times import parse_local, utc_now, utc_stamp

DEFAULT_LANDING = "data/landing"
MOST_PAGE_ROWS = 50_000
"""The portal's limit for SODA 2.0; 2.1 has none."""

ENVIRONMENT = f"""\
environment:
  DISPATCH_LANDING   the landing zone, a folder (default: {DEFAULT_LANDING});
                     or s3://bucket/prefix, where --sink firehose keeps its
                     state and status and reconcile look for rows
  DISPATCH_PORTAL    the portal's address
                     (default: {settings.DEFAULT_PORTAL})
  DISPATCH_API       what --api says (default: {Api.SODA2})
  SOCRATA_APP_TOKEN  an app token of the portal (default: none); with one, the
                     portal's limits count your requests alone and not those of
                     your whole network
"""

EXIT_CODES = """\
exit codes:
  0  done
  1  failed; nothing is lost, run it again
  2  wrong usage: an argument, a setting or an input file
  3  the portal refused to serve this client
  4  the portal's data are stale, not as many as it counts, or lack a column;
     nothing is lost, run it again later
"""

OVERVIEW = """\
Lands Montgomery County's police dispatched incidents as the portal publishes
them, and remembers how far it got.

A landed row is the portal's row with the time of extraction, row_ts, as its
last key. Rows land as gzipped NDJSON in incidents/dt=YYYY-MM-DD/hh=HH/ of the
landing zone, by UTC arrival time. Nothing that has landed is ever changed: a
row that the portal corrects lands again, and the warehouse keeps its newest
version.
"""

PULL = """\
Lands what the portal has and the landing zone has not.

The first pull reads all rows, later ones those that were added or changed since
(and in the 24 hours before, since the portal may show a row hours after its
stamp). If nothing has changed, that is one request. A pull that was stopped, in
whatever way, goes on where it was. One pull or load at a time writes to a
landing zone.

With --sink firehose the rows go through an Amazon Data Firehose stream, which
writes them to S3 within its buffer time. AWS_REGION and the credentials are
those of any AWS client. The watermark is in state/ of DISPATCH_LANDING: of a
folder, one for each stream; of s3://bucket/prefix, one for all who pull there.
A row that is larger than Firehose takes (1,000 KiB) is kept beside it, and the
pull ends with code 1.
"""

PULL_EXAMPLES = """\
examples:
  python -m ingest pull                        all rows, or all new ones
  python -m ingest pull --since 2026-11-01     incidents since 1 November 2026
  python -m ingest pull --since 2024-06-10 --until 2024-06-14
                                               incidents of four days
  python -m ingest pull --full                 all rows once more
  python -m ingest pull --sink firehose --stream dispatch
                                               through Firehose, from anywhere

A pull with --since or --until reads its range anew each time. It has not seen
the other rows, so it leaves the watermark alone: the next plain pull goes on
from where the last plain pull was.
"""

LOAD = """\
Lands files that you have: the portal's CSV export (or the API's own CSV), a
saved JSON page of the API, or NDJSON; each plain or gzipped. What a file is
shows in its content. A file lands whole or, when something in it cannot be
read, not at all.

Rows of JSON stay as they are. Rows of CSV get the API's names, times and
numbers, and have no time of change: the warehouse takes any version from the
portal for newer. A line of NDJSON that is no JSON object lands as it is, for
the warehouse to report. To load a file twice does no harm.
"""

LOAD_EXAMPLES = """\
examples:
  python -m ingest load Police_Dispatched_Incidents.csv
  python -m ingest load sample/incidents_2024-06.ndjson.gz
"""

RECONCILE = """\
Compares the portal's count of incidents of each month with those that have
landed, and says so in a table. A month that differs is read again, all of it;
an incident that the portal no longer has is withdrawn: a line lands that says
so, and the warehouse drops the incident. Ends with code 4 if a month still
differs.

More than 1 % of a month's incidents are withdrawn with --yes alone: so many are
rather the portal's fault, or yours, than the county's doing.

With DISPATCH_LANDING=s3://bucket/prefix and --sink firehose it compares what is
in the bucket. Let the buffer time of the stream pass after a pull, or what it
holds counts as missing and lands twice.
"""

STATUS = """\
Says what has landed, the newest incident, the watermark (all changes up to it
have landed), and a pull that has not come to its end. Ends with code 1 if a
landed file cannot be read.
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns the exit code."""
    options = _parser().parse_args(arguments)
    _log_to_stderr()
    try:
        code: int = options.command(options)
    except IngestError as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        where = error.filename or "the landing zone"
        return _fail(f"{where}: {error.strerror or error}; nothing is lost, run again", IngestError.exit_code)
    except KeyboardInterrupt:
        return _fail("stopped; nothing is lost, run again to go on", IngestError.exit_code)
    return code


def _fail(sentence: str, exit_code: int) -> int:
    print(f"ingest: {sentence}", file=sys.stderr)
    return exit_code


def _pull(options: argparse.Namespace) -> int:
    selection = Selection(
        since=parse_local(options.since) if options.since else None,
        until=parse_local(options.until) if options.until else None,
    )
    if selection.since and selection.until and selection.since >= selection.until:
        raise UsageError(f"--since {options.since} is not before --until {options.until}: no incident can be between")
    portal = _portal(options)
    with _destination(options) as to:
        pull = Pull(portal, to.sink, to.store, page_rows=options.page_size, progress=Progress(detail=to.speed))
        summary = pull.run(selection, start_over=options.full)
    if summary.rows:
        print(f"Landed {_number(summary.rows, 'row')} in {_number(summary.objects, to.noun)}: {to.name}{to.speed()}")
    elif selection.is_everything:
        print(f"Nothing new: the portal's {_number(summary.portal_count, 'row')} have landed")
    else:
        print("The portal has no incidents in that range")
    if summary.drift.warning:
        raise PortalInconsistentError(summary.drift.warning)
    if to.too_large():
        raise IngestError(
            f"{_number(to.too_large(), 'row')} had more bytes than a record of Firehose holds, and was kept in "
            f"{to.dead_letters} instead: all others landed; status says what to do"
        )
    return 0


def _reconcile(options: argparse.Namespace) -> int:
    portal = _portal(options)
    if options.sink == "firehose" and not _s3_zone():
        raise UsageError("what Firehose has landed is in its bucket: set DISPATCH_LANDING to s3://bucket/prefix")
    with _destination(options) as to:
        inventory = Inventory()
        inventory.add(to.landed_lines())
        if not inventory.months():
            raise UsageError("nothing has landed yet: pull first")
        reconciliation = Reconciliation(
            portal,
            to.sink,
            inventory,
            page_rows=options.page_size,
            may_withdraw_many=options.yes,
        )
        report = reconciliation.run()
    print(table(report))
    if report.unresolved:
        raise PortalInconsistentError(_unresolved(report.unresolved))
    return 0


def _unresolved(months: list[Month]) -> str:
    held_back = sum(month.held_back for month in months)
    if held_back:
        return (
            f"{_number(held_back, 'incident')} are gone from the portal, more than 1 % of a month: look at the table, "
            "and run this again with --yes to withdraw them"
        )
    names = ", ".join(month.name for month in months)
    return f"{names} still differs from what the portal counts: run this again later"


def _load(options: argparse.Namespace) -> int:
    zone = _landing_zone()
    moment = utc_now()
    with zone.locked():
        for path in options.files:
            # A later file counts as newer, also where both take less than the millisecond that a stamp can tell.
            moment = max(utc_now(), moment + timedelta(milliseconds=1))
            summary = load(path, FolderSink(zone), row_ts=utc_stamp(moment), progress=Progress())
            print(f"{path}: {_number(summary.rows, 'row')} landed in {_number(summary.objects, 'file')}")
            if summary.unreadable:
                print(
                    f"{path}: {_number(summary.unreadable, 'line')} of these landed unchanged, "
                    "being no JSON: the warehouse will report them"
                )
    return 0


def _status(options: argparse.Namespace) -> int:
    del options
    bucket = _s3_zone()
    if bucket:
        sizes = [size for _, size in bucket.landed_objects()]
        print(status.report_bucket(bucket, sizes, bucket.state_store().load(), bucket.count_dead_letters()))
        return 0
    zone = _landing_zone()
    contents = status.survey(zone, Progress())
    streams = {
        path.stem.removeprefix("firehose-"): FileStateStore(path).load() for path in zone.state.glob("firehose-*.json")
    }
    dead_letters = FolderDeadLetters(zone.dead_letters).files()
    print(status.report(zone, contents, _state_store(zone).load(), streams, dead_letters))
    return 0 if all(contents.values()) else 1


@dataclass(frozen=True)
class _Destination:
    """Where a command lands rows, and how to speak of it."""

    sink: Sink
    store: StateStore
    name: str
    noun: str
    landed_lines: Callable[[], Iterable[bytes]]
    dead_letters: str = ""

    def speed(self) -> str:
        """What has gone over the wire, and how fast; nothing for a folder."""
        if not isinstance(self.sink, FirehoseSink):
            return ""
        return f", {self.sink.bytes_landed / 1e6:,.1f} MB at {self.sink.bytes_per_second() / 1e6:,.1f} MB/s"

    def too_large(self) -> int:
        return self.sink.too_large if isinstance(self.sink, FirehoseSink) else 0


@contextmanager
def _destination(options: argparse.Namespace) -> Iterator[_Destination]:
    """Where the options say that rows land, held for one writer."""
    if options.sink == "firehose" and not options.stream:
        raise UsageError("--sink firehose needs the name of the stream: add --stream NAME")
    if options.sink == "folder" and options.stream:
        raise UsageError("--stream is for --sink firehose: add that, or leave out --stream")
    if options.sink == "folder":
        zone = _landing_zone()
        with zone.locked():
            yield _Destination(FolderSink(zone), _state_store(zone), str(zone.root), "file", zone.landed_lines)
        return
    client = aws.client("firehose", attempts=1)
    pace = Pace(bytes_per_second=options.mib_per_second * MIB)
    name = f"Firehose stream {options.stream}"
    bucket = _s3_zone()
    if bucket:
        sink = FirehoseSink(client, options.stream, bucket, pace)
        yield _Destination(sink, bucket.state_store(), name, "record", bucket.landed_lines, bucket.dead_letters)
        return
    zone = _landing_zone()
    with zone.locked():
        sink = FirehoseSink(client, options.stream, FolderDeadLetters(zone.dead_letters), pace)
        store = FileStateStore(zone.state / f"firehose-{options.stream}.json")
        yield _Destination(sink, store, name, "record", zone.landed_lines, str(zone.dead_letters))


def _portal(options: argparse.Namespace) -> Portal:
    token = os.environ.get("SOCRATA_APP_TOKEN", "").strip() or None
    retry = RetryPolicy(retries=options.retries, base_seconds=options.retry_seconds)
    return settings.portal(token, options.api, retry)


def _landing_zone() -> LandingZone:
    setting = os.environ.get("DISPATCH_LANDING") or DEFAULT_LANDING
    if "://" in setting:
        raise UsageError(
            f"DISPATCH_LANDING is {setting}: set it to a folder, or pull with --sink firehose, which lands in a bucket"
        )
    root = Path(setting)
    if root.exists() and not root.is_dir():
        raise UsageError(f"DISPATCH_LANDING is {setting}, which is a file: set it to a folder")
    return LandingZone(root)


def _s3_zone() -> S3Zone | None:
    setting = os.environ.get("DISPATCH_LANDING", "")
    return S3Zone.at(setting) if setting.startswith("s3://") else None


def _stream_name(text: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no name of a Firehose stream")
    return text


def _mib_per_second(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0.1 <= rate <= 10_000:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 0.1 to 10000")
    return rate


def _state_store(zone: LandingZone) -> FileStateStore:
    return FileStateStore(zone.state / "pull.json")


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(f"{CLEAR_LINE if sys.stderr.isatty() else ''}%(message)s"))
    logger = logging.getLogger("ingest")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", **_manual(OVERVIEW))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    pull = commands.add_parser("pull", help="land what is new on the portal", **_manual(PULL, PULL_EXAMPLES))
    pull.set_defaults(command=_pull)
    pull.add_argument("--since", metavar="TIME", help="only incidents that started at this local time or later")
    pull.add_argument("--until", metavar="TIME", help="only incidents that started before this local time")
    pull.add_argument("--full", action="store_true", help="start over: read all rows, whatever has landed before")
    _add_sink_options(pull)
    _add_portal_options(pull)

    load_command = commands.add_parser("load", help="land files that you have", **_manual(LOAD, LOAD_EXAMPLES))
    load_command.set_defaults(command=_load)
    load_command.add_argument("files", metavar="FILE", nargs="+", type=Path)

    reconcile = commands.add_parser("reconcile", help="compare all months with the portal", **_manual(RECONCILE))
    reconcile.set_defaults(command=_reconcile)
    reconcile.add_argument(
        "--yes", action="store_true", help="withdraw what is gone, also if it is more than 1 %% of a month's incidents"
    )
    _add_sink_options(reconcile)
    _add_portal_options(reconcile)

    status_command = commands.add_parser("status", help="say what has landed", **_manual(STATUS))
    status_command.set_defaults(command=_status)
    return parser


def _add_sink_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--sink", choices=("folder", "firehose"), default="folder", help="where rows go (default: %(default)s)"
    )
    command.add_argument("--stream", metavar="NAME", type=_stream_name, help="the Firehose stream, for --sink firehose")
    command.add_argument(
        "--mib-per-second",
        metavar="N",
        type=_mib_per_second,
        default=BYTES_PER_SECOND / MIB,
        help="most MiB a second to Firehose (default: %(default)s; a stream takes 5 in the largest regions, 1 in "
        "others, unless its quota was raised)",
    )


def _add_portal_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--api",
        choices=list(Api),
        help=f"the portal's API (default: {Api.SODA2}; {Api.SODA3} needs an app token)",
    )
    command.add_argument(
        "--page-size",
        metavar="ROWS",
        type=_whole_number(1, MOST_PAGE_ROWS),
        default=PAGE_ROWS,
        help=f"rows in one request and one landed file (default: {PAGE_ROWS})",
    )
    command.add_argument(
        "--retries",
        metavar="N",
        type=_whole_number(0, 100),
        default=RetryPolicy.retries,
        help="how often to send a request again when the portal is busy, failing or cut off (default: %(default)s)",
    )
    command.add_argument(
        "--retry-seconds",
        metavar="S",
        type=_seconds,
        default=RetryPolicy.base_seconds,
        help="longest wait before the first retry; doubles with each (default: %(default)s)",
    )


def _manual(description: str, *sections: str) -> dict[str, Any]:
    return {
        "description": description,
        "epilog": "\n".join([*sections, ENVIRONMENT, EXIT_CODES]),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number from {least} to {most}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0 to 3600")
    return seconds
