"""Pulls again and again, each time into a landing zone of its own, and each time killed one step later.

    python -m tests.python.ingest.killed_pulls FOLDER

A step is a call that makes a file, a name or a folder durable: a crash can come between these and nothing else. The
N-th pull gets SIGKILL before its N-th step, and has FOLDER/N for its zone. The last one gets through. Each has a line
on standard output that names its steps, up to the one that it was killed before.
"""

import itertools
import json
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Any

from ingest.cli import main
from tests.python.ingest.steps import DURABLE, kill_before

PAGE_ROWS = 40


def name_of_step(call: str, *arguments: Any) -> str:
    if call == "fsync":
        return "sync folder" if stat.S_ISDIR(os.fstat(arguments[0]).st_mode) else "sync file"
    source, target = arguments
    if target.name != "pull.json":
        return "land"
    return "cursor" if json.loads(source.read_text())["run"] else "watermark"


def pull(zone: Path, killed_before: int, told: int) -> int:
    """Pulls into a zone, and tells the name of each step through a file descriptor before it is taken."""
    kill_before(killed_before, DURABLE, lambda *step: os.write(told, f"{name_of_step(*step)}\n".encode()))
    os.environ["DISPATCH_LANDING"] = str(zone)
    sys.stdout = sys.stderr
    return main(["pull", "--page-size", str(PAGE_ROWS)])


def pull_until_one_gets_through(folder: Path) -> None:
    for number in itertools.count(1):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(pull(folder / str(number), number, writing))
        os.close(writing)
        with os.fdopen(reading) as told:
            print(json.dumps(told.read().splitlines()), flush=True)
        exit_code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if exit_code != -signal.SIGKILL:
            sys.exit(exit_code)


if __name__ == "__main__":
    pull_until_one_gets_through(Path(sys.argv[1]))
