"""Write the bundled sample anew from the published figures.

    python -m sample.make_sample

The same figures and tables give the same lines, byte for byte; tests/python/sample proves it of the committed file.
README.md tells how the records are made, and what is invented in them.
"""

import argparse
import gzip
import json
import random
from pathlib import Path

from sample.addresses import give_addresses
from sample.clock import give_times
from sample.counts import count_records
from sample.descriptions import describe_records
from sample.durations import give_durations
from sample.placement import drop_dispatch_times, place_records
from sample.portal import portal_rows
from sample.published import read_figures
from sample.tables import read_tables

HERE = Path(__file__).parent
FIGURES = HERE.parent / "tests" / "published" / "june_2024.yml"
SAMPLE = HERE / "incidents_2024-06.ndjson.gz"
SEED = 20240610


def make_sample(figures_path: Path = FIGURES) -> bytes:
    """Return the sample as NDJSON: one incident a line, in the portal's JSON shape, oldest first.

    Raises ValueError if the figures and the tables beside this file contradict each other.
    """
    rng = random.Random(SEED)
    figures = read_figures(figures_path)
    tables = read_tables(figures)
    records = count_records(figures, tables, rng)
    place_records(figures, tables, records, rng)
    drop_dispatch_times(figures, records, rng)
    describe_records(figures, tables, records, rng)
    give_durations(figures, tables, records, rng)
    give_addresses(tables, records, rng)
    give_times(records, rng)
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in portal_rows(records, rng)).encode()


def main() -> None:
    """Write the sample to the file that is committed, or to another."""
    parser = argparse.ArgumentParser(description="Write the bundled sample anew from the published figures.")
    parser.add_argument("--out", type=Path, default=SAMPLE, help="file to write (default: %(default)s)")
    out: Path = parser.parse_args().out
    lines = make_sample()
    # No file name and no time in the header, so that the same lines give the same file.
    with out.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(lines)
    print(f"{len(lines.splitlines()):,} incidents written to {out}")


if __name__ == "__main__":
    main()
