"""A dataset that is replaced again and again: what is new lands, and nothing else."""

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ingest.portal.paging import Selection
from ingest.portal.portal import Portal
from ingest.pull import Pull, Summary
from ingest.reconcile import tombstone
from ingest.zone.folder import FolderZone
from local_portal.soda_server import SodaServer, incidents
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.landed import versions

Land = Callable[..., Summary]
ROWS = 50


@pytest.fixture
def zone(tmp_path: Path) -> FolderZone:
    return FolderZone(tmp_path)


@pytest.fixture
def pull(server: SodaServer, zone: FolderZone) -> Land:
    """A pull that folds from 20 rows on, in pages of 30."""

    def run(landed_lines: Callable[[], Iterable[bytes]] = zone.landed_lines, **how: Any) -> Summary:
        job = Pull(
            Portal(server.url),
            zone.sink(),
            zone.state_store(),
            page_rows=30,
            landed_lines=landed_lines,
            fold_from_rows=20,
            **how,
        )
        return job.run(Selection())

    return run


def landed_bytes(zone: FolderZone) -> int:
    return sum(path.stat().st_size for path in zone.landed_files())


def landed(zone: FolderZone) -> list[dict[str, Any]]:
    return [json.loads(line) for path in zone.landed_files() for line in gzip.open(path)]


def test_a_hundred_replacements(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    """Flat: after the first pull not a byte is added. Each landed all rows again before."""
    server.insert(incidents(ROWS))
    pull()
    before = landed_bytes(zone)
    for _ in range(100):
        server.replace_all()
        assert pull().rows == 0

    assert landed_bytes(zone) == before
    assert zone.state_store().load().watermark == max(str(row[":updated_at"]) for row in server.rows())


def test_what_is_new_in_a_replacement_lands(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(ROWS))
    pull()
    for number in range(1, 11):
        server.replace_all()
        server.change([f"P26{number:08}"], city=f"WHEATON {number}")
        server.insert(incidents(1, first=1000 + number))
        assert pull().rows == 2

    assert len(landed(zone)) == ROWS + 20
    newest = {row["incident_id"]: row for row in sorted(landed(zone), key=lambda row: row[":updated_at"])}
    assert {key: row["city"] for key, row in newest.items()} == {
        row["incident_id"]: row["city"] for row in server.rows()
    }


def test_a_content_that_comes_back_lands(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    """It has landed, but is not the newest that has."""
    server.insert(incidents(ROWS))
    pull()
    for city in ("WHEATON", "SILVER SPRING"):
        server.replace_all()
        server.change(["P2600000007"], city=city)
        assert pull().rows == 1

    assert [row["city"] for row in landed(zone) if row["incident_id"] == "P2600000007"] == [
        "SILVER SPRING",
        "WHEATON",
        "SILVER SPRING",
    ]


def test_a_version_between_whose_stamp_has_another_form(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    """As `load` lets it land. What the portal has now had landed before it, so that it is not the newest."""
    server.insert(incidents(ROWS), stamp="2026-11-01T10:00:00.000Z")
    pull()
    [row] = server.rows("P2600000007")
    zone.sink().land([json.dumps({**row, "city": "OLNEY", ":updated_at": "2026-11-01 20:00:00"}).encode() + b"\n"])
    server.replace_all(stamp="2026-11-01T21:00:00.000Z")

    assert pull().rows == 1


def test_an_incident_that_was_withdrawn_and_comes_back_lands(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(ROWS))
    pull()
    zone.sink().land([tombstone("P2600000007", "2026-11-01T10:00:01.500Z")])
    server.replace_all()

    assert pull().rows == 1


def test_stopped_between_two_pages(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(ROWS))
    pull()
    server.replace_all()
    server.change(["P2600000050"], city="WHEATON")

    first = pull(keep_going=lambda: False)
    second = pull()

    assert (first.rows + second.rows, first.has_more) == (1, True)
    assert len(landed(zone)) == ROWS + 1


def test_while_firehose_holds_rows_all_land(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    """The last rows that landed are not there to be looked at: a content may be another than it seems."""
    server.insert(incidents(ROWS))
    pull()
    delivered = list(zone.landed_lines())
    server.change(["P2600000007"], city="WHEATON")
    pull()
    server.replace_all()

    assert pull(landed_lines=lambda: iter(delivered)).rows == ROWS
    assert versions(server.rows()) <= versions(landed(zone))


def test_a_full_pull_and_a_first_one_leave_nothing_out(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(ROWS))
    assert pull().rows == ROWS
    job = Pull(Portal(server.url), zone.sink(), zone.state_store(), landed_lines=zone.landed_lines, fold_from_rows=20)
    assert job.run(Selection(), start_over=True).rows == ROWS


def test_at_the_command_line(
    ingest: Ingest, server: SodaServer, zone: FolderZone, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("ingest.pull.FOLD_FROM_ROWS", 20)
    monkeypatch.setenv("DISPATCH_LANDING", str(zone.root))
    server.insert(incidents(ROWS))
    assert ingest("pull") == 0
    server.replace_all()
    capsys.readouterr()

    assert ingest("pull") == 0

    assert capsys.readouterr().out == "Nothing new: the portal's 50 rows have landed\n"
    assert len(landed(zone)) == ROWS


def test_where_what_landed_cannot_be_read_all_land(pull: Land, server: SodaServer, zone: FolderZone) -> None:
    server.insert(incidents(ROWS))
    pull()
    (next(iter(zone.landed_files()))).write_bytes(b"damaged")
    server.replace_all()

    summary = pull()

    assert summary.rows == ROWS
    assert any("all land again" in notice for notice in summary.notices)
