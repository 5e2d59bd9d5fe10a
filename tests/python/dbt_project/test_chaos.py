"""After rounds of pulls in which everything goes wrong that can, the marts are those of a clean landing."""

import os
import signal
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from local_portal.soda_server import SodaServer
from tests.python.dbt_project.chaos import Chaos, commands
from tests.python.dbt_project.project import Project, Row

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "200"))
SEED = int(os.environ.get("CHAOS_SEED", "20261129"))


def marts(project: Project) -> dict[str, list[Row]]:
    """Every mart but the two about landing itself, and without the time of extraction."""
    project.build_tables()
    tables = project.tables("marts")
    del tables["marts.data_health"], tables["marts.data_status"]
    return {
        name: [{column: value for column, value in row.items() if column != "row_ts"} for row in rows]
        for name, rows in tables.items()
    }


def test_marts_are_those_of_a_clean_landing(manifest: Manifest, tmp_path: Path) -> None:
    chaotic, clean = Project(tmp_path / "chaotic", manifest), Project(tmp_path / "clean", manifest)
    chaotic.folder.mkdir()
    clean.folder.mkdir()
    with SodaServer() as server:
        chaos = Chaos(server, chaotic.landing, SEED)
        chaos.run(ROUNDS)
        portal = {row["incident_id"]: row for row in server.rows()}
        with commands(clean.landing, server) as (orders, answers):
            print(
                '{"arguments": ["pull"], "clock": "2030-01-01T00:00:00+00:00", "killed_before": null}',
                file=orders,
                flush=True,
            )
            assert answers.readline() == "0\n"

    # Everything has happened, and much has landed more than once.
    assert {0, 1, 3, 4, -signal.SIGKILL} <= chaos.codes.keys(), chaos.codes
    assert len(chaotic.landed_lines()) > 1.2 * len(clean.landed_lines()), f"seed {SEED}"

    after_chaos, after_peace = marts(chaotic), marts(clean)

    assert {row["incident_id"] for row in after_peace["marts.incidents"]} == portal.keys()
    differing = [name for name in after_peace if after_chaos[name] != after_peace[name]]
    assert differing == [], f"seed {SEED}, {ROUNDS} rounds"
