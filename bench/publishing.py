"""Publishing the marts of a build to a PostgreSQL on this machine."""

import tempfile
from dataclasses import asdict
from pathlib import Path

import duckdb

from bench.measure import median, run
from bench.refreshes import ROOT
from grafana.local_postgres import run_server
from grafana.publish import NOT_PUBLISHED


def measure(python: str, database: Path, repeats: int) -> dict[str, object]:
    """What the command takes, and how many rows it copies, those of `incident_list` among them."""
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as server:
        server.create_reader("of no use here")
        places = {"DISPATCH_DUCKDB": str(database), "DISPATCH_POSTGRES": server.url()}
        runs = [run([python, "-m", "grafana.publish"], ROOT, places) for _ in range(repeats)]
    return {**asdict(median(runs)), "rows": rows_of_marts(database)}


def rows_of_marts(database: Path) -> int:
    """The rows of all tables that are published."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        published = [f"select count(*) as rows from marts.{name}" for (name,) in names if name not in NOT_PUBLISHED]
        ((rows,),) = connection.execute(f"select sum(rows) from ({' union all '.join(published)})").fetchall()
    return int(rows)
