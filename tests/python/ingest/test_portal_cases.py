"""Answers of the portal that pulls have met, and lines of another program: what is right for each."""

import gzip
import json

import pytest

from ingest.zone.folder import FolderZone
from ingest.zone.state import FileStateStore, State
from local_portal.soda_server import Answer, SodaServer, incidents
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.files import CASES
from tests.python.ingest.landed import landed_rows

Output = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", ["01_probe_without_newest.json", "13_probe_stamp_without_zone.json"])
@pytest.mark.parametrize("arguments", [[], ["--full"], ["--since", "2026-01-01"]])
def test_a_probe(
    name: str, arguments: list[str], ingest: Ingest, server: SodaServer, store: FileStateStore, zone: FolderZone
) -> None:
    """Not understood: nothing lands, and no watermark is stored that a later pull cannot read."""
    server.insert(incidents(8))
    server.answer_next(Answer(body=(CASES / name).read_bytes()))

    assert ingest("pull", *arguments) == 4

    assert store.load() == State()
    assert landed_rows(zone.root) == []
    assert ingest("pull") == 0
    assert len(landed_rows(zone.root)) == 8


def test_two_rows_of_an_incident(ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
    server.insert(json.loads((CASES / "11_two_rows_of_an_incident.json").read_text()))
    ingest("pull")
    landed = zone.landed_files()
    capsys.readouterr()

    assert ingest("reconcile") == ingest("reconcile") == 0

    assert "P2600900001 (2 rows)" in capsys.readouterr().out
    assert zone.landed_files() == landed


def test_a_column_that_no_table_reads(
    ingest: Ingest, server: SodaServer, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = Answer(body=(CASES / "12_columns_location.json").read_bytes())
    monkeypatch.setattr(server, "metadata", lambda: description)
    server.insert(incidents(8))

    assert ingest("pull") == 0
    assert "geolocation is of type location" in capsys.readouterr().err


def test_lines_of_another_program(ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
    """With blanks behind the colons."""
    folder = zone.incidents / "dt=2026-11-29" / "hh=04"
    folder.mkdir(parents=True)
    lines = (CASES / "21_lines_of_another_lambda.ndjson").read_bytes()
    (folder / "a.gz").write_bytes(gzip.compress(lines))

    assert ingest("status") == 0

    newest = max(json.loads(line)["start_time"] for line in lines.splitlines())
    assert newest == "2026-11-07T06:40:42.000"
    assert "Newest incident  2026-11-07 06:40:42, Montgomery County time" in capsys.readouterr().out
