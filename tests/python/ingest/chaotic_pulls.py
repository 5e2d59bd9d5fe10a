"""Runs commands of the ingest one after the other, each in a process of its own that may be killed, by another clock.

    python -m tests.python.ingest.chaotic_pulls

Reads an order a line from standard input, such as ``{"arguments": ["pull"], "clock": "2026-11-20T10:00:00+00:00",
"killed_before": 3}``, and answers each with the exit code, which is that of a signal where the command was killed. A
step is a call that makes a file, a name or a folder durable, as in `killed_pulls`.
"""

import json
import os
import sys
import traceback
from datetime import datetime, tzinfo
from typing import Self

import ingest.times
from ingest.cli import main
from tests.python.ingest.steps import DURABLE, kill_before

TRACEBACK = 70
"""The exit code of a command that has ended in one."""


def run(arguments: list[str], clock: str, killed_before: int | None) -> int:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromisoformat(clock).astimezone(tz)

    kill_before(killed_before, DURABLE)
    vars(ingest.times)["datetime"] = Clock
    try:
        return main(arguments)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else TRACEBACK
    except BaseException:
        traceback.print_exc()
        return TRACEBACK


def obey() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            code = run(**json.loads(line))
            sys.stdout.flush()
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    obey()
