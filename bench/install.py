"""What an installation takes: ``python -m bench.install requirements/demo.txt 1938ba7:requirements.txt``.

Each lock is fetched and then installed into a new virtual environment. The times of one run compare with each other,
and with no other run's; processor time says more than time on a machine that does other work as well.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).parents[1]

OPTIONS = ("--quiet", "--disable-pip-version-check", "--require-hashes")


class Seconds(NamedTuple):
    elapsed: float
    processor: float

    @classmethod
    def now(cls) -> Self:
        """The clock, and the processor time of all children that have ended."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return cls(time.perf_counter(), children.ru_utime + children.ru_stime)

    def since(self, start: "Seconds") -> "Seconds":
        return Seconds(self.elapsed - start.elapsed, self.processor - start.processor)


@dataclass(frozen=True)
class Installation:
    """What one lock takes.

    Attributes:
        packages: How many the lock pins, on any platform.
        downloaded: Bytes of the wheels.
        installed: Bytes below the environment, without what it has when it is new.
        download: What fetching the wheels takes.
        install: What installing the fetched wheels takes.
    """

    lock: str
    packages: int
    downloaded: int
    installed: int
    download: Seconds
    install: Seconds


def measure(lock: str, python: str, scratch: Path) -> Installation:
    """Downloads and installs a lock. Raises CalledProcessError when git does not know it or pip cannot install it."""
    text = read_lock(lock)
    requirements, wheels, environment = scratch / "requirements.txt", scratch / "wheels", scratch / "environment"
    requirements.write_text(text)
    subprocess.run([python, "-m", "venv", environment], check=True)
    new = size(environment)

    def pip(*arguments: str | Path) -> Seconds:
        start = Seconds.now()
        command = [environment / "bin" / "pip", *arguments, *OPTIONS, "--requirement", requirements]
        subprocess.run(command, check=True)
        return Seconds.now().since(start)

    download = pip("download", "--no-cache-dir", "--dest", wheels)
    install = pip("install", "--no-index", "--find-links", wheels)
    packages = len(re.findall(r"^[\w.-]+.*==", text, re.MULTILINE))
    return Installation(lock, packages, size(wheels), size(environment) - new, download, install)


def read_lock(lock: str) -> str:
    """The text of a file, or of `<commit>:<file>`."""
    if ":" not in lock:
        return (ROOT / lock).read_text()
    return subprocess.run(["git", "show", lock], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def table(installations: Sequence[Installation]) -> str:
    """The document's table; the last lock is what the others are compared with."""
    last = installations[-1]
    lines = [
        "| lock | packages | downloaded | installed | fetching: time, CPU | installing: time, CPU |",
        "|---|---|---|---|---|---|",
    ]
    for each in installations:
        cells = (
            f"{each.downloaded / 1e6:.0f} MB ({each.downloaded / last.downloaded:.2f})",
            f"{each.installed / 1e6:.0f} MB ({each.installed / last.installed:.2f})",
            *(
                ", ".join(f"{one / other:.2f}" for one, other in zip(seconds, compared, strict=True))
                for seconds, compared in ((each.download, last.download), (each.install, last.install))
            ),
        )
        lines.append(f"| `{each.lock}` | {each.packages} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.install",
        description="Measure what locks take to install; shares are of the last lock, times of this run alone.",
    )
    parser.add_argument("locks", metavar="LOCK", nargs="+", help="a file, or COMMIT:FILE")
    parser.add_argument("--python", default=sys.executable, help="whose environments (default: the running one)")
    options = parser.parse_args(arguments)
    installations = []
    for lock in options.locks:
        with tempfile.TemporaryDirectory() as scratch:
            installations.append(measure(lock, options.python, Path(scratch)))
        print(f"{lock}: {installations[-1]}", file=sys.stderr)
    print(table(installations))
    return 0


if __name__ == "__main__":
    sys.exit(main())
