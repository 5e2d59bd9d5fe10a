"""Child processes that end with this one, and free ports for them."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_SECONDS = 10.0
LOG_LINES = 20


class ChildDiedError(RuntimeError):
    """A child ended before it was told to."""


class Child:
    """A program whose standard input is a pipe that nobody writes to.

    The program must end when that input closes (`end_with_parent` here, LocalTrino.java there). `stop` closes it,
    and the operating system does when this process ends in any other way, killed included. Output goes to `log`.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as output:
            # A session of its own keeps a terminal's Ctrl-C away from the child: it is stopped in order.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=env, cwd=cwd, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def check(self) -> None:
        """Raises ChildDiedError with the end of the log when the program is no longer running."""
        if self._process.poll() is None:
            return
        lines = self.log.read_text(errors="replace").splitlines()
        raise ChildDiedError("\n".join([f"{self.name} ended by itself. The end of {self.log}:", *lines[-LOG_LINES:]]))

    def stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def end_with_parent() -> None:
    """Called by a Python program that runs as a `Child`: ends it when its standard input closes."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
