"""``pull``: what the portal has and the landing zone has not."""

import argparse

from ingest.commands import options as shared
from ingest.errors import IngestError, PortalInconsistentError, UsageError
from ingest.portal.paging import Selection
from ingest.pull import Pull
from ingest.settings import Settings
from ingest.times import parse_local
from ingest.zone.zone import zone_at
from terminal.progress import Progress
from terminal.words import counted

HELP = "land what is new on the portal"

MANUAL = """\
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

A column that the warehouse reads and that is gone from the dataset, or has
another type, or a new one called deleted or row_ts, ends each pull with code 4,
until the dataset is as it was or you accept the change with --accept-columns.
Rows land all the same.

A row that is larger than Firehose takes (1,000 KiB) lands nowhere: it is kept
in state/dead-letters/, and the pull ends with code 1.
"""

EXAMPLES = """\
examples:
  python -m ingest pull                        all rows, or all new ones
  python -m ingest pull --since 2026-11-01     incidents since 1 November 2026
  python -m ingest pull --since 2024-06-10 --until 2024-06-14
                                               incidents of four days
  python -m ingest pull --full                 all rows once more
  python -m ingest pull --sink firehose --stream dispatch
                                               through Firehose, from anywhere

A pull with --since or --until reads its range anew each time; one that was
stopped goes on where it was, and then reads what has changed in the range since
it began. Neither has seen the other rows, so both leave the watermark alone:
the next plain pull goes on from where the last plain pull was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="TIME", help="only incidents that started at this local time or later")
    parser.add_argument("--until", metavar="TIME", help="only incidents that started before this local time")
    parser.add_argument("--full", action="store_true", help="start over: read all rows, whatever has landed before")
    parser.add_argument("--accept-columns", action="store_true", help="accept the dataset's columns as they are now")
    shared.add_sink_arguments(parser)
    shared.add_portal_arguments(parser)


def run(options: argparse.Namespace, settings: Settings) -> int:
    selection = _selection(options)
    portal = shared.portal(options, settings)
    zone = zone_at(settings.landing, settings.region)
    with shared.destination(options, settings, zone) as sink:
        store = zone.state_store(options.stream)
        pull = Pull(
            portal,
            sink,
            store,
            page_rows=options.page_size,
            progress=Progress(detail=sink.speed),
            landed_lines=lambda: zone.landed_lines(options.stream),
        )
        summary = pull.run(selection, start_over=options.full, accept_columns=options.accept_columns)
    if summary.rows:
        objects = counted(summary.objects, sink.noun)
        print(f"Landed {counted(summary.rows, 'row')} in {objects}: {sink.name}{sink.speed()}")
    elif selection.is_everything and not summary.ahead:
        has_or_have = "has" if summary.portal_count == 1 else "have"
        print(f"Nothing new: the portal's {counted(summary.portal_count, 'row')} {has_or_have} landed")
    elif summary.portal_count and not summary.ahead:
        of_range = "row of that range has" if summary.portal_count == 1 else "rows of that range have"
        print(f"Nothing new: the portal's {summary.portal_count:,} {of_range} landed")
    elif not summary.ahead:
        print("The portal has no incidents in that range")
    if summary.ahead:
        raise PortalInconsistentError(summary.ahead)
    if summary.harm:
        raise PortalInconsistentError(summary.harm.warning)
    if sink.too_large:
        raise IngestError(shared.told_too_large(sink, zone))
    return 0


def _selection(options: argparse.Namespace) -> Selection:
    selection = Selection(
        since=parse_local(options.since) if options.since else None,
        until=parse_local(options.until) if options.until else None,
    )
    if selection.since and selection.until and selection.since >= selection.until:
        raise UsageError(f"--since {options.since} is not before --until {options.until}: no incident can be between")
    return selection
