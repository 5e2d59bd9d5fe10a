"""``make bench``: measures this commit beside an older one and beside other software, and writes bench/RESULTS.md.

Everything is measured on one machine, since only the ratios mean anything elsewhere. What one part has measured is kept
in build/bench, so that the parts can be run one by one: ``python -m bench --part answers``.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from bench import answers, demo, picture, profiles, publishing, pulls, report
from bench.generate import Feed, generate
from bench.measure import Taken, median, run
from bench.refreshes import NEW_VERSIONS, ROOT, Side, checkout_before, land_new_versions, profiles_with_little_memory

BUILD = ROOT / "build" / "bench"
PROFILED = 8
"""Tables; half of a full run's processor time and more."""

PARTS = ["dbt", "profiles", "report", "answers", "publishing", "pulls", "demo"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--incidents", type=int, nargs="+", default=[1_000, 240_000, 1_900_000], help="sizes of what has landed"
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 1_000_000], help="rows that are pulled")
    parser.add_argument("--repeats", type=int, default=3, help="the median of so many runs")
    parser.add_argument("--alone", action="store_true", help="of dbt: this commit alone, a full run and a refresh")
    parser.add_argument(
        "--part", choices=[*PARTS, "results"], action="append", help="default: all; results measures nothing"
    )
    options = parser.parse_args(arguments)
    BUILD.mkdir(parents=True, exist_ok=True)
    wanted = options.part or PARTS
    if "dbt" in wanted:
        for size in options.incidents:
            measure_dbt(size, options.repeats, alone=options.alone)
    if "profiles" in wanted:
        keep({"profiles": measure_profiles(options.incidents[-1])})
    if "report" in wanted:
        keep({"report": measure_report(options.incidents[-1])})
    if "answers" in wanted:
        # Of two copies of a version of which one is damaged none is the newer: the polars script may take the other.
        landing = landing_of(options.incidents[-1], malformed_pct=0.0)
        keep({"answers": {**answers.measure(BUILD, landing, options.repeats), "incidents": options.incidents[-1]}})
    if "publishing" in wanted:
        keep({"publishing": publishing.measure(sys.executable, BUILD / "answers.duckdb", options.repeats)})
    if "pulls" in wanted:
        keep({"pulls": pulls.measure(BUILD, options.rows, options.repeats)})
    if "demo" in wanted:
        keep({"demo": demo.measure(options.repeats)})
    (ROOT / "bench" / "RESULTS.md").write_text(report.text(measured()), encoding="utf-8")
    if sizes := report.sizes_of(measured()):
        picture.draw(measured(), sizes, ROOT / "bench")


def landing_of(incidents: int, malformed_pct: float = Feed.malformed_pct) -> Path:
    """A generated landing zone of that size, made once."""
    landing = BUILD / f"landing-{incidents}-{malformed_pct:g}"
    if not landing.exists():
        generate(Feed(incidents, malformed_pct=malformed_pct), landing)
    return landing


def measure_dbt(incidents: int, repeats: int, alone: bool) -> None:
    """A full run, a refresh and a build of a refresh, of this commit and `BEFORE` by turns; or of this alone."""
    landing = landing_of(incidents)
    checkouts = {"now": ROOT} if alone else {"before": checkout_before(BUILD), "now": ROOT}
    sides = [
        Side(name, checkout, landing, BUILD / f"{name}-{incidents}.duckdb") for name, checkout in checkouts.items()
    ]
    taken: dict[str, dict[str, list[Taken]]] = {}

    def time(what: str, side: Side, *arguments: str, name: str = "", profiles: Path = Path()) -> None:
        runs = taken.setdefault(what, {}).setdefault(name or side.name, [])
        runs.append(side.dbt(*arguments, profiles=profiles))
        tell(f"{incidents:,} incidents, {what}, {name or side.name}: {runs[-1]}")

    for _ in range(repeats):
        for side in sides:
            side.start_anew()
            time("full run", side, "run")
    tables = {side.name: side.seconds_by_table() for side in sides}
    if not alone:
        anew, little = ("run", "--full-refresh"), profiles_with_little_memory(BUILD)
        for _ in range(repeats):
            time("all tables anew", sides[-1], *anew)
            time("all tables anew", sides[-1], *anew, "--exclude", *sorted(report.NEW_TABLES), name=report.WITHOUT_NEW)
            time("all tables anew", sides[-1], *anew, name=report.IN_LITTLE_MEMORY, profiles=little)
    commands = {"refresh": "run"} if alone else {"refresh": "run", "build of a refresh": "build"}
    for what, command in commands.items():
        for _ in range(repeats):
            land_new_versions(landing, NEW_VERSIONS)
            for side in sides:
                time(what, side, command)
    if not alone:
        for _ in range(repeats):
            land_new_versions(landing, NEW_VERSIONS)
            time("build of a refresh", sides[-1], "build", "--selector", "refresh", name="now, make pull")
    keep({
        f"dbt {incidents}": {
            what: {name: asdict(median(runs)) for name, runs in by_side.items()} for what, by_side in taken.items()
        },
        f"tables {incidents}": {"seconds": tables, "rows": rows_of_marts(sides[-1].database)},
    })  # fmt: skip


def rows_of_marts(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return dict(
            connection.sql(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        )


def measure_profiles(incidents: int) -> dict[str, profiles.Profile]:
    """What DuckDB does for the tables that take longest, in the database of the part "dbt"."""
    tables = measured().get(f"tables {incidents}")
    if tables is None:
        sys.exit(f"the tables of {incidents:,} incidents are not measured yet: run python -m bench --part dbt first")
    side = Side("now", ROOT, landing_of(incidents), BUILD / f"now-{incidents}.duckdb")
    return profiles.measure(side, report.longest(tables["seconds"]["now"])[:PROFILED])


def measure_report(incidents: int) -> dict[str, float]:
    """The report of five periods, the longest among them, from the database of the part "dbt"."""
    page = BUILD / "report.html"
    taken = run(
        [sys.executable, "-m", "report", "--target", "local", "--output", str(page), "--periods", "all"],
        ROOT,
        {"DISPATCH_DUCKDB": str(BUILD / f"now-{incidents}.duckdb")},
    )
    tell(f"{incidents:,} incidents, report: {taken}")
    return {**asdict(taken), "incidents": incidents, "megabytes": page.stat().st_size / 1e6}


def measured() -> dict[str, Any]:
    """What has been measured so far, by part."""
    file = BUILD / "measured.json"
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def keep(part: dict[str, object]) -> None:
    (BUILD / "measured.json").write_text(json.dumps({**measured(), "cores": os.cpu_count(), **part}, indent=1))


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
