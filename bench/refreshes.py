"""A full run and a refresh, of this commit and of `BEFORE`: what `python -m bench` measures of dbt."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from bench.measure import Taken, run

ROOT = Path(__file__).parents[1]
BEFORE = "1938ba7"
"""The commit against which the targets are set."""

NEW_VERSIONS = 500

LITTLE_MEMORY = "1800MB"
"""In which DuckDB can make every table of 1.9 million incidents, as profiles.yml.example says."""


@dataclass(frozen=True)
class Side:
    """A checkout of the project with a database of its own, which reads the same landing zone as the others."""

    name: str
    checkout: Path
    landing: Path
    database: Path

    def dbt(self, *arguments: str, profiles: Path = Path()) -> Taken:
        """Runs dbt with the profiles of a folder, by default those of the checkout."""
        places = {"DISPATCH_LANDING": str(self.landing), "DISPATCH_DUCKDB": str(self.database)}
        dbt = str(Path(sys.executable).with_name("dbt"))
        command = [dbt, "--quiet", *arguments, "--profiles-dir", str(profiles)]
        return run(command, self.checkout, {**places, "DBT_TARGET": "local"})

    def start_anew(self) -> None:
        """No table is there but the seeds, which a full run needs."""
        for file in self.database.parent.glob(f"{self.database.stem}.*"):
            file.unlink()
        self.dbt("seed")

    def seconds_by_table(self) -> dict[str, float]:
        """What the models of the last run took, each while another one ran beside it."""
        results = json.loads((self.checkout / "target" / "run_results.json").read_text())["results"]
        return {
            node["unique_id"].split(".")[-1]: node["execution_time"]
            for node in results
            if node["unique_id"].startswith("model.")
        }


def checkout_before(build: Path) -> Path:
    """A worktree of `BEFORE`, made once."""
    folder = build / "before"
    if not folder.exists():
        subprocess.run(["git", "worktree", "add", "--detach", str(folder), BEFORE], cwd=ROOT, check=True)
        shutil.copy(folder / "profiles.yml.example", folder / "profiles.yml")
    return folder


def profiles_with_little_memory(build: Path) -> Path:
    """A folder whose profile gives DuckDB `LITTLE_MEMORY`."""
    folder = build / "little-memory"
    folder.mkdir(exist_ok=True)
    setting = f"settings: {{memory_limit: {LITTLE_MEMORY}}}"
    profile = (ROOT / "profiles.yml.example").read_text()
    (folder / "profiles.yml").write_text(profile.replace(f"# {setting}", setting))
    return folder


def land_new_versions(landing: Path, of: int) -> None:
    """Lands a later version of so many incidents, all in the landed date after the last.

    Raises:
        ValueError: Fewer incidents have landed.
    """
    last = max(folder.name for folder in (landing / "incidents").glob("dt=*")).removeprefix("dt=")
    day = date.fromisoformat(last) + timedelta(days=1)
    lines = list(islice(later_versions(landing, day), of))
    if len(lines) < of:
        raise ValueError(f"{landing} has {len(lines):,} incidents, fewer than {of:,}")
    folder = landing / "incidents" / f"dt={day}" / "hh=12"
    folder.mkdir(parents=True)
    (folder / "new-versions.ndjson.gz").write_bytes(gzip.compress("".join(lines).encode(), 6, mtime=0))


def later_versions(landing: Path, day: date) -> Iterator[str]:
    """Lines of incidents as they landed last, each once, with another disposition and later stamps."""
    seen = set()
    for file in sorted((landing / "incidents").glob("dt=*/hh=*/*.gz"), reverse=True):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and row.get("incident_id") and row["incident_id"] not in seen:
                seen.add(row["incident_id"])
                stamps = {":updated_at": f"{day}T12:00:00.000Z", "row_ts": f"{day}T12:20:00.000Z"}
                yield json.dumps({**row, "disposition_desc": "CORRECTED", **stamps}, separators=(",", ":")) + "\n"
