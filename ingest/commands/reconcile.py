"""``reconcile``: what has landed against what the portal has."""

import argparse
from itertools import chain

from ingest.commands import options as shared
from ingest.errors import IngestError, PortalInconsistentError, UsageError
from ingest.reconcile import Month, Reconciliation, Report
from ingest.settings import Settings
from ingest.zone.inventory import Inventory
from ingest.zone.zone import zone_at
from terminal.words import counted, words_of_others

HELP = "compare all months with the portal"

MANUAL = """\
Compares the portal's count of incidents of each month with those that have
landed, and says so in a table. A month that differs is read again, all of it;
an incident that the portal no longer has is withdrawn: a line lands that says
so, and the warehouse drops the incident. Ends with code 4 if a month still
differs. Where the portal has several rows of an incident, they count as one,
and the incident is named.

More than 1 % of a month's incidents are withdrawn with --yes alone: so many are
rather the portal's fault, or yours, than the county's doing.

With DISPATCH_LANDING=s3://bucket/prefix and --sink firehose it compares what is
in the bucket. Let the buffer time of the stream pass after a pull, or what it
holds counts as missing and lands twice.
"""

EXAMPLES = ""

MOST_NAMED = 10
"""Incidents of which the portal has several rows."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="withdraw what is gone, also if it is more than 1 %% of a month's incidents"
    )
    shared.add_sink_arguments(parser)
    shared.add_portal_arguments(parser)


def run(options: argparse.Namespace, settings: Settings) -> int:
    portal = shared.portal(options, settings)
    zone = zone_at(settings.landing, settings.region)
    lines = iter(zone.landed_lines(options.stream))
    with shared.destination(options, settings, zone) as sink:
        first = next(lines, None)
        # Where all incidents are withdrawn, something has landed all the same.
        if first is None:
            raise UsageError("nothing has landed yet: pull first")
        inventory = Inventory()
        inventory.add(chain([first], lines))
        reconciliation = Reconciliation(
            portal, sink, inventory, page_rows=options.page_size, may_withdraw_many=options.yes
        )
        report = reconciliation.run()
    print(table(report))
    if report.several_rows:
        print(_several_rows(report.several_rows))
    if report.unresolved:
        raise PortalInconsistentError(_unresolved(report.unresolved))
    if sink.too_large:
        raise IngestError(shared.told_too_large(sink, zone))
    return 0


def table(report: Report) -> str:
    """Says in a few lines, for a person, what differed and what was done."""
    agreeing = report.months - len(report.differing)
    summary = f"{agreeing:,} of {counted(report.months, 'month')} agreed with the portal"
    if not report.differing:
        return summary
    head = ("Month", "Portal", "Landed", "Read again", "Withdrawn", "Held back", "Portal now", "Landed now")
    rows = [
        (
            month.name,
            *(
                f"{number:,}"
                for number in (
                    month.portal_before,
                    month.landed_before,
                    month.rows_landed,
                    month.withdrawn,
                    month.held_back,
                    month.portal_after,
                    month.landed_after,
                )
            ),
        )
        for month in report.differing
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]
    return "\n".join([*lines, "", summary])


def _several_rows(incidents: dict[str, int]) -> str:
    named = [f"{incident_id} ({number:,} rows)" for incident_id, number in sorted(incidents.items())]
    more = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
    of_what = counted(len(named), "incident")
    return f"Several rows of {of_what} are on the portal: {words_of_others(', '.join(named[:MOST_NAMED]))}{more}"


def _unresolved(months: list[Month]) -> str:
    held_back = sum(month.held_back for month in months)
    if held_back:
        return (
            f"{counted(held_back, 'incident')} {'is' if held_back == 1 else 'are'} gone from the portal, "
            "more than 1 % of a month: look at the table, and run this again with --yes to withdraw "
            f"{'it' if held_back == 1 else 'them'}"
        )
    names = ", ".join(month.name for month in months)
    return f"{names} still differs from what the portal counts: run this again later"
