"""Pulls through Firehose that are killed at random steps, until one gets through, once for each seed.

    python -m tests.python.ingest.killed_firehose_pulls FOLDER SEEDS

A step is a call that sends a part of a request, or that makes a file, a name or a folder durable: what the portal,
Firehose and the disk know of a pull changes with these and nothing else. A seed has a stream and a landing zone of its
own, ``seed-<N>`` in FOLDER. Its first two pulls get SIGKILL before steps that are drawn from those of a whole pull; the
third is left in peace. Each seed has a line on standard output: how many of its pulls were killed.
"""

import os
import random
import signal
import socket
import sys
from pathlib import Path

from ingest.cli import main
from tests.python.ingest.steps import DURABLE, kill_before

PAGE_ROWS = 40
STEPS = (*DURABLE, (socket.socket, "sendall"))


def pull(folder: Path, stream: str, killed_before: int | None = None) -> tuple[int, int]:
    """Pulls in a process of its own, and returns its exit code and how many steps it has begun."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        kill_before(killed_before, STEPS, lambda *_: os.write(writing, b"."))
        os.environ["DISPATCH_LANDING"] = str(folder / stream)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - open as long as the process
        command = ["pull", "--sink", "firehose", "--stream", stream, "--page-size", str(PAGE_ROWS)]
        os._exit(main([*command, "--mib-per-second", "1000"]))
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        steps = len(told.read())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), steps


def pull_until_one_gets_through(folder: Path, seed: int, steps: int) -> int:
    """The second pull goes on where the first has ended, so it has at least what was left of the steps."""
    draw = random.Random(seed)
    first = draw.randint(1, steps - 1)
    second = draw.randint(1, steps - first)
    killed = [pull(folder, f"seed-{seed}", step)[0] for step in (first, second)].count(-signal.SIGKILL)
    assert pull(folder, f"seed-{seed}")[0] == 0
    return killed


if __name__ == "__main__":
    exit_code, steps_of_a_whole_pull = pull(Path(sys.argv[1]), "whole")
    assert exit_code == 0
    for number in range(int(sys.argv[2])):
        print(pull_until_one_gets_through(Path(sys.argv[1]), number, steps_of_a_whole_pull), flush=True)
