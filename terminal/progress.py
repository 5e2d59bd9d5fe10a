"""How far a command is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from terminal.words import counted

BAR_CHARACTERS = 30
SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_BARS = 0.1
CLEAR_LINE = "\r\x1b[K"


class Progress:
    def __init__(self, stream: TextIO | None = None, detail: Callable[[], str] = lambda: "") -> None:
        """
        Args:
            stream: Where to show it; standard error by default.
            detail: What to show behind the rows, such as ", 4.1 MB/s".
        """
        self._stream = stream or sys.stderr
        self._detail = detail
        self._on_terminal = self._stream.isatty()
        self.start(None)

    def start(self, total: int | None, done: int = 0) -> None:
        """Begins to count rows.

        Args:
            total: How many rows there will be, if that is known.
            done: How many of them an earlier run has brought; they do not count for the speed.
        """
        self._total = total
        self._done_before = done
        self._started = time.monotonic()
        self._shown = self._started if not self._on_terminal else 0.0

    def update(self, done: int) -> None:
        """Shows that so many rows are done, unless the last look was a moment ago."""
        now = time.monotonic()
        if now - self._shown < (SECONDS_BETWEEN_BARS if self._on_terminal else SECONDS_BETWEEN_LINES):
            return
        self._shown = now
        text = self.text(done)
        if self._on_terminal:
            self._stream.write(f"{CLEAR_LINE}{self._bar(done)}{text}")
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def finish(self) -> None:
        """Takes the bar away."""
        if self._on_terminal:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()

    def text(self, done: int) -> str:
        """How far it is, in words."""
        speed = (done - self._done_before) / max(time.monotonic() - self._started, 1e-3)
        rows = f"{done:,} of {counted(self._total, 'row')}" if self._total else counted(done, "row")
        return f"{rows}, {speed:,.0f} rows/s{self._detail()}"

    def _bar(self, done: int) -> str:
        if not self._total:
            return ""
        filled = min(BAR_CHARACTERS, BAR_CHARACTERS * done // self._total)
        return f"[{'#' * filled}{'.' * (BAR_CHARACTERS - filled)}] "
