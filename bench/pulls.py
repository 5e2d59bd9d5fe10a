"""`pull` from a portal on the loopback address beside that of `BEFORE`, sodapy and dlt."""

import gzip
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.measure import median, run
from bench.peers import python_with_peers
from bench.refreshes import ROOT, checkout_before
from local_portal.soda_server import incidents


def measure(build: Path, sizes: list[int], repeats: int) -> dict[str, object]:
    """What each takes to land so many rows, and the bytes of its files; beyond the smallest size `pull` alone."""
    measured: dict[str, object] = {}
    peers = str(python_with_peers(build))
    for rows in sizes:
        with portal(build, rows) as url:
            pull = [sys.executable, "-m", "ingest", "pull"]
            commands = {"pull": pull}
            if rows == min(sizes):
                commands["before"] = pull
                file = build / "landed-sodapy" / "rows.ndjson.gz"
                commands["sodapy"] = [peers, "bench/pull_with_sodapy.py", url, str(file)]
                commands["dlt"] = [peers, "bench/pull_with_dlt.py", url, str(build / "landed-dlt")]
            for name, command in commands.items():
                runs = []
                for _ in range(repeats):
                    folder = build / f"landed-{name}"
                    shutil.rmtree(folder, ignore_errors=True)
                    folder.mkdir()
                    checkout = checkout_before(build) if name == "before" else ROOT
                    runs.append(run(command, checkout, {"DISPATCH_PORTAL": url, "DISPATCH_LANDING": str(folder)}))
                    check(folder, rows)
                measured[f"{name} {rows}"] = {**asdict(median(runs)), "rows": rows, "bytes": bytes_of(folder)}
    return measured


@contextmanager
def portal(build: Path, rows: int) -> Iterator[str]:
    """A local portal in a process of its own with so many rows; its address."""
    file = build / f"portal-{rows}.ndjson.gz"
    if not file.exists():
        with gzip.open(file, "wt", 1, encoding="utf-8") as output:
            output.writelines(json.dumps(row) + "\n" for row in incidents(rows))
    command = [sys.executable, "-m", "local_portal", "--port", "0", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip().removeprefix("DISPATCH_PORTAL=")
        # It prints each query, and would wait for a reader once the pipe is full.
        threading.Thread(target=server.stdout.read, daemon=True).start()
        try:
            yield url
        finally:
            server.terminate()


def check(folder: Path, rows: int) -> None:
    """Raises ValueError unless each row has landed once."""
    landed = sum(gzip.decompress(file.read_bytes()).count(b"\n") for file in data_files(folder))
    if landed != rows:
        raise ValueError(f"{folder} has {landed:,} rows of {rows:,}")


def bytes_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in data_files(folder))


def data_files(folder: Path) -> list[Path]:
    """The gzipped files of rows; not what dlt keeps beside them."""
    files = (file.relative_to(folder) for file in folder.rglob("*.gz"))
    return [folder / file for file in files if not {"state", "_dlt_loads"} & set(file.parts) and "__" not in str(file)]
