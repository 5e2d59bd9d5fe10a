"""Columns of the dataset that come, go, or change."""

import pytest

from ingest.errors import DamagedBodyError
from ingest.landing import LandingZone
from ingest.schema import read_columns
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.landed import landed_rows
from tests.python.soda_server import SodaServer, incidents

Output = pytest.CaptureFixture[str]


def test_a_new_column_lands_and_is_told_of_once(
    ingest: Ingest, server: SodaServer, zone: LandingZone, capsys: Output
) -> None:
    server.columns["weapon"] = "text"
    server.insert([{**row, "weapon": "none"} for row in incidents(3)])

    assert ingest("pull") == 0

    told = capsys.readouterr().err
    assert told.startswith("the dataset has columns that this program does not know: weapon; ")
    assert {row["weapon"] for row in landed_rows(zone.root)} == {"none"}
    server.insert(incidents(3, first=4))
    assert ingest("pull") == 0
    assert "weapon" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("sector", None, "the dataset has no sector"),
        ("end_time", "text", "the dataset has end_time as text"),
        ("geolocation", "location", "the dataset has geolocation as location"),
    ],
)
def test_a_missing_or_retyped_column_lands_with_code_4(
    name: str, kind: str | None, words: str, ingest: Ingest, server: SodaServer, zone: LandingZone, capsys: Output
) -> None:
    server.columns.pop(name)
    if kind:
        server.columns[name] = kind
    server.insert(incidents(3))

    assert ingest("pull") == 4

    told = capsys.readouterr()
    assert told.out == f"Landed 3 rows in 1 file: {zone.root}\n"
    assert told.err.startswith(f"ingest: {words}: all rows landed as they are")
    # The rows have landed, so that there is nothing left to complain of.
    assert ingest("pull") == 0


def test_a_number_that_becomes_a_text_is_no_change(ingest: Ingest, server: SodaServer) -> None:
    """Both are strings of JSON."""
    server.columns["priority"] = "number"
    server.insert(incidents(3))

    assert ingest("pull") == 0


@pytest.mark.parametrize("name", ["incident_id", "start_time"])
def test_without_a_needed_column_nothing_lands(
    name: str, ingest: Ingest, server: SodaServer, zone: LandingZone, capsys: Output
) -> None:
    del server.columns[name]
    server.insert(incidents(3))

    assert ingest("pull") == 4

    assert f"has no column {name} any more" in capsys.readouterr().err
    assert landed_rows(zone.root) == []
    server.columns[name] = "text" if name == "incident_id" else "calendar_date"
    assert ingest("pull") == 0
    assert len(landed_rows(zone.root)) == 3


def test_an_unfinished_pull_checks_too(ingest: Ingest, server: SodaServer, zone: LandingZone) -> None:
    server.insert(incidents(30))
    server.on_query = lambda query: setattr(server, "stale", ":id >" in query.parameters.get("$where", ""))
    assert ingest("pull", "--page-size", 10) == 4
    server.on_query = lambda query: None
    server.stale = False
    del server.columns["incident_id"]

    assert ingest("pull") == 4
    assert len(landed_rows(zone.root)) == 10


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"columns":[{}]}', b'{"columns":1}'])
def test_a_body_that_describes_no_dataset(body: bytes) -> None:
    with pytest.raises(DamagedBodyError):
        read_columns(body)
