"""What a command takes: time, processor time and memory."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """What one command, or the median of several, took.

    Attributes:
        seconds: From its start to its end.
        cpu_seconds: Processor time, of its children too.
        peak_mb: The most memory that it held, without its children, in 1e6 bytes.
        runs: How many they were.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    runs: int = 1

    def __str__(self) -> str:
        return f"{self.seconds:,.1f} s, {self.cpu_seconds:,.1f} s of processor time, {self.peak_mb:,.0f} MB"


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Taken:
    """Runs the command in a folder, with variables besides those of this process.

    Raises:
        RuntimeError: It failed; with what it had to say.
    """
    with tempfile.TemporaryFile("w+") as log:
        start, peak_kib = time.perf_counter(), 0
        child = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log)
        ended, status, usage = os.wait4(child.pid, os.WNOHANG)
        while not ended:
            peak_kib = max(peak_kib, high_water_mark(child.pid))
            time.sleep(0.02)
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
        taken = Taken(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak_kib * 1024 / 1e6)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {log.read()[-2000:]}")
    return taken


def high_water_mark(process: int) -> int:
    """The most memory that it has held so far, in KiB; on Linux alone, 0 elsewhere and at its end.

    What the kernel says of a process that has ended counts what this one held when it began that.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def median(runs: Sequence[Taken]) -> Taken:
    """The median of each figure."""
    return Taken(
        seconds=statistics.median(each.seconds for each in runs),
        cpu_seconds=statistics.median(each.cpu_seconds for each in runs),
        peak_mb=statistics.median(each.peak_mb for each in runs),
        runs=len(runs),
    )
