"""Pulls through Firehose that are killed at random moments, until one gets through, once for each seed.

    python -m tests.python.ingest.killed_firehose_pulls FOLDER SEEDS

A seed has a stream and a landing zone of its own, ``seed-<N>`` in FOLDER. Its first pulls get SIGKILL at a moment drawn
from the time that a whole pull takes; after two of them one is left in peace. Each seed has a line on standard
output: how many of its pulls were killed.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from ingest.cli import main

PAGE_ROWS = 40
KILLS = 2


def start_pull(folder: Path, stream: str) -> int:
    """Starts a pull in a process of its own, and returns its id."""
    child = os.fork()
    if child == 0:
        os.environ["DISPATCH_LANDING"] = str(folder / stream)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - open as long as the process
        command = ["pull", "--sink", "firehose", "--stream", stream, "--page-size", str(PAGE_ROWS)]
        os._exit(main([*command, "--mib-per-second", "1000"]))
    return child


def exit_code_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def pull_until_one_gets_through(folder: Path, seed: int, whole_seconds: float) -> int:
    moment = random.Random(seed)
    name = f"seed-{seed}"
    killed = 0
    for _ in range(KILLS):
        child = start_pull(folder, name)
        time.sleep(moment.uniform(0.1, 0.8) * whole_seconds)
        os.kill(child, signal.SIGKILL)
        killed += exit_code_of(child) == -signal.SIGKILL
    assert exit_code_of(start_pull(folder, name)) == 0
    return killed


if __name__ == "__main__":
    for stream in ("first", "whole"):  # The first one also warms the caches.
        started = time.monotonic()
        assert exit_code_of(start_pull(Path(sys.argv[1]), stream)) == 0
        seconds = time.monotonic() - started
    for number in range(int(sys.argv[2])):
        print(pull_until_one_gets_through(Path(sys.argv[1]), number, seconds), flush=True)
