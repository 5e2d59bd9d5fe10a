"""Bytes a row and relative time of gzip's levels on the bundled sample: ``python -m bench.gzip_levels``."""

import gzip
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample" / "incidents_2024-06.ndjson.gz"
ROUNDS = 50


def main() -> None:
    """Prints a line for each level; times are multiples of level 1's in the same run."""
    lines = gzip.decompress(SAMPLE.read_bytes())
    rows = lines.count(b"\n")
    first = 0.0
    for level in (1, 5, 6):
        start = time.process_time()
        for _ in range(ROUNDS):
            packed = gzip.compress(lines, level)
        took = time.process_time() - start
        first = first or took
        print(f"level {level}: {len(packed) / rows:.0f} B a row, {took / first:.1f} times the time of level 1")


if __name__ == "__main__":
    main()
