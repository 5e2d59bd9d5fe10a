"""Months that differ from the portal's count, and incidents that it no longer has."""

import json
from datetime import UTC, datetime

import pytest

from ingest.reconcile import tombstone
from ingest.zone.folder import FolderZone
from ingest.zone.inventory import Inventory
from local_portal.soda_server import Query, Row, SodaServer, incidents
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.landed import incident_ids, landed_line, landed_lines, landed_rows

Output = pytest.CaptureFixture[str]


def in_two_months(count: int = 200) -> list[Row]:
    """Half of the incidents in January, half in February 2026."""
    rows = incidents(count)
    for number, row in enumerate(rows):
        row["start_time"] = f"2026-0{1 + number % 2}-15T00:{number // 60 % 60:02}:{number % 60:02}.000"
    return rows


def standing(zone: FolderZone) -> dict[str, Row]:
    """What the warehouse would have: the newest version of each incident, without those withdrawn."""
    newest: dict[str, Row] = {}
    for row in sorted(landed_rows(zone.root), key=lambda row: (str(row.get(":updated_at", "")), str(row["row_ts"]))):
        newest[str(row["incident_id"])] = row
    return {key: row for key, row in newest.items() if not row.get("deleted")}


def test_all_months_agree(ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
    server.insert(in_two_months())
    ingest("pull")
    files = zone.landed_files()
    capsys.readouterr()
    server.queries.clear()

    assert ingest("reconcile") == 0

    assert capsys.readouterr() == ("2 of 2 months agreed with the portal\n", "")
    assert zone.landed_files() == files
    assert len(server.queries) == 1


def test_a_deleted_incident_is_withdrawn(ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
    server.insert(in_two_months())
    ingest("pull")
    server.delete(["P2600000001"])
    capsys.readouterr()
    before = datetime.now(UTC).isoformat(timespec="milliseconds")[:23]

    assert ingest("reconcile") == 0

    assert capsys.readouterr().out.splitlines() == [
        "  Month  Portal  Landed  Read again  Withdrawn  Held back  Portal now  Landed now",
        "2026-01      99     100          99          1          0          99          99",
        "",
        "1 of 2 months agreed with the portal",
    ]
    [line] = [row for row in landed_rows(zone.root) if row.get("deleted")]
    now = str(line["row_ts"])
    assert line == {"incident_id": "P2600000001", "deleted": True, ":updated_at": now, "row_ts": now}
    assert before <= now[:23]
    assert now.endswith("Z")
    assert standing(zone).keys() == incident_ids(server.rows())
    # The tombstone counts from now on.
    assert ingest("reconcile") == 0
    assert capsys.readouterr().out == "2 of 2 months agreed with the portal\n"


def test_the_last_month_of_all(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    """9999-12-31 may stand for a time that nobody knows, and no month follows."""
    server.insert(in_two_months())
    server.change(["P2600000001", "P2600000002"], start_time="9999-12-31T00:00:00.000")
    ingest("pull")
    server.delete(["P2600000001"])

    assert ingest("reconcile", "--yes") == 0

    assert standing(zone).keys() == incident_ids(server.rows())


def test_an_incident_that_never_came_lands(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    """It came into sight days behind its own stamp, so that no pull asks for it."""
    server.insert(in_two_months(), stamp="2026-11-24T10:00:00.000Z")
    ingest("pull")
    late = {**incidents(1, first=900)[0], "start_time": "2026-02-01T00:00:00.000"}
    server.insert([late], stamp="2026-11-20T10:00:00.000Z")
    ingest("pull")
    assert "P2600000900" not in standing(zone)

    assert ingest("reconcile") == 0

    assert standing(zone).keys() == incident_ids(server.rows())


def test_an_incident_that_moved_to_another_month_is_not_withdrawn(
    ingest: Ingest, server: SodaServer, zone: FolderZone
) -> None:
    """Asked for by its id, and found, also where the portal answers with one row at a time."""
    server.insert(in_two_months(400))
    ingest("pull")
    server.change(["P2600000001", "P2600000003"], start_time="2027-02-20T00:00:00.000")

    def cut(query: Query) -> None:
        server.page_cap = 1 if "IN (" in query.parameters.get("$where", "") else 500

    server.on_query = cut

    assert ingest("reconcile") == 0

    assert not any(row.get("deleted") for row in landed_rows(zone.root))
    assert standing(zone)["P2600000001"]["start_time"] == "2027-02-20T00:00:00.000"
    assert standing(zone).keys() == incident_ids(server.rows())


def test_more_than_one_percent_is_not_withdrawn_unasked(
    ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
) -> None:
    server.insert(in_two_months())
    ingest("pull")
    server.delete(["P2600000001", "P2600000003"])
    capsys.readouterr()

    assert ingest("reconcile") == 4

    told = capsys.readouterr()
    assert told.out.splitlines()[1].split() == ["2026-01", "98", "100", "98", "0", "2", "98", "100"]
    assert told.err.startswith("ingest: 2 incidents are gone from the portal, more than 1 % of a month: ")
    assert len(standing(zone)) == 200

    assert ingest("reconcile", "--yes") == 0
    assert standing(zone).keys() == incident_ids(server.rows())


def test_a_month_that_the_portal_has_no_more_is_kept(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    server.insert(in_two_months())
    ingest("pull")
    server.delete(f"P26{number:08}" for number in range(1, 201, 2))

    assert ingest("reconcile") == 4
    assert len(standing(zone)) == 200


def test_a_count_that_no_reading_mends(ingest: Ingest, server: SodaServer, capsys: Output) -> None:
    """An incident that the portal shows again, with the stamp that it had, is older than its tombstone."""
    server.insert(in_two_months())
    ingest("pull")
    [row] = server.rows("P2600000001")
    server.delete(["P2600000001"])
    ingest("reconcile")
    server.insert([row])
    capsys.readouterr()

    assert ingest("reconcile") == 4

    assert "ingest: 2026-01 still differs from what the portal counts" in capsys.readouterr().err


def test_a_stale_portal_withdraws_nothing(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    server.insert(in_two_months())
    ingest("pull")
    server.delete(["P2600000001"])
    server.stale = True

    assert ingest("reconcile") == 4
    assert len(standing(zone)) == 200


@pytest.mark.parametrize("noise", ["NaN", '"\\ud800"'])
def test_what_the_warehouse_does_not_have_has_not_landed(
    noise: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
) -> None:
    """A line that is no JSON, as `load` lets it land."""
    server.insert(in_two_months(20))
    ingest("pull")
    server.insert([{**incidents(1, first=900)[0], "start_time": "2026-02-01T00:00:00.000"}])
    zone.sink().land([landed_line("P2600000900", start="2026-02-01T00:00:00.000", more=f'"x":{noise}').encode()])
    capsys.readouterr()

    assert ingest("reconcile") == 0

    assert capsys.readouterr().out.splitlines()[1].split() == ["2026-02", "11", "10", "11", "0", "0", "11", "11"]


def test_one_whose_start_has_a_blank_is_withdrawn(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    server.insert(in_two_months(20))
    ingest("pull")
    zone.sink().land([landed_line("P2600000900", start=" 2026-02-01T00:00:00.000").encode()])

    assert ingest("reconcile", "--yes") == 0

    assert standing(zone).keys() == incident_ids(server.rows())


def test_nothing_has_landed(ingest: Ingest, server: SodaServer, capsys: Output) -> None:
    assert ingest("reconcile") == 2
    assert "pull first" in capsys.readouterr().err


def test_all_that_has_landed_is_withdrawn(ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
    server.insert(in_two_months(2))
    ingest("pull")
    server.delete(["P2600000001", "P2600000002"])
    assert ingest("reconcile", "--yes") == 0
    capsys.readouterr()

    assert ingest("reconcile") == 0
    assert capsys.readouterr() == ("0 of 0 months agreed with the portal\n", "")
    server.insert(incidents(1, first=3))
    assert ingest("reconcile") == 0
    assert standing(zone).keys() == {"P2600000003"}


def test_all_that_has_landed_is_no_incident(ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
    zone.sink().land([b"no JSON\n"])
    server.insert(in_two_months(2))

    assert ingest("reconcile") == 0
    assert incident_ids([json.loads(text) for text in landed_lines(zone.root) if text != "no JSON"]) == incident_ids(
        server.rows()
    )


def test_a_damaged_file_stops_it(ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
    """What it held would look as if it had never landed."""
    server.insert(in_two_months())
    ingest("pull")
    [damaged] = zone.landed_files()
    damaged.write_bytes(damaged.read_bytes()[:-20])

    assert ingest("reconcile") == 1
    assert f"{damaged} cannot be read" in capsys.readouterr().err


def line(incident_id: str, month: str, updated_on: str | None, read_on: str) -> bytes:
    """A landed line, with days for its stamps."""
    updated_at = updated_on and f"{updated_on}T00:00:00.000Z"
    start, row_ts = f"{month}-01T00:00:00.000", f"{read_on}T00:00:00.000Z"
    return landed_line(incident_id, start=start, updated_at=updated_at, row_ts=row_ts).encode()


class TestInventory:
    def test_the_newest_version_counts(self) -> None:
        """P1 moved to March, P2 is withdrawn, P3 came back, P4 has only a version of the CSV export."""
        inventory = Inventory()
        inventory.add(
            [
                line("P1", "2026-03", "2026-11-02", "2026-11-03"),
                line("P1", "2026-02", "2026-11-01", "2026-11-09"),
                line("P2", "2026-03", "2026-11-01", "2026-11-01"),
                tombstone("P2", "2026-11-03T00:00:00.000Z"),
                tombstone("P3", "2026-11-03T00:00:00.000Z"),
                line("P3", "2026-04", "2026-11-04", "2026-11-04"),
                line(" P4 ", "2026-04", None, "2026-11-09"),
                b'{"incident_id":"P5"}\n',
                b"no JSON\n",
                b"[]\n",
                b'{"incident_id":5}\n',
            ]
        )

        assert inventory.months() == {"2026-03": 1, "2026-04": 2}
        assert inventory.incidents_of("2026-04") == {"P3", "P4"}

    def test_a_version_of_the_portal_wins_over_one_of_the_export(self) -> None:
        inventory = Inventory()
        inventory.add([line("P1", "2026-01", "2026-11-01", "2026-11-01")])
        inventory.add([line("P1", "2026-02", None, "2026-12-01")])

        assert inventory.months() == {"2026-01": 1}


class TestSeveralRowsOfAnIncident:
    """As the feed of another county had for weeks: the portal's rows are more than its incidents."""

    def test_in_one_month(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert(in_two_months())
        server.insert([{**in_two_months()[0], "disposition_desc": "OUTDATED"}])
        server.insert([{**in_two_months()[2], "disposition_desc": text} for text in "AB"])
        ingest("pull")
        files = zone.landed_files()
        capsys.readouterr()

        assert ingest("reconcile") == 0

        assert capsys.readouterr().out.splitlines() == [
            "2 of 2 months agreed with the portal",
            "Several rows of 2 incidents are on the portal: P2600000001 (2 rows), P2600000003 (3 rows)",
        ]
        assert zone.landed_files() == files

    @pytest.mark.parametrize("page_cap", [1, 50_000])
    def test_in_two_months(
        self, page_cap: int, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
    ) -> None:
        """The warehouse has it in that of the newer row."""
        server.insert(in_two_months(20))
        server.insert([{**in_two_months()[0], "start_time": "2026-02-02T00:00:00.000"}])
        ingest("pull")
        files = zone.landed_files()
        server.on_query = lambda query: setattr(
            server, "page_cap", page_cap if "incident_id" in query.parameters["$select"] else 50_000
        )
        capsys.readouterr()

        assert ingest("reconcile") == 0

        assert "Several rows of 1 incident are on the portal: P2600000001 (2 rows)" in capsys.readouterr().out
        assert zone.landed_files() == files

    def test_and_one_that_is_gone(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert(in_two_months())
        server.insert([{**in_two_months()[0], "disposition_desc": text} for text in "AB"])
        ingest("pull")
        server.delete(["P2600000003"])
        capsys.readouterr()

        assert ingest("reconcile") == 0

        lines = capsys.readouterr().out.splitlines()
        assert lines[1].split() == ["2026-01", "99", "100", "101", "1", "0", "99", "99"]
        assert lines[-1] == "Several rows of 1 incident are on the portal: P2600000001 (3 rows)"
        assert standing(zone).keys() == incident_ids(server.rows())

    def test_rows_of_no_incident(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        """The warehouse rejects them."""
        server.insert(in_two_months())
        server.insert([{"start_time": "2026-01-15T00:00:00.000", "city": "WHEATON"}])
        server.insert([{"incident_id": " ", "start_time": "2026-01-15T00:00:00.000", "city": "WHEATON"}])
        ingest("pull")

        assert ingest("reconcile") == 0


def test_a_portal_that_lists_the_same_incidents_for_ever(
    ingest: Ingest, server: SodaServer, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.insert(in_two_months())
    ingest("pull")
    server.delete(["P2600000001"])
    monkeypatch.setattr("ingest.portal.paging._all_of", lambda conditions: None)

    assert ingest("reconcile") == 4
    assert "the portal lists the same incidents again and again" in capsys.readouterr().err
