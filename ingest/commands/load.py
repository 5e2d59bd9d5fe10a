"""``load``: files that a person has."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from ingest.commands import options as shared
from ingest.errors import IngestError, UsageError
from ingest.files.load import load
from ingest.settings import Settings
from ingest.times import utc_now, utc_stamp
from ingest.zone.zone import zone_at
from terminal.progress import Progress
from terminal.words import counted

HELP = "land files that you have"

MANUAL = """\
Lands files that you have: the portal's CSV export (or the API's own CSV), a
saved JSON page of the API, NDJSON, or another download of the portal (TSV,
rows.json, GeoJSON); each plain or gzipped. What a file is shows in its content.

A file lands whole or not at all: what the warehouse could not read in it, such
as a time with a zone, is named with its line and column. Of several files the
others land, and the command ends with code 2.

Rows of JSON by the API's names stay as they are. Rows of tables get the API's
names, times and numbers, and have no time of change: the warehouse takes any
version from the portal for newer. A row that is no JSON object lands as it is,
for the warehouse to report. To load a file twice does no harm.
"""

EXAMPLES = """\
examples:
  python -m ingest load Police_Dispatched_Incidents.csv
  python -m ingest load sample/incidents_2024-06.ndjson.gz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)


def run(options: argparse.Namespace, settings: Settings) -> int:
    zone = zone_at(settings.landing, settings.region)
    moment = utc_now()
    refused = too_large = 0
    with zone.locked():
        for path in options.files:
            # A later file counts as newer, also where both take less than the millisecond that a stamp can tell.
            moment = max(utc_now(), moment + timedelta(milliseconds=1))
            sink = zone.sink()
            try:
                summary = load(path, sink, row_ts=utc_stamp(moment), progress=Progress())
            except UsageError as error:
                print(f"ingest: {error}", file=sys.stderr)
                refused += 1
                continue
            moment += timedelta(milliseconds=summary.parts - 1)
            print(f"{path}: {counted(summary.rows, 'row')} landed in {counted(summary.objects, 'file')}")
            if summary.unreadable:
                print(
                    f"{path}: {counted(summary.unreadable, 'line')} of these landed unchanged, being no JSON objects "
                    f"(the first is {summary.first_unreadable}): the warehouse will report them"
                )
            if sink.too_large:
                print(f"ingest: {path}: {shared.told_too_large(sink, zone)}", file=sys.stderr)
                too_large += sink.too_large
    if len(options.files) > 1:
        print(f"{counted(len(options.files) - refused, 'file')} landed, {refused:,} did not")
    if refused:
        return UsageError.exit_code
    return IngestError.exit_code if too_large else 0
