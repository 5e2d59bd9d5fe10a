"""What a refresh asks of S3: ``python -m bench.bucket_requests`` writes the table of infra/README.md.

The project is built on the local Athena, whose S3 logs each request of dbt and of Trino. Real Athena writes the result
of each statement, and its description, to S3 as well: two writes for each statement, which are added here.

What landed ends today: a query of the newest landed dates lists each date from these until now.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.athena_costs import Warehouse, hold_back_newest
from bench.generate import Feed, generate, positive
from local_athena.server import local_athena

DOLLARS_A_THOUSAND = {"writes": 0.005, "reads": 0.0004}
"""S3 Standard (infra/README.md says from where)."""

KINDS = {"PUT": "writes", "POST": "writes", "LIST": "writes", "GET": "reads", "HEAD": "reads"}
"""What S3 charges a method as; DELETE is free. The removal of many objects at once is a POST, and is free too: counted
here as a write, the most that it can be."""

WRITES_OF_A_STATEMENT = 2

LANDED_DATES = 365
"""Each is a partition, which the queries of all landed lines list."""


def charged(requests: Mapping[str, int], statements: int) -> dict[str, int]:
    """Requests by what they are charged as."""
    sums = Counter({"writes": WRITES_OF_A_STATEMENT * statements})
    for method, count in requests.items():
        if method in KINDS:
            sums[KINDS[method]] += count
    return {kind: sums[kind] for kind in DOLLARS_A_THOUSAND}


def dollars(counts: Mapping[str, int]) -> float:
    return sum(count / 1000 * DOLLARS_A_THOUSAND[kind] for kind, count in counts.items())


def table(measured: Mapping[str, tuple[Counter[str], int]]) -> Iterator[str]:
    yield "| refresh | statements | PUT, POST | LIST | GET, HEAD | writes | reads | dollars |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, (requests, statements) in measured.items():
        counts = charged(requests, statements)
        seen = (requests["PUT"] + requests["POST"], requests["LIST"], requests["GET"] + requests["HEAD"])
        cells = [name, *(f"{number:,}" for number in (statements, *seen, *counts.values())), f"{dollars(counts):.4f}"]
        yield f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.bucket_requests", description="Count what refreshes ask of S3 on the local Athena."
    )
    parser.add_argument(
        "--incidents", type=positive, default=100_000, metavar="N", help="generated incidents (default 100,000)"
    )
    incidents: int = parser.parse_args(arguments).incidents
    measured = {}
    with tempfile.TemporaryDirectory() as scratch, local_athena(Path(scratch)) as athena:
        landing, newest, second_newest = (Path(scratch) / name for name in ("landing", "newest", "second_newest"))
        today = datetime.now(UTC).date()
        first_day = today - timedelta(days=LANDED_DATES - 1)
        generate(Feed(incidents, first_day, LANDED_DATES, landed_until=today + timedelta(days=1)), landing)
        hold_back_newest(landing, newest)
        hold_back_newest(landing, second_newest)
        warehouse = Warehouse(athena, "generated", Path(scratch) / "dbt")
        for name, files, compared in (
            ("from nothing", landing, "never"),
            ("the first of a day", second_newest, "always"),
            ("a later one", newest, "never"),
        ):
            warehouse.land(files)
            mark = athena.read_mark()
            statements = warehouse.build(compare_all_dates=compared)
            measured[name] = (athena.object_requests(mark), len(statements))
            print(f"{name}: counted", file=sys.stderr)
        print("\n".join(table(measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
