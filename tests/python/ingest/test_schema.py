"""Columns of the dataset that come, go, or change."""

import pytest

from ingest.errors import PortalInconsistentError
from ingest.portal.schema import read_columns
from ingest.times import utc_now, utc_stamp
from ingest.zone.folder import FolderZone
from local_portal.soda_server import SodaServer, busy, incidents
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.landed import landed_rows

Output = pytest.CaptureFixture[str]


def test_a_new_column_lands_and_is_told_of_once(
    ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
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
    ],
)
def test_a_missing_or_retyped_column_lands_with_code_4(
    name: str, kind: str | None, words: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
) -> None:
    server.columns.pop(name)
    if kind:
        server.columns[name] = kind
    server.insert(incidents(3))

    assert ingest("pull") == 4

    told = capsys.readouterr()
    assert told.out == f"Landed 3 rows in 1 file: {zone.root}\n"
    assert told.err.startswith(f"ingest: {words}: all rows landed, but the warehouse cannot")
    # And each time from now on, whether there is something new or not.
    assert ingest("pull") == 4
    server.insert(incidents(3, first=4))
    assert ingest("pull") == 4
    assert ingest("pull", "--full") == 4
    assert ingest("pull", "--since", "2026-01-01") == 4
    assert capsys.readouterr().err.count(words) == 4


@pytest.mark.parametrize(
    ("name", "value"), [("deleted", True), ("deleted", "true"), ("row_ts", "2026-01-01T00:00:00.000Z")]
)
def test_a_column_of_a_name_that_is_this_programs(
    name: str, value: object, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
) -> None:
    """It withdraws nothing and hides no time of extraction, accepted or not; texts stay as they are."""
    server.columns[name] = "text"
    server.insert([{**row, name: value, "address": f'"{name}": 1'} for row in incidents(3)])
    before = utc_stamp(utc_now())
    assert ingest("pull") == 4

    told = capsys.readouterr().err
    assert told.startswith(
        f"ingest: the dataset has a column {name}, which lands as portal_{name} since {name} is this "
    )
    landed = landed_rows(zone.root)
    assert [row.pop(f"portal_{name}") for row in landed] == [value] * 3
    assert all("deleted" not in row and str(row["row_ts"]) >= before for row in landed)
    assert {row["address"] for row in landed} == {f'"{name}": 1'}
    assert ingest("pull") == 4
    assert ingest("pull", "--accept-columns") == ingest("pull") == 0
    assert ingest("pull", "--full") == ingest("reconcile") == 0
    assert not any(row.get("deleted") or row.get(name) == value for row in landed_rows(zone.root))


def test_a_column_that_comes_back(ingest: Ingest, server: SodaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.insert(incidents(3))
    del server.columns["city"]
    assert ingest("pull") == 4
    server.columns["city"] = "text"

    assert ingest("pull") == 0

    # Nothing is remembered: the next pull asks for no columns again.
    monkeypatch.setattr(server, "metadata", lambda: busy(500))
    assert ingest("pull", "--retries", 0) == 0


class TestAccepting:
    def test_it_lasts_until_something_else_changes(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(3))
        del server.columns["city"]
        assert ingest("pull") == 4

        assert ingest("pull", "--accept-columns") == 0

        assert "accepted: the dataset has no city" in capsys.readouterr().err
        server.insert(incidents(3, first=4))
        assert ingest("pull") == 0
        server.insert(incidents(3, first=7))
        server.columns["end_time"] = "text"
        assert ingest("pull") == 4
        told = capsys.readouterr().err
        assert "the dataset has end_time as text: all rows landed" in told
        assert "city" not in told

    def test_it_ends_when_the_column_is_back(self, ingest: Ingest, server: SodaServer) -> None:
        server.insert(incidents(3))
        del server.columns["city"]
        assert ingest("pull", "--accept-columns") == 0
        server.columns["city"] = "text"
        server.insert(incidents(3, first=4))
        assert ingest("pull") == 0
        del server.columns["city"]
        server.insert(incidents(3, first=7))

        assert ingest("pull") == 4

    def test_it_is_of_one_type(self, ingest: Ingest, server: SodaServer) -> None:
        server.insert(incidents(3))
        server.columns["end_time"] = "text"
        assert ingest("pull", "--accept-columns") == 0
        server.columns["end_time"] = "url"
        server.insert(incidents(3, first=4))

        assert ingest("pull") == 4

    @pytest.mark.parametrize("name", ["incident_id", "start_time"])
    def test_not_of_a_column_that_makes_an_incident(self, name: str, ingest: Ingest, server: SodaServer) -> None:
        server.insert(incidents(3))
        del server.columns[name]

        assert ingest("pull", "--accept-columns") == 4

    def test_with_nothing_to_accept(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(3))

        assert ingest("pull", "--accept-columns") == 0
        assert capsys.readouterr().err == ""

    def test_of_a_pull_that_was_interrupted(self, ingest: Ingest, server: SodaServer) -> None:
        server.insert(incidents(30))
        del server.columns["city"]
        server.answer_next(None, None, busy(500))
        assert ingest("pull", "--page-size", 10, "--retries", 0) == 1

        assert ingest("pull", "--page-size", 10) == 4
        assert ingest("pull", "--accept-columns") == 0
        assert ingest("pull") == 0


@pytest.mark.parametrize(
    ("kind", "words"), [("location", "geolocation is of type location"), (None, "geolocation is gone")]
)
def test_a_column_that_no_table_reads_is_told_of_once(
    kind: str | None, words: str, ingest: Ingest, server: SodaServer, capsys: Output
) -> None:
    del server.columns["geolocation"]
    if kind:
        server.columns["geolocation"] = kind
    server.insert(incidents(3))

    assert ingest("pull") == 0

    told = capsys.readouterr().err
    assert told == f"a column of the dataset has changed that no table reads: {words}\n"
    server.insert(incidents(3, first=4))
    assert ingest("pull") == 0
    assert "geolocation" not in capsys.readouterr().err


def test_a_number_that_becomes_a_text_is_no_change(ingest: Ingest, server: SodaServer) -> None:
    """Both are strings of JSON."""
    server.columns["priority"] = "number"
    server.insert(incidents(3))

    assert ingest("pull") == 0


@pytest.mark.parametrize("name", ["incident_id", "start_time"])
def test_without_a_needed_column_nothing_lands(
    name: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
) -> None:
    del server.columns[name]
    server.insert(incidents(3))

    assert ingest("pull") == 4

    assert f"has no column {name} any more" in capsys.readouterr().err
    assert landed_rows(zone.root) == []
    server.columns[name] = "text" if name == "incident_id" else "calendar_date"
    assert ingest("pull") == 0
    assert len(landed_rows(zone.root)) == 3


def test_an_unfinished_pull_checks_too(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(30))
    server.on_query = lambda query: setattr(server, "stale", ":id >" in query.parameters.get("$where", ""))
    assert ingest("pull", "--page-size", 10) == 4
    server.on_query = lambda query: None
    server.stale = False
    del server.columns["incident_id"]

    assert ingest("pull") == 4
    assert len(landed_rows(zone.root)) == 10


@pytest.mark.parametrize(
    "body",
    [
        *(b"[]", b"{}", b'{"columns":1}', b'{"columns":[{}]}', b'{"columns":[1]}', b'{"columns":{"fieldName":"city"}}'),
        *(b'{"columns":[{"fieldName":"city"}]}', b'{"columns":[{"fieldName":["city"],"dataTypeName":"text"}]}'),
    ],
)
def test_a_body_that_describes_no_dataset(body: bytes) -> None:
    with pytest.raises(PortalInconsistentError, match="not understood"):
        read_columns(body)
