"""A pull that is killed before any step has lost nothing and left nothing half-written, and the next one goes on."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ingest.zone.folder import FolderZone
from ingest.zone.state import FileStateStore
from local_portal.soda_server import SodaServer, incidents
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.killed_pulls import PAGE_ROWS
from tests.python.ingest.landed import landed_rows, versions


def test_killed_at_each_step(
    server: SodaServer, ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages, cut within batches that share a stamp."""
    for first in (1, 31):
        server.insert(incidents(30, first))
    killed = subprocess.run(
        [sys.executable, "-m", "tests.python.ingest.killed_pulls", str(tmp_path)],
        env={**os.environ, "DISPATCH_PORTAL": server.url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    pulls = [json.loads(line) for line in killed.stdout.splitlines()]
    whole = pulls.pop()
    # A page lands, its folder is synced (which is the acknowledgement), the cursor moves. The watermark comes last.
    begin, page, end = ["sync file", "cursor"], ["sync file", "land", "sync file", "cursor"], ["sync file", "watermark"]
    assert [step for step in whole if step != "sync folder"] == [*begin, *page, *page, *end]
    assert whole[whole.index("land") + 1] == "sync folder"
    assert pulls == [whole[:number] for number in range(1, len(whole) + 1)]

    for number, step in enumerate(whole, start=1):
        moment = f"killed before step {number}, {step}"
        zone = FolderZone(tmp_path / str(number))
        # What the warehouse reads now is whole, and the state does not say more than is there.
        run = FileStateStore(zone.state / "pull.json").load().run
        assert (run.rows if run else 0) <= len(landed_rows(zone.root)), moment

        monkeypatch.setenv("DISPATCH_LANDING", str(zone.root))
        assert ingest("pull", "--page-size", PAGE_ROWS) == 0, moment

        landed = landed_rows(zone.root)
        assert versions(landed) == versions(server.rows()), moment
        assert max(Counter(str(row["incident_id"]) for row in landed).values()) <= 2, moment
        assert list(zone.incoming.iterdir()) == [], moment
