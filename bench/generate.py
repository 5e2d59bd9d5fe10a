"""Landed files of any size, with the quirks of the county's feed: ``python -m bench.generate``."""

import argparse
import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from bench import malformed, tables
from county.habits import DRIVE_MINUTES, LONGEST_ROUTING_SECONDS, REPORT_MINUTES, UNARRIVED_MINUTES, WAIT_MINUTES

INCIDENTS_A_DAY = 554
"""The county's mean of 2023 to 2025."""

MOST_DAYS = 1_000
"""Beyond that many days, more incidents make busier days: the landing dates shall not lie in the future."""

LANDING_TAIL_DAYS = 7
"""No version of an incident lands later than so many days after the day on which it began.

At one release a day, the slowest: the day itself and five hours to midnight UTC, a day to the end, four hours and a day
to the release, two days of corrections, a day until it lands again. A test sees that none is lost.
"""

DUPLICATE_SHARE = 0.003
"""Share of the versions for each of the ways to land twice."""

LINES_AT_A_TIME = 75_000
GZIP_LEVEL = 1
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Feed:
    """What lands. Equal feeds give equal lines, and a part of the landed dates gives that part of the files.

    Attributes:
        incidents: Distinct incidents.
        first_day: The first local day on which one begins.
        days: How many days have incidents; by default as many as the county takes for so many, at most 1,000.
        seed: Decides everything that is left to chance.
        malformed_pct: Per cent of the lines of every landed date that are malformed, rounded down to whole lines.
        unreadable_starts: So many of the last incidents have no start_time that can be read.
        releases_a_day: How often the portal publishes; each release lands as one file, in the hour of its own.
        landed_from: The first landed date (UTC) that is written; by default the first that has any.
        landed_until: The landed date (UTC) before which writing ends; by default after the last that has any.
    """

    incidents: int
    first_day: date = date(2024, 1, 1)
    days: int | None = None
    seed: int = 1
    malformed_pct: float = 0.05
    unreadable_starts: int = 0
    releases_a_day: int = 4
    landed_from: date | None = None
    landed_until: date | None = None

    @property
    def days_with_incidents(self) -> int:
        return self.days or min(MOST_DAYS, max(1, round(self.incidents / INCIDENTS_A_DAY)))

    @property
    def landed_dates(self) -> tuple[date, date]:
        """The first landed date that is written, and the one after the last."""
        first = self.landed_from or self.first_day
        until = self.landed_until or self.first_day + timedelta(days=self.days_with_incidents + LANDING_TAIL_DAYS)
        return first, until


@dataclass
class Totals:
    """What was written: files, bytes of lines and of files, and lines by how they came about and by what ails them."""

    files: int = 0
    lines: int = 0
    line_bytes: int = 0
    file_bytes: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    malformed: Counter[str] = field(default_factory=Counter)

    def add(self, part: "Totals") -> None:
        """Counts what another chunk wrote."""
        for name, value in vars(part).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        return (
            f"{self.lines:,} lines in {self.files:,} files, {self.line_bytes / 1e6:,.1f} MB, "
            f"{self.file_bytes / 1e6:,.1f} MB compressed\n"
            f"came as: {counted(self.deliveries)}\n"
            f"malformed: {counted(self.malformed)}"
        )


def generate(feed: Feed, landing: Path) -> Totals:
    """Writes the feed's files under `landing`, chunks of whole landed dates side by side on the machine's cores.

    Raises:
        FileExistsError: A file of that name is there already; it is left as it is.
    """
    totals = Totals()
    with open_county(feed) as connection, ThreadPoolExecutor(os.cpu_count()) as workers:

        def write(chunk: tuple[date, date]) -> Totals:
            with connection.cursor() as cursor:
                cursor.execute("set variable seed = $seed", {"seed": feed.seed})
                return write_chunk(feed, cursor, chunk, landing)

        for part in workers.map(write, chunks(feed)):
            totals.add(part)
    return totals


def open_county(feed: Feed) -> duckdb.DuckDBPyConnection:
    """A database in memory with all that lines.sql reads."""
    connection = duckdb.connect()
    connection.execute((HERE / "draws.sql").read_text())
    tables.create_tables(connection, feed.incidents, feed.first_day, feed.days_with_incidents, feed.seed)
    return connection


def chunks(feed: Feed) -> Iterator[tuple[date, date]]:
    """Spans of landed dates with some 75,000 lines each."""
    first, until = feed.landed_dates
    dates = max(1, LINES_AT_A_TIME * feed.days_with_incidents // max(1, feed.incidents))
    while first < until:
        yield first, min(until, first + timedelta(days=dates))
        first += timedelta(days=dates)


def write_chunk(feed: Feed, connection: duckdb.DuckDBPyConnection, chunk: tuple[date, date], landing: Path) -> Totals:
    """Writes the files of the landed dates [first, until)."""
    first, until = chunk
    totals = Totals()
    rows = connection.execute(
        (HERE / "lines.sql").read_text(),
        {
            "first_day": first - timedelta(days=LANDING_TAIL_DAYS),
            "until_day": until,
            "landed_from": midnight(first).timestamp(),
            "landed_until": midnight(until).timestamp(),
            "release_seconds": 86_400 // feed.releases_a_day,
            # Two corrections come within three days.
            "correction_releases": 3 * feed.releases_a_day // 2,
            "duplicate_share": DUPLICATE_SHARE,
            "readable_starts": feed.incidents - feed.unreadable_starts,
            "type_slots": tables.TYPE_SLOTS,
            "place_slots": tables.PLACE_SLOTS,
            "longest_routing_seconds": LONGEST_ROUTING_SECONDS,
            "wait_minutes": list(WAIT_MINUTES.values()),
            "drive_minutes": list(DRIVE_MINUTES.values()),
            "unarrived_minutes": UNARRIVED_MINUTES,
            "report_minutes": REPORT_MINUTES,
        },
    ).fetchall()
    totals.deliveries = Counter(delivery for _, delivery, _ in rows)
    for _, of_date in groupby(rows, key=lambda row: row[0] // 24):
        lines_so_far = malformed_so_far = 0
        for hour_number, of_hour in groupby(of_date, key=itemgetter(0)):
            hour = datetime.fromtimestamp(3600 * hour_number, UTC)
            lines = [line for _, _, line in of_hour]
            lines_so_far += len(lines)
            allowed = int(lines_so_far * feed.malformed_pct / 100) - malformed_so_far
            totals.malformed += malformed.damage(
                lines, allowed, hour.toordinal() + malformed_so_far, f"{feed.seed} {hour:%Y-%m-%d %H}"
            )
            malformed_so_far += allowed
            body = ("\n".join(lines) + "\n").encode()
            totals.files += 1
            totals.lines += len(lines)
            totals.line_bytes += len(body)
            totals.file_bytes += write_file(landing, hour, body)
    return totals


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()) if count) or "none"


def write_file(landing: Path, hour: datetime, body: bytes) -> int:
    """Lands one hour's lines and returns the size of the file in bytes."""
    folder = landing / "incidents" / f"{hour:dt=%Y-%m-%d}" / f"{hour:hh=%H}"
    folder.mkdir(parents=True, exist_ok=True)
    compressed = gzip.compress(body, GZIP_LEVEL, mtime=0)
    with (folder / f"generated-{hour:%Y-%m-%d-%H}.ndjson.gz").open("xb") as file:
        file.write(compressed)
    return len(compressed)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argument_parser()
    options = vars(parser.parse_args(arguments))
    landing: Path = options.pop("landing")
    feed = Feed(**options)
    first, until = feed.landed_dates
    if first >= until:
        parser.error(f"nothing lands from {first} until before {until}: choose a later --landed-until")
    start, start_of_work = time.perf_counter(), time.process_time()
    try:
        totals = generate(feed, landing)
    except FileExistsError as error:
        print(f"{error.filename} is there already: choose another --landing or other landed dates", file=sys.stderr)
        return 2
    seconds, work = time.perf_counter() - start, time.process_time() - start_of_work
    print(f"{feed.incidents:,} incidents on {feed.days_with_incidents:,} days, landed under {landing}")
    print(totals)
    print(f"{seconds:,.1f} s, {totals.lines / seconds:,.0f} lines/s; {work:,.1f} s of processor time")
    return 0


def argument_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.generate",
        description="Write landed files with the quirks of the county's feed. The same options give the same lines.",
    )
    parser.add_argument("--incidents", type=positive, required=True, metavar="N", help="distinct incidents")
    parser.add_argument(
        "--landing", type=Path, required=True, metavar="DIR", help="landing folder; files go below DIR/incidents"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides all that is left to chance (default 1)")
    parser.add_argument(
        "--first-day", type=day, default=Feed.first_day, metavar="DATE",
        help=f"first local day with incidents (default {Feed.first_day})",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=positive, metavar="D",
        help=f"days with incidents (default: one for every {INCIDENTS_A_DAY}, at most {MOST_DAYS:,})",
    )  # fmt: skip
    parser.add_argument(
        "--malformed-pct", type=percentage, default=Feed.malformed_pct, metavar="PCT",
        help="per cent of the lines of every landed date that are malformed, rounded down to whole lines "
        f"(default {Feed.malformed_pct}; above 0.1 the tests of staging stop the marts)",
    )  # fmt: skip
    parser.add_argument(
        "--unreadable-starts", type=not_negative, default=0, metavar="N",
        help="the last N incidents have no start_time that can be read: it stops the marts (default 0)",
    )  # fmt: skip
    parser.add_argument(
        "--releases-a-day", type=int, choices=(1, 2, 3, 4, 6, 8, 12, 24), default=Feed.releases_a_day,
        help=f"how often the portal publishes; a release is one landed file (default {Feed.releases_a_day})",
    )  # fmt: skip
    for name, meaning in (("from", "first landed date"), ("until", "landed date before which to stop")):
        parser.add_argument(
            f"--landed-{name}", type=day, metavar="DATE",
            help=f"{meaning} (UTC): write a part of the files, the same as in the whole (default: all)",
        )  # fmt: skip
    return parser


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2024-01-31") from None


def percentage(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{number} is no per cent from 0 to 100")
    return number


if __name__ == "__main__":
    sys.exit(main())
