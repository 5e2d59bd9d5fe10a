"""``python -m local_portal``: the local portal by hand, until Ctrl-C."""

import argparse
import gzip
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from local_portal.soda_server import Query, Row, SodaServer, incidents


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local_portal", description=__doc__)
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="NDJSON, plain or .gz (default: 1,000 rows)"
    )
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--page-cap", type=int, default=50_000, help="most rows in an answer")
    parser.add_argument("--stale", action="store_true", help="answer as a replica that is out of date")
    parser.add_argument("--changes", type=int, default=0, metavar="N", help="rows that change before each page")
    options = parser.parse_args()
    with SodaServer(options.port) as server:
        server.page_cap, server.stale = options.page_cap, options.stale
        server.insert(row for file in options.files for row in _rows_of(file))
        if not options.files:
            server.insert(incidents(1000))
        keys = itertools.cycle([str(row["incident_id"]) for row in server.rows()])

        def on_query(query: Query) -> None:
            if query.is_page:
                server.change(itertools.islice(keys, options.changes))
            print(*(f"{name}={value}" for name, value in query.parameters.items()), sep="  ", flush=True)

        server.on_query = on_query
        print(f"DISPATCH_PORTAL={server.url}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _rows_of(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
