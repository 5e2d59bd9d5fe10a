"""bench/RESULTS.md from what was measured: each target of the plan, what was measured, and what a missed one lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import picture
from bench.refreshes import LITTLE_MEMORY

NOTES = {
    "full run": (
        "A third of its time goes into the lines, a quarter into tables that are new. `explain analyze`, below: four "
        "fifths of what the lines take are expressions: one look at a line that spares 28 texts a cleaning one by one, "
        "its MD5, its JSON, nine numbers and four times. What would help most: cleaning a line where it lands, "
        "and marts made anew for the days that changed alone."
    ),
    "memory": (
        "DuckDB keeps what it has read until four fifths of the machine's memory are taken. Where it may not "
        "(`memory_limit` in profiles.yml), the next line, it takes as long."
    ),
    "refresh": (
        "All marts are made anew. What would reach it: counts by day, kept from run to run, made anew for days that "
        "changed, for the marts by street, cell, address and area; and fewer tables, for with 1,000 incidents, below, "
        "dbt itself takes more than a quarter of before."
    ),
    "build": (
        "The marts are made anew, as in the refresh, and there are more unit tests, which `make pull` leaves out."
    ),
    "new tables": (
        "`response_times` and `response_stages`, half of it, take percentiles of the times of each incident for each "
        "of five kinds of area, with and without priority, in each period that has it: medians and their intervals add "
        "up from no other table's. `explain analyze` of the first, below: handing the rows of each period on to ten "
        "grouping sets, filling their hash tables and sorting lists take a third each. Tried: counts by whole second "
        "(those of zip codes alone are more than all incidents), input in order, enums, numbers for names, histograms; "
        "none of it, or too little. What would reach it: a third of what the new tables take, which is as much as "
        "`response_times` alone."
    ),
    "growth": "The marts are made anew, so that their part grows with the data.",
    "pull": (
        "More than half of the time the local portal takes, which is Python as well and answers all alike. What would "
        "help: asking for the next page while one is written. gzip by isal is quicker, but its files are larger, "
        "and stay."
    ),
    "demo": "It makes more tables than before, tests them with more tests, and draws the report, which before had not.",
    "athena": ("The marts read all incidents, made anew each time, and there are a third more of them than before."),
    "publishing": "The server has the same cores, and writes every row to its log as well.",
    "polars": "polars keeps nothing: no table of lines, no rejected ones, none of the other marts.",
}
"""Why a target may be missed, and what would reach it."""

GROWS_FROM = 240_000
"""Incidents with which the growth of a refresh begins, where so many were measured."""

NEW_TABLES = frozenset(
    (
        "counts_in_cells_by_group",
        "data_status",
        "disposition_glossary",
        "incident_list",
        "periods_before",
        "q04_streets_by_city",
        "q05_hotspots_by_group",
        "q18_street_priority_mix",
        "q22_response_by_area",
        "q23_change",
        "q24_streets_by_month",
        "q25_repeat_addresses",
        "response_stages",
        "response_times",
    )
)
"""Marts that `BEFORE` lacks, and what serves these alone."""

WITHOUT_NEW = "now, without the new tables"
"""How a run is called that makes all other tables anew."""

IN_LITTLE_MEMORY = f"now, {LITTLE_MEMORY} for DuckDB"
"""How one is called that makes all tables anew with no more memory."""

ATHENA_COSTS = Path(__file__).parents[1] / "docs" / "athena-costs.md"

ATHENA_BEFORE_MB = 4_956.14
"""Charged for an incremental refresh before, at 1.9 million incidents: that page in commit 1938ba7."""

SLOWEST = 25
"""Tables that the page lists."""


@dataclass(frozen=True)
class Row:
    """A target: a number that may not be passed, or with `is_least` one that must be reached."""

    what: str
    target: float
    measured: float | None
    note: str = ""
    is_least: bool = False

    def __str__(self) -> str:
        target = f"{self.target:,}" if self.target >= 1000 else f"{self.target:g}"
        bound = f"at {'least' if self.is_least else 'most'} {target}"
        if self.measured is None:
            return f"| {self.what} | {bound} | not measured yet | |"
        reached = self.measured >= self.target if self.is_least else self.measured <= self.target
        said = "reached" if reached else f"missed. {NOTES.get(self.note, '')}"
        decimals = 0 if self.target >= 1000 else 2
        return f"| {self.what} | {bound} | {self.measured:,.{decimals}f} | {said} |"


def text(measured: Mapping[str, Any]) -> str:
    """The page. What was not measured stands there as such."""
    sizes = sizes_of(measured)
    compared = [size for size in sizes if "before" in measured[f"dbt {size}"]["full run"]]
    rows = [
        *dbt_rows(measured, compared),
        *answers_rows(measured.get("answers")),
        *pull_rows(measured.get("pulls", {})),
        *demo_rows(measured.get("demo")),
        *athena_rows(ATHENA_COSTS.read_text()),
        *report_rows(measured.get("report")),
        Row("rows/s published to PostgreSQL", 250_000, rate(measured.get("publishing")), "publishing", is_least=True),
    ]
    return "\n".join([
        "# Results",
        "",
        f"Written by `make bench` on a machine of {measured.get('cores', '?')} cores that may have done other work.",
        "Before is commit 1938ba7. Each figure is the median of as many runs as stand beside it below. Shares are of "
        "time; those of processor time, which are steadier, stand below.",
        "",
        "| what | target | measured | |",
        "|---|---|---|---|",
        *map(str, rows),
        "",
        *figures(measured, sizes),
        *slowest(measured, compared),
        *explained(measured.get("profiles")),
        "",
        f"![What a full run and a refresh take, by the number of incidents]({picture.FILE})",
    ]) + "\n"  # fmt: skip


def sizes_of(measured: Mapping[str, Any]) -> list[int]:
    """How many incidents dbt was measured with, ascending."""
    return sorted(int(name.split()[1]) for name in measured if name.startswith("dbt "))


def dbt_rows(measured: Mapping[str, Any], sizes: list[int]) -> list[Row]:
    """Targets of full runs and refreshes, at the greatest size."""
    largest: Mapping[str, Any] = measured[f"dbt {sizes[-1]}"] if sizes else {}
    first = GROWS_FROM if GROWS_FROM in sizes[:-1] else sizes[0] if len(sizes) > 1 else None
    smallest: Mapping[str, Any] = measured[f"dbt {first}"] if first else {}

    def share(of: str, now: str = "now") -> float | None:
        return largest[of][now]["seconds"] / largest[of]["before"]["seconds"] if now in largest.get(of, {}) else None

    anew = largest.get("all tables anew", {})
    little = anew[IN_LITTLE_MEMORY]["peak_mb"] / 1000 if anew else None
    grows = largest["refresh"]["now"]["seconds"] / smallest["refresh"]["now"]["seconds"] if smallest else None
    at = f", {sizes[-1]:,} incidents" if sizes else ""
    growth = f" from {first:,} to {sizes[-1]:,} incidents" if first else ""
    return [
        Row(f"`dbt run` from nothing{at}, of before", 0.45, share("full run"), "full run"),
        Row("its peak memory, GB", 2, largest["full run"]["now"]["peak_mb"] / 1000 if largest else None, "memory"),
        Row(f"that where DuckDB has {LITTLE_MEMORY}, GB", 2, little, "memory"),
        Row("`dbt run` with 500 new versions, of before", 0.25, share("refresh"), "refresh"),
        Row(f"its growth{growth}", 3, grows, "growth"),
        Row("`dbt build` with 500 new versions, of before", 0.4, share("build of a refresh"), "build"),
        Row(
            "that of `make pull` (selector refresh), of before",
            0.4,
            share("build of a refresh", "now, make pull"),
            "refresh",
        ),
        *new_table_rows(anew, measured.get(f"tables {sizes[-1]}") if sizes else None),
    ]


def new_table_rows(anew: Mapping[str, Any], tables: Mapping[str, Any] | None) -> list[Row]:
    """What the tables that `BEFORE` lacks add to a run, and how large the largest of them are."""
    names = ("q05_hotspots_by_group", "q24_streets_by_month")
    adds = anew["now"]["seconds"] / anew[WITHOUT_NEW]["seconds"] - 1 if anew else None
    rows = sum(tables["rows"][name] for name in names) if tables else None
    return [
        Row("what the new tables add to a run that makes all anew, of one without them", 0.25, adds, "new tables"),
        Row(f"rows of {' and '.join(names)}", 4_000_000, rows),
    ]


def athena_rows(costs: str) -> list[Row]:
    """Targets of an incremental refresh on the local Athena, at the greatest size, from the page of what it costs."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in costs.splitlines() if line.startswith("|")]
    first = next(number for number, row in enumerate(cells) if row[:2] == ["incremental", "charged statements"])
    charged = next(row for row in cells[first:] if row[1] == "charged")
    megabytes = float(charged[-1].removesuffix(" MB").replace(",", ""))
    return [
        Row("charged statements of an incremental refresh on the local Athena", 120, float(cells[first][-1])),
        Row("bytes charged for it, of those before", 0.35, megabytes / ATHENA_BEFORE_MB, "athena"),
    ]


def report_rows(report: Mapping[str, Any] | None) -> list[Row]:
    if not report:
        return [Row("seconds of the report of five periods", 15, None)]
    at = f"{report['incidents']:,} incidents"
    return [
        Row(f"seconds of the report of five periods, {at}", 15, report["seconds"]),
        Row("its megabytes", 5, report["megabytes"]),
    ]


def answers_rows(answers: Mapping[str, Any] | None) -> list[Row]:
    of = "questions 1 to 18 with polars"
    if not answers:
        return [Row(f"a full run of time of {of}", 2, None), Row(f"a full run of memory of {of}", 1, None)]
    ours, theirs = answers["dbt"], answers["polars"]
    return [
        Row(f"full run, of the time of {of}", 2, ours["seconds"] / theirs["seconds"], "polars"),
        Row(f"full run, of the memory of {of}", 1, ours["peak_mb"] / theirs["peak_mb"]),
    ]


def pull_rows(pulls: Mapping[str, Any]) -> list[Row]:
    """Targets of `pull`, against the others at the smallest size and itself at the greatest."""
    sizes = sorted(figures["rows"] for name, figures in pulls.items() if name.startswith("pull "))
    if not sizes:
        return [
            Row("`pull`, times sodapy's rows/s", 4, None, is_least=True),
            Row("`pull`, times dlt's", 15, None, is_least=True),
        ]
    first, last = pulls[f"pull {sizes[0]}"], pulls[f"pull {sizes[-1]}"]
    return [
        *(
            Row(
                f"`pull`, times {name}'s rows/s",
                target,
                pulls[f"{name} {sizes[0]}"]["seconds"] / first["seconds"],
                "pull",
                True,
            )
            for name, target in (("sodapy", 4), ("dlt", 15))
        ),
        Row("bytes of its files, of before", 1.3, first["bytes"] / pulls[f"before {sizes[0]}"]["bytes"]),
        Row(f"its peak memory with {sizes[-1]:,} rows, MB", 120, last["peak_mb"]),
        Row(f"that, of the memory with {sizes[0]:,}", 1.1, last["peak_mb"] / first["peak_mb"]),
    ]


def demo_rows(demo: Mapping[str, Any] | None) -> list[Row]:
    what = "`make demo` in a fresh clone, without what it installs, of before"
    return [Row(what, 0.6, demo["now"]["seconds"] / demo["before"]["seconds"] if demo else None, "demo")]


def rate(taken: Mapping[str, float] | None) -> float | None:
    """Rows a second."""
    return taken["rows"] / taken["seconds"] if taken else None


def figures(measured: Mapping[str, Any], sizes: list[int]) -> list[str]:
    """Everything as it was measured, but for single tables."""
    lines = ["## In figures", "", "| what | runs | time, s | processor time, s | peak, MB |", "|---|---|---|---|---|"]
    for size in sizes:
        for what, sides in measured[f"dbt {size}"].items():
            lines += [line(f"{what}, {size:,} incidents, {side}", taken) for side, taken in sides.items()]
            if "before" in sides:
                share = sides["now"]["cpu_seconds"] / sides["before"]["cpu_seconds"]
                lines.append(f"| {what}, {size:,} incidents: share of the processor time before | | | {share:.2f} | |")
    if answers := measured.get("answers"):
        lines += [line(f"answers: {name}", answers[name]) for name in ("polars", "dbt")]
    lines += [
        line(f"{name} rows, {taken['bytes'] / 1e6:.1f} MB of files", taken)
        for name, taken in measured.get("pulls", {}).items()
    ]
    for name, taken in measured.get("demo", {}).items():
        lines.append(line(f"make demo, {name}", {**taken, "peak_mb": None}))
    if publishing := measured.get("publishing"):
        lines.append(line(f"publishing {publishing['rows']:,} rows to PostgreSQL", publishing))
    if report := measured.get("report"):
        lines.append(line(f"report of five periods, {report['incidents']:,} incidents", report))
    if answers:
        lines += ["", f"{answers['cells']:,} cells of the polars script's tables are equal to those of the marts."]
    return lines


def slowest(measured: Mapping[str, Any], sizes: list[int]) -> list[str]:
    """The tables that take longest, before and now."""
    tables = measured.get(f"tables {sizes[-1]}") if sizes else None
    if not tables:
        return []
    before, now = tables["seconds"]["before"], tables["seconds"]["now"]
    return [
        "",
        f"## The tables that take longest, {sizes[-1]:,} incidents",
        "",
        "As dbt times them in the last full run, two side by side.",
        "",
        "| table | before, s | now, s |",
        "|---|---|---|",
        *(
            f"| `{name}` | {f'{before[name]:.1f}' if name in before else ''} | {now[name]:.1f} |"
            for name in longest(now)[:SLOWEST]
        ),
    ]


def longest(seconds: Mapping[str, float]) -> list[str]:
    """The tables in the order of what they take, the longest first."""
    return sorted(seconds, key=seconds.__getitem__, reverse=True)


def explained(profiles: Mapping[str, Any] | None) -> list[str]:
    """What DuckDB does for the tables that take longest."""
    if not profiles:
        return []
    return [
        "",
        "## What DuckDB does for those that take longest",
        "",
        "`explain analyze` of what a full run does for each, one table at a time on all cores. The steps are DuckDB's "
        "operators with a tenth of the processor time or more: PROJECTION cleans texts, reads JSON and sorts lists, "
        "HASH_GROUP_BY fills hash tables and takes percentiles, CTE hands rows on to the grouping sets and fills "
        "theirs.",
        "",
        "| table | processor time, s | peak of DuckDB's memory, MB | steps |",
        "|---|---|---|---|",
        *(
            f"| `{table}` | {profile['seconds']:.1f} | {profile['peak_mb']:,.0f} | {steps(profile)} |"
            for table, profile in profiles.items()
        ),
    ]


def steps(profile: Mapping[str, Any]) -> str:
    """The operators that take a tenth of the time or more, the longest first."""
    operators = profile["operators"]
    shares = {name: operators[name] / profile["seconds"] for name in longest(operators)}
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share >= 0.1)


def line(what: str, taken: Mapping[str, Any]) -> str:
    peak = "" if taken["peak_mb"] is None else f"{taken['peak_mb']:,.0f}"
    return f"| {what} | {taken.get('runs', '')} | {taken['seconds']:.1f} | {taken['cpu_seconds']:.1f} | {peak} |"
