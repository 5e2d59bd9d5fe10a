"""`make demo` in a fresh clone, of this commit and of `BEFORE`, without what it installs."""

import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.measure import Taken, median, run
from bench.refreshes import BEFORE, ROOT

INSTALLED = (".venv/installed", ".venv/installed-demo")
"""What make would make by installing: before, and now."""


def measure(repeats: int) -> dict[str, dict[str, float]]:
    """What each takes, by turns; of the commit now as it is committed."""
    runs: dict[str, list[Taken]] = {"before": [], "now": []}
    for _ in range(repeats):
        for name, commit in (("before", BEFORE), ("now", "HEAD")):
            with tempfile.TemporaryDirectory() as folder:
                clone = Path(folder) / "dispatch"
                subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
                subprocess.run(["git", "checkout", "--quiet", "--detach", commit], cwd=clone, check=True)
                runs[name].append(run(command(), clone, {}))
    return {name: asdict(median(taken)) for name, taken in runs.items()}


def command() -> list[str]:
    """`make demo` with the programs of this environment."""
    done = [option for file in INSTALLED for option in ("--assume-old", file)]
    return ["make", "--no-print-directory", *done, f"BIN={Path(sys.executable).parent}", "demo"]
