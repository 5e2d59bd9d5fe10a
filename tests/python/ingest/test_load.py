"""Files that people have land as the portal's API would have sent their rows, and bad ones land not at all."""

import csv
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.files import load as load_module
from ingest.zone.folder import FolderZone
from local_portal.soda_server import Row
from tests.python.ingest.conftest import LOADED_AT, Load
from tests.python.ingest.files import as_ndjson, as_portal_page, rows, write_csv
from tests.python.ingest.landed import incident_ids, landed_lines, landed_rows

EXPORT = Path(__file__).parent / "data" / "portal_export.csv"


@pytest.fixture
def export() -> list[list[str]]:
    """The header of the real export and its rows, to be spoiled."""
    with EXPORT.open(newline="") as file:
        return list(csv.reader(file))


class TestExport:
    def test_a_real_row_with_everything(self, load: Load, zone: FolderZone) -> None:
        """The first of ten real rows; each value was compared with the export by hand."""
        load(EXPORT)

        assert landed_rows(zone.root)[0] == {
            "incident_id": "P1800421363",
            "start_time": "2018-12-06T15:40:42.000",
            "end_time": "2018-12-06T15:56:34.000",
            "priority": "0",
            "initial_type": "ASSAULT",
            "close_type": "ASSAULT",
            "address": "MT PISGAH LN / MT PISGAH RD",
            "city": "SILVER SPRING",
            "state": "MD",
            "zip": "20903",
            "longitude": "-76.9768852",
            "latitude": "39.01519468",
            "police_district_number": "3D",
            "sector": "H2",
            "pra": "138",
            "calltime_callroute": "155",
            "calltime_dispatch": "175",
            "calltime_arrive": "437",
            "calltime_cleared": "952",
            "callroute_dispatch": "19",
            "dispatch_arrive": "261",
            "arrive_cleared": "514",
            "disposition_desc": "DISORDERLYCONDUCT",
            "geolocation": {"type": "Point", "coordinates": [-76.9769, 39.0152]},
            "row_ts": LOADED_AT,
        }

    def test_a_real_row_never_dispatched(self, load: Load, zone: FolderZone) -> None:
        load(EXPORT)

        row = landed_rows(zone.root)[2]
        assert row["incident_id"] == "P1900328286"
        assert row["zip"] == "20815"
        assert (row["calltime_callroute"], row["calltime_cleared"]) == ("405", "7193")
        empty = {"calltime_dispatch", "calltime_arrive", "callroute_dispatch", "dispatch_arrive", "arrive_cleared"}
        assert empty.isdisjoint(row)

    def test_the_other_real_rows(self, load: Load, zone: FolderZone) -> None:
        summary = load(EXPORT)

        rows = {row["incident_id"]: row for row in landed_rows(zone.root)}
        assert (summary.rows, summary.objects, summary.unreadable) == (10, 1, 0)
        assert len(rows) == 10
        assert rows["P2300150811"]["initial_type"] == "SUSPICIOUS CIRC, PERSONS, VEHICLE"
        assert rows["P1800303217"]["crash_reports"] == "180043701"
        assert rows["P1800303217"]["end_time"] == "2018-09-01T22:46:14.000"
        assert rows["P2000263756"]["address"] == "6600 BLK  BRIGADOON DR"
        # Just past midnight: 12:58:57 AM is 00:58:57.
        assert rows["P1800353541"]["start_time"] == "2018-10-12T00:58:57.000"
        assert rows["P1800353541"]["latitude"] == "39.07981"
        assert not any("cr_number" in row for row in rows.values())

    def test_a_location_in_another_form_stays(
        self, load: Load, zone: FolderZone, tmp_path: Path, export: list[list[str]]
    ) -> None:
        export[1][-1] = "(39.0152, -76.9769)"

        load(write_csv(tmp_path / "x.csv", export[:2]))

        assert landed_rows(zone.root)[0]["geolocation"] == "(39.0152, -76.9769)"

    def test_the_apis_own_csv(self, load: Load, zone: FolderZone, tmp_path: Path, export: list[list[str]]) -> None:
        """Its names, and its system fields where they were asked for."""
        renamed = {"Crime Reports": "cr_number", "Beat": "sector", "Location": "geolocation"}
        header = [renamed.get(name, name.lower().replace(" ", "_")) for name in export[0]]
        header += [":id", ":updated_at", ":@computed_region_6vgr_duib", "Body Camera"]
        row = [*export[1], "row-a", "2026-11-24T10:00:00.000Z", "5", "yes"]

        load(write_csv(tmp_path / "x.csv", [header, row]))

        landed = landed_rows(zone.root)[0]
        assert (landed["sector"], landed[":id"], landed[":updated_at"]) == ("H2", "row-a", "2026-11-24T10:00:00.000Z")
        assert landed["body_camera"] == "yes"
        assert ":@computed_region_6vgr_duib" not in landed

    def test_missing_columns_are_named(
        self, load: Load, zone: FolderZone, tmp_path: Path, export: list[list[str]]
    ) -> None:
        path = write_csv(tmp_path / "x.csv", [[name for name in export[0] if name not in ("Beat", "Zip", "Location")]])

        with pytest.raises(UsageError, match=r"x.csv: this is no export of the dataset: its header lacks zip, sector;"):
            load(path)

    def test_columns_that_the_dataset_lacks_are_named(
        self, load: Load, tmp_path: Path, export: list[list[str]]
    ) -> None:
        renamed = ["Began" if name == "Start Time" else name for name in export[0]]

        with pytest.raises(UsageError, match=r"its header lacks start_time; it has 'began'"):
            load(write_csv(tmp_path / "x.csv", [renamed]))

    def test_a_column_twice_is_refused(self, load: Load, tmp_path: Path, export: list[list[str]]) -> None:
        path = write_csv(tmp_path / "x.csv", [[*export[0], "sector"]])

        with pytest.raises(UsageError, match="two columns for sector"):
            load(path)

    def test_a_cut_row_is_refused(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(EXPORT.read_bytes()[:2500])

        with pytest.raises(UsageError, match=r"line 10 has 4 cells where the header has 26: it may be cut off"):
            load(path)
        assert landed_lines(zone.root) == []

    @pytest.mark.parametrize(
        ("rest", "lines", "words"),
        [
            ("", 1, "unexpected end of data, in line 3"),
            ("\nP2,,,", 50_000, "unexpected end of data, in line 50,003"),
            ('\nP2,,,,"CIRC, PERSONS"', 1, "',' expected after '\"', in line 4"),
            ("\nP2,,,,,,,", 100_000, "field larger than field limit (1000000), in line 100,002"),
        ],
    )
    def test_a_quotation_that_is_not_closed(
        self, load: Load, tmp_path: Path, export: list[list[str]], rest: str, lines: int, words: str
    ) -> None:
        """The sentence names the line that has the mark, however far behind the reader stumbles."""
        path = tmp_path / "x.csv"
        text = write_csv(path, export[:2]).read_text()
        path.write_text(f'{text}P1,,,"SUSPICIOUS{rest * lines}')

        told = rf"line 3 is not whole: a quotation mark in it is not closed, .* \({re.escape(words)}"
        with pytest.raises(UsageError, match=told):
            load(path)

    def test_a_long_cell_is_no_fault(
        self, load: Load, zone: FolderZone, tmp_path: Path, export: list[list[str]]
    ) -> None:
        export[1][8] = "x" * 140_000

        load(write_csv(tmp_path / "x.csv", export[:2]))

        assert landed_rows(zone.root)[0]["address"] == export[1][8]

    def test_a_spreadsheets_export(self, load: Load, zone: FolderZone, tmp_path: Path, export: list[list[str]]) -> None:
        """With a byte order mark, CRLF, and a blank line at the end."""
        export[1][8] = 'A "B", C\u2028Ñ\nD'
        path = write_csv(tmp_path / "x.csv", export[:2])
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\nP", b"\r\nP") + b"\r\n")

        load(path)

        assert landed_rows(zone.root)[0]["address"] == 'A "B", C\u2028Ñ\nD'
        assert landed_rows(zone.root)[0]["incident_id"] == "P1800421363"


class TestJson:
    @pytest.mark.parametrize(
        ("name", "write"),
        [
            ("rows.ndjson", as_ndjson),
            ("rows.csv", as_ndjson),
            ("page.json", as_portal_page),
            ("page", as_portal_page),
            ("pretty.json", lambda sent: json.dumps(sent, indent=1, ensure_ascii=False)),
            ("mark.json", lambda sent: "\ufeff" + as_portal_page(sent)),
            ("commas.ndjson", lambda sent: as_ndjson(sent).replace("}\n", "},\r\n")),
            ("commas_but_the_last.ndjson", lambda sent: as_ndjson(sent)[:-1].replace("}\n", "} ,\n")),
            ("marks.json", lambda sent: "\ufeff\ufeff" + as_portal_page(sent)),
            ("crlf.ndjson", lambda sent: as_ndjson(sent).replace("\n", "\r\n\r\n")),
            ("pretty_objects.json", lambda sent: "\n".join(json.dumps(row, indent=2) for row in sent)),
        ],
    )
    @pytest.mark.parametrize("gzipped", [False, True])
    def test_rows_stay_as_they_are(
        self, load: Load, zone: FolderZone, tmp_path: Path, name: str, write: Callable[[list[Row]], str], gzipped: bool
    ) -> None:
        sent = rows(50)
        path = tmp_path / f"{name}{'.gz' if gzipped else ''}"
        data = write(sent).encode()
        path.write_bytes(gzip.compress(data) if gzipped else data)

        summary = load(path)

        assert landed_rows(zone.root) == [{**row, "row_ts": LOADED_AT} for row in sent]
        assert (summary.rows, summary.unreadable) == (50, 0)

    def test_bytes_of_a_row_stay_as_they_are(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "x.ndjson"
        row = as_ndjson(rows(1))[:-2] + ', "body" : "caf\\u00e9 \\/ X", "longitude":1.50, "longitude":2e0'
        path.write_text(f" {row} }} ")

        load(path)

        assert landed_lines(zone.root) == [f'{row},"row_ts":"{LOADED_AT}"}}']

    def test_rows_that_landed_elsewhere_keep_their_time(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "x.ndjson"
        line = '{"incident_id":"P1","start_time":"2025-01-01T00:00:00.000","row_ts":"2025-01-01T00:00:00.000Z"}'
        path.write_text(f"{line}\n")

        load(path)

        assert landed_lines(zone.root) == [line]

    def test_lines_that_are_no_objects_land_as_they_are(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        bad = [
            '{"incident_id":"P2","a',
            "no json",
            "[1]",
            "17",
            '{"a":NaN}',
            '{"a":-Infinity}',
            '{"a":1,}',
            '{"a":"\\ud83d"}',
            '{"a":1}}',
            "{'a':1}",
            '"text"',
            "{" * 5000,
        ]
        path = tmp_path / "x.ndjson"
        path.write_text(as_ndjson(rows(1)) + "\n".join(bad))

        summary = load(path)

        assert landed_lines(zone.root)[1:] == bad
        assert (summary.rows, summary.unreadable) == (13, 12)
        assert summary.first_unreadable.startswith("line 2: character 21: Unterminated string")

    def test_a_bad_first_line(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "x.ndjson.gz"
        path.write_bytes(gzip.compress(b"oh no\n" + as_ndjson(rows(1)).encode()))

        assert load(path).unreadable == 1

    def test_a_bad_line_cannot_split(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        """The warehouse ends a line at a carriage return too."""
        path = tmp_path / "x.ndjson"
        path.write_bytes(as_ndjson(rows(1)).encode() + b"bad\rline\r\n")

        load(path)

        assert landed_lines(zone.root)[1] == "bad line"

    @pytest.mark.parametrize(
        "text",
        ['{"error":true,"message":"No such column"}', '[{"error":true}]', '{"type":"Feature"}\n{"type":"Feature"}\n'],
    )
    def test_rows_of_something_else_are_refused(self, load: Load, zone: FolderZone, tmp_path: Path, text: str) -> None:
        path = tmp_path / "x.json"
        path.write_text(text)

        with pytest.raises(
            UsageError,
            match=r"(row|line) 1 has no incident_id, without which a row is no incident: it has '(error|type)",
        ):
            load(path)
        assert landed_lines(zone.root) == []

    def test_a_page_that_was_cut_is_refused(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "x.json"
        path.write_text(as_portal_page(rows(50))[:-100])

        with pytest.raises(
            UsageError, match=r"x.json: it is no whole JSON array of rows: row 50 is no whole JSON object"
        ):
            load(path)
        assert landed_lines(zone.root) == []

    def test_a_line_longer_than_the_warehouse_reads(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "x.ndjson"
        path.write_text(as_ndjson(rows(1)) + "x" * 1_000_001)

        with pytest.raises(UsageError, match="line 2 has more than 1,000,000 characters"):
            load(path)


def test_a_big_page_is_read_bit_by_bit(
    load: Load, zone: FolderZone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every way in which a bit can end inside a row, and every landed file of moderate size."""
    monkeypatch.setattr("ingest.files.json_rows._CHUNK_CHARACTERS", 17)
    monkeypatch.setattr(load_module, "CHUNK_CHARACTERS", 5_000)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(rows(100), indent=1))

    summary = load(path)

    assert landed_rows(zone.root) == [{**row, "row_ts": LOADED_AT} for row in rows(100)]
    assert summary.objects > 5
    sizes = [len(gzip.decompress(file.read_bytes())) for file in zone.landed_files()]
    assert max(sizes) < 6_000


def test_a_file_lands_whole_or_not_at_all(
    load: Load, zone: FolderZone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bad byte comes after several landed files' worth of rows."""
    monkeypatch.setattr(load_module, "CHUNK_CHARACTERS", 5_000)
    path = tmp_path / "x.ndjson"
    path.write_bytes(as_ndjson(rows(100)).encode() + b'{"incident_id":"\xff"}\n')

    with pytest.raises(UsageError, match=r"soon after row \d+ is no UTF-8; convert it, as iconv"):
        load(path)
    assert landed_lines(zone.root) == []
    assert list(zone.incoming.iterdir()) == []


@pytest.mark.parametrize("spoil", [lambda data: data[:-300], lambda data: data[:500] + b"\x00" * 40 + data[540:]])
def test_a_damaged_gzip_file(load: Load, zone: FolderZone, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x.ndjson.gz"
    path.write_bytes(spoil(gzip.compress(as_ndjson(rows(200)).encode())))

    with pytest.raises(UsageError, match=r"x.ndjson.gz: its gzip stream is damaged or cut off soon after row"):
        load(path)
    assert landed_lines(zone.root) == []


def test_gzip_members_one_behind_another(load: Load, zone: FolderZone, tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(b"".join(gzip.compress(as_ndjson([row]).encode()) for row in rows(3)))

    load(path)

    assert len(incident_ids(landed_rows(zone.root))) == 3


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file(load: Load, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)

    with pytest.raises(UsageError, match=r"x.csv: it is empty"):
        load(path)


@pytest.mark.parametrize(
    "text",
    [
        EXPORT.read_text().partition("\n")[0],
        EXPORT.read_text().partition("\n")[0] + "\n,,\n",
        "[]\n",
        "[][]",
        '{"type":"FeatureCollection","features":[]}',
    ],
)
def test_a_file_without_rows(load: Load, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)

    with pytest.raises(UsageError, match=r"x.csv: it has no rows"):
        load(path)


def test_no_file(load: Load, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x.csv cannot be opened: No such file or directory"):
        load(tmp_path / "x.csv")
    with pytest.raises(UsageError, match="cannot be opened: Is a directory"):
        load(tmp_path)
