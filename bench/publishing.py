"""Publishing the marts of a build to a PostgreSQL on this machine."""

from dataclasses import asdict
from pathlib import Path

import duckdb

from bench.measure import median, run
from bench.refreshes import ROOT
from grafana.publish import NOT_PUBLISHED
from tests.python.grafana.postgres import run_server


def measure(python: str, database: Path, repeats: int) -> dict[str, object]:
    """What the command takes, and how many rows it copies, incidents among them."""
    with run_server() as server:
        server.create_database("marts")
        places = {"DISPATCH_DUCKDB": str(database), "DISPATCH_POSTGRES": server.url("marts")}
        runs = [run([python, "-m", "grafana.publish"], ROOT, places) for _ in range(repeats)]
    return {**asdict(median(runs)), "rows": rows_of_marts(database)}


def rows_of_marts(database: Path) -> int:
    """The rows of all tables that are published."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        published = [f"select count(*) as rows from marts.{name}" for (name,) in names if name not in NOT_PUBLISHED]
        ((rows,),) = connection.execute(f"select sum(rows) from ({' union all '.join(published)})").fetchall()
    return int(rows)
