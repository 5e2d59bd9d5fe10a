"""What Athena would scan, and charge: ``python -m bench.athena_costs`` writes the tables of docs/athena-costs.md.

The project is built on the local Athena (local_athena), which counts the bytes that each statement reads.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bench.generate import Feed, generate, positive, write_file
from local_athena.client import Client
from local_athena.moto_server import aws_session
from local_athena.queries import Statement
from local_athena.server import LocalAthena, local_athena

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample" / "incidents_2024-06.ndjson.gz"

WHOLE_COUNTY = 1_900_000
"""Incidents since 2018."""

DOLLARS_A_TERABYTE = 5
LEAST_CHARGED = 10_000_000
"""Athena's price, and the least bytes that it charges a statement for (docs/athena-costs.md says from where)."""

CHARGED = frozenset({"select", "create_table_as", "insert", "merge", "delete"})
"""The local Athena's names of the statements that are charged. What else a build sends is DDL, which is free."""

BUILD = ("build", "--target", "athena_local", "--selector", "refresh")


@dataclass(frozen=True)
class Warehouse:
    """The dbt project on the local Athena, in databases and a landing prefix of one name.

    Attributes:
        folder: Where dbt writes its artifacts and its log.
    """

    athena: LocalAthena
    name: str
    folder: Path

    def database(self, schema: str) -> str:
        """The database of `raw`, `staging` or `marts`."""
        return f"{self.name}_dispatch_{schema}"

    def land(self, landing: Path) -> None:
        """Uploads the files of a landing folder."""
        s3 = aws_session().client("s3", endpoint_url=self.athena.aws_endpoint)
        for file in landed_files(landing):
            s3.upload_file(str(file), "landing", f"{self.name}/{file.relative_to(landing).as_posix()}")

    def build(self, **variables: str) -> Sequence[Statement]:
        """One refresh as it is scheduled (selectors.yml), perhaps with variables of dbt.

        Returns the statements that it ran; raises RuntimeError with dbt's own words if it fails.
        """
        before = len(self.athena.statements())
        own = {name: text for name, text in self.athena.environ().items() if not name.startswith(("DISPATCH_", "DBT_"))}
        environment = {
            **own,
            "DISPATCH_LANDING": f"s3://landing/{self.name}",
            "DISPATCH_SCHEMA_PREFIX": f"{self.name}_",
        }
        folders = ("--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs"))
        dbt = str(Path(sys.executable).with_name("dbt"))
        command = [dbt, *BUILD, "--vars", json.dumps(variables), *folders]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stdout + run.stderr)
        return self.athena.statements()[before:]

    def marts(self) -> dict[str, list[str]]:
        """Every mart and its columns."""
        rows = Client(self.athena).rows(
            "select table_name, column_name from information_schema.columns "
            f"where table_schema = '{self.database('marts')}' order by table_name, ordinal_position"
        )
        marts: dict[str, list[str]] = {}
        for table, column in rows:
            marts.setdefault(str(table), []).append(str(column))
        return marts


@dataclass(frozen=True)
class Scan:
    """The bytes that each charged statement of a step read, one number a statement."""

    reads: Sequence[int]

    @property
    def scanned(self) -> int:
        return sum(self.reads)

    @property
    def charged(self) -> int:
        """Bytes that are paid for. A statement that reads nothing counts as well: the most that it can be."""
        return sum(max(LEAST_CHARGED, read) for read in self.reads)

    @property
    def dollars(self) -> float:
        return self.charged / 1e12 * DOLLARS_A_TERABYTE

    def scaled(self, factor: float) -> "Scan":
        """As if each statement read so many times as much."""
        return Scan([round(read * factor) for read in self.reads])


@dataclass(frozen=True)
class Costs:
    """Of one landing zone: its files' bytes, the two kinds of refreshes, and one view of each mart."""

    incidents: int
    landed: int
    full: Scan
    incremental: Scan
    views: Mapping[str, Scan]


def scan(statements: Iterable[Statement]) -> Scan:
    return Scan([statement.bytes_scanned for statement in statements if statement.route in CHARGED])


def measure(warehouse: Warehouse, landing: Path, newest: Path) -> Costs:
    """Builds everything when all files but the newest have landed, and again when that one has."""
    warehouse.land(landing)
    full = scan(warehouse.build())
    warehouse.land(newest)
    incremental = scan(warehouse.build())
    views = {name: view(warehouse, name, columns) for name, columns in warehouse.marts().items()}
    incidents = f'select count(*) from "{warehouse.database("marts")}"."incidents"'
    ((count,),) = Client(warehouse.athena).rows(incidents)
    landed = sum(file.stat().st_size for folder in (landing, newest) for file in landed_files(folder))
    return Costs(int(count or 0), landed, full, incremental, views)


def view(warehouse: Warehouse, mart: str, columns: Sequence[str]) -> Scan:
    """What a panel reads at most: every column, of the longest period where a mart has periods."""
    before = len(warehouse.athena.statements())
    where = " where period_id = 'all'" if "period_id" in columns else ""
    Client(warehouse.athena).run(f'select * from "{warehouse.database("marts")}"."{mart}"{where}')
    return scan(warehouse.athena.statements()[before:])


def landed_files(landing: Path) -> list[Path]:
    return sorted(landing.glob("incidents/dt=*/hh=*/*.gz"))


def hold_back_newest(landing: Path, newest: Path) -> None:
    """Moves the file that landed last into another landing folder."""
    file = landed_files(landing)[-1]
    place = newest / file.relative_to(landing)
    place.parent.mkdir(parents=True)
    file.rename(place)


def land_sample(landing: Path) -> None:
    """The bundled sample as it would have landed: each day of incidents at the day's end."""
    days = defaultdict(list)
    for line in gzip.decompress(SAMPLE.read_bytes()).decode().splitlines():
        days[json.loads(line)["start_time"][:10]].append(line)
    for day, lines in days.items():
        hour = datetime.fromisoformat(f"{day}T23:00:00+00:00")
        write_file(landing, hour, "".join(f"{line}\n" for line in lines).encode())


def land_generated(landing: Path, incidents: int) -> None:
    """So many incidents over as many days as the county takes for them; the last landed date is a busy one."""
    feed = Feed(incidents)
    generate(replace(feed, landed_until=feed.first_day + timedelta(feed.days_with_incidents)), landing)


def landings(folder: Path, incidents: int) -> Iterator[tuple[str, Path, Path]]:
    """The sample and so many generated incidents, each in a folder of its name.

    Yields the name, a landing, and another one with the file that lands last.
    """
    for name in ("sample", "generated"):
        landing, newest = folder / name / "landing", folder / name / "newest"
        if name == "sample":
            land_sample(landing)
        else:
            land_generated(landing, incidents)
        hold_back_newest(landing, newest)
        yield name, landing, newest


def tables(sample: Costs, generated: Costs) -> Iterator[str]:
    """The lines of the document's tables: what was counted, and the greater count scaled to the whole county."""
    factor = WHOLE_COUNTY / generated.incidents
    columns = (
        f"sample, {sample.incidents:,} incidents",
        f"generated, {generated.incidents:,}",
        f"{WHOLE_COUNTY:,} (scaled by {factor:.2f})",
    )
    yield f"| refresh | | {' | '.join(columns)} |"
    yield "|---|---|---|---|---|"
    landed = (sample.landed, generated.landed, round(generated.landed * factor))
    yield row("landed files", "bytes", map(megabytes, landed))
    for name in ("full", "incremental"):
        one, other = getattr(sample, name), getattr(generated, name)
        scans = (one, other, other.scaled(factor))
        yield row(name, "charged statements", (f"{len(each.reads):,}" for each in scans))
        yield row("", "of these read nothing", (f"{each.reads.count(0):,}" for each in scans))
        yield row("", "scanned", (megabytes(each.scanned) for each in scans))
        yield row("", "charged", (megabytes(each.charged) for each in scans))
        yield row("", "dollars", (f"{each.dollars:.4f}" for each in scans))
    yield ""
    yield f"| one view of | {' | '.join(columns)} | dollars |"
    yield "|---|---|---|---|---|"
    for mart, other in generated.views.items():
        scans = (sample.views[mart], other, other.scaled(factor))
        yield row(f"`{mart}`", *([megabytes(each.scanned)] for each in scans), [f"{scans[2].dollars:.5f}"])


def row(*cells: str | Iterable[str]) -> str:
    texts = [text for cell in cells for text in ([cell] if isinstance(cell, str) else cell)]
    return f"| {' | '.join(texts)} |"


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.2f} MB"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.athena_costs",
        description="Count what refreshes and views scan on the local Athena, of the sample and of generated records.",
    )
    parser.add_argument(
        "--incidents", type=positive, default=300_000, metavar="N", help="generated incidents (default 300,000)"
    )
    incidents: int = parser.parse_args(arguments).incidents
    with tempfile.TemporaryDirectory() as scratch, local_athena(Path(scratch)) as athena:
        costs = []
        for name, landing, newest in landings(Path(scratch), incidents):
            costs.append(measure(Warehouse(athena, name, Path(scratch) / name / "dbt"), landing, newest))
            print(f"{name}: {costs[-1].incidents:,} incidents counted", file=sys.stderr)
        print("\n".join(tables(*costs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
