"""What the first bytes of a file say that it is: read, or named with what to do instead."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import UsageError
from ingest.zone.folder import FolderZone
from tests.python.ingest.conftest import LOADED_AT, Load
from tests.python.ingest.files import GOOD, as_ndjson, as_portal_page, good_cells, rows, set_cell, write_csv
from tests.python.ingest.landed import landed_lines, landed_rows

EXAMPLE_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def archive(*names: str, first: bytes = b"x") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, first)
    return data.getvalue()


def rows_json(sent: list[dict[str, object]]) -> dict[str, object]:
    """The portal's rows.json: the columns of the system first, a computed region last."""
    names = [*sent[0], *({"cr_number", "crash_reports"} if "city" in sent[0] else ())]
    system = [":sid", ":id", ":position", ":created_at", ":created_meta", ":updated_at", ":updated_meta", ":meta"]
    columns = [*system, *names, ":@computed_region_6vgr_duib"]
    return {
        "meta": {"view": {"id": "98cc-bc7d", "columns": [{"name": name, "fieldName": name} for name in columns]}},
        "data": [
            ["row-1", "00000000", 0, 1428597123, None, 1428597123, None, "{ }", *(row.get(name) for name in names), "5"]
            for row in sent
        ],
    }


def geojson(sent: list[dict[str, object]]) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": row["geolocation"],
                "properties": {**{key: row[key] for key in row if key != "geolocation"}, "crash_reports": None},
            }
            for row in sent
        ],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    }


def ods() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "x")
    return data.getvalue()


OTHERS = {
    "zip": (archive("a.csv"), "a ZIP archive: unpack it"),
    "empty zip": (archive(), "a ZIP archive: unpack it"),
    "xlsx": (archive("[Content_Types].xml", "xl/workbook.xml"), r"an Excel workbook \(.xlsx.*save it as CSV"),
    "xlsx of another program": (archive("_rels/.rels", "xl/workbook.xml"), r"an Excel workbook \(.xlsx"),
    "docx": (archive("[Content_Types].xml", "word/document.xml"), r"a Word document \(.docx"),
    "numbers": (archive("Index/Document.iwa"), "a Numbers document .*export it as CSV"),
    "ods": (ods(), "an OpenDocument file .*save its sheet as CSV"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), r"an old Excel workbook \(.xls\): save it as CSV"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF: take the portal's CSV export"),
    "parquet": (b"PAR1\x15\x04\x15\x10\x15\x14L\x15\x02", "a Parquet file: write it as CSV"),
    "sqlite": (b"SQLite format 3\x00\x10\x00", "an SQLite database"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive: unpack it"),
    "xz": (b"\xfd7zXZ\x00\x00\x04", "compressed by xz: unpack it"),
    "bzip2": (b"BZh91AY&SY", "compressed by bzip2: unpack it"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "compressed by zstd: unpack it"),
    "tar": (b"a.csv" + bytes(252) + b"ustar\x0000", "a tar archive: unpack it"),
    "R": (gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03"), "an R data file: write it as CSV"),
    "gzipped twice": (gzip.compress(gzip.compress(b"x")), "gzipped twice: unpack it once"),
    "rtf": (b"{\\rtf1\\ansi", "a rich text document"),
    "another program's": (bytes(range(256)) * 4, "no text, but something that only its own program reads"),
    "html": (
        b"\n <!DOCTYPE html>\n<html><body>403</body></html>",
        r"a page of the web \(HTML\).*take the portal's CSV",
    ),
    "html without a head": (b"<table><tr><td>Incident_ID</td></tr></table>", "a page of the web"),
    "html in xml": (f'{EXAMPLE_XML}<html xmlns="http://www.w3.org/1999/xhtml">'.encode(), "a page of the web"),
    "rdf": (f'{EXAMPLE_XML}<rdf:RDF xmlns:rdf="http://x"/>'.encode(), "the portal's RDF: take the portal's CSV export"),
    "xml": (f"{EXAMPLE_XML}<response><row>".encode(), "XML: take the portal's CSV export"),
    "xml workbook": (f"{EXAMPLE_XML}<Workbook>".encode(), r"an Excel workbook \(XML\): save it as CSV"),
    "odata": (b'{"@odata.context":"x","value":[{}]}', "the portal's OData: take the portal's CSV export"),
}


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("gzipped", [False, True])
def test_another_form_is_named(load: Load, zone: FolderZone, tmp_path: Path, what: str, gzipped: bool) -> None:
    data, words = OTHERS[what]
    if gzipped and data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    path = tmp_path / "download.csv"
    path.write_bytes(gzip.compress(data) if gzipped else data)

    with pytest.raises(UsageError, match=f"download.csv: it is {words}.*; nothing of it has landed"):
        load(path)
    assert landed_lines(zone.root) == []


FRAMES: dict[str, tuple[object, str]] = {
    "columns": ({key: {"0": value} for key, value in rows(1)[0].items()}, "its incident_id is no text, .* by columns"),
    "index": ({"0": rows(1)[0], "1": rows(1)[0]}, "it is a data frame by index, whose first key is '0'"),
    "split": ({"columns": ["incident_id"], "index": [0], "data": [["P1"]]}, "one object that holds a table"),
    "table": ({"schema": {"fields": []}, "data": rows(1)}, "one object that holds a table"),
    "values": ([["P1", None]], "row 1 is no JSON object"),
}


@pytest.mark.parametrize("orient", FRAMES)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_data_frame_that_is_not_by_rows(load: Load, tmp_path: Path, orient: str, indent: int | None) -> None:
    """The orients of pandas' to_json; `records` is what the other tests load."""
    frame, words = FRAMES[orient]
    path = tmp_path / "frame.json"
    path.write_text(json.dumps(frame, indent=indent))

    with pytest.raises(UsageError, match=words):
        load(path)


def test_a_large_frame_is_named_too(load: Load, tmp_path: Path) -> None:
    """It is one line that is longer than a row may be."""
    path = tmp_path / "frame.json"
    path.write_text(json.dumps({"incident_id": {str(n): f"P{n}" for n in range(200_000)}}))

    with pytest.raises(UsageError, match="data frame by columns"):
        load(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("gzipped", [False, True])
def test_encodings_and_separators(
    load: Load, zone: FolderZone, tmp_path: Path, encoding: str, separator: str, gzipped: bool
) -> None:
    """Of UTF-16 both byte orders, with a byte order mark and without."""
    cells = good_cells()
    set_cell(cells, 2, "Address", "MAÑANA ❤ RD")
    path = write_csv(tmp_path / "x.csv", cells, encoding, separator, end="\r\n")
    if gzipped:
        path.write_bytes(gzip.compress(path.read_bytes()))

    load(path)

    landed = landed_rows(zone.root)
    assert [row["incident_id"] for row in landed] == [line[0] for line in cells[1:]]
    assert landed[0]["address"] == "MAÑANA ❤ RD"
    assert landed[0]["arrive_cleared"] == "814"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("write", [as_ndjson, json.dumps])
def test_json_in_utf_16(load: Load, zone: FolderZone, tmp_path: Path, encoding: str, write: Callable[..., str]) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(write(rows(20)).encode(encoding))

    load(path)

    assert [row["address"] for row in landed_rows(zone.root)] == [row["address"] for row in rows(20)]


def test_utf_16_that_is_cut_off(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(GOOD.read_text().encode("utf-16")[:-1])

    with pytest.raises(UsageError, match=r"no UTF-16.*: the file is damaged or cut off"):
        load(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(load: Load, zone: FolderZone, tmp_path: Path, end: str) -> None:
    load(write_csv(tmp_path / "x.csv", good_cells(), end=end))

    assert len(landed_rows(zone.root)) == 6


@pytest.mark.parametrize("above", ["sep=;\n", "sep=;\r\n\n", "\n;;;\n"])
def test_excels_own_first_line(load: Load, zone: FolderZone, tmp_path: Path, above: str) -> None:
    path = write_csv(tmp_path / "x.csv", good_cells(), separator=";")
    path.write_text(above + path.read_text())

    load(path)

    assert len(landed_rows(zone.root)) == 6


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_header(load: Load, tmp_path: Path, separator: str) -> None:
    path = write_csv(tmp_path / "x.csv", good_cells()[1:], separator=separator)

    with pytest.raises(
        UsageError, match=r"it has no header: its first line is 'P2600900001.*where the columns' names bel"
    ):
        load(path)


def test_a_title_above_the_header(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"Police Dispatched Incidents\n\n{GOOD.read_text()}")

    with pytest.raises(UsageError, match="first line is 'Police Dispatched Incidents', and its header comes later"):
        load(path)


@pytest.mark.parametrize(
    "blank", ["," * 25, ",,", "   ", '"",' * 25 + '""', " , ,", "\t", "\u00a0", "," * 40, '" "', ";;;", "\n\n"]
)
def test_lines_without_text_are_blank(load: Load, zone: FolderZone, tmp_path: Path, blank: str) -> None:
    lines = GOOD.read_text().splitlines()
    path = tmp_path / "x.csv"
    path.write_text("\n".join([*lines[:3], blank, *lines[3:], blank, blank]) + "\n")

    summary = load(path)

    assert (summary.rows, len(landed_rows(zone.root))) == (6, 6)


@pytest.mark.parametrize("blank", ["\x00", "\x00 \x00", "\x1a", "\u00a0", "\u2003\t\ufeff", "\x85"])
def test_lines_of_white_space_alone_are_no_rows(load: Load, zone: FolderZone, tmp_path: Path, blank: str) -> None:
    """As staging has it, of Unicode and control characters."""
    path = tmp_path / "x.ndjson"
    lines = as_ndjson(rows(100)).splitlines(keepends=True)
    path.write_text("".join([*lines[:50], f"{blank}\n", *lines[50:], blank]))

    summary = load(path)

    assert (summary.rows, summary.unreadable) == (100, 0)
    assert len(landed_rows(zone.root)) == 100


def test_lines_are_counted_with_the_blank_ones(load: Load, tmp_path: Path) -> None:
    cells = good_cells()
    set_cell(cells, 7, "Priority", "P1")
    cells[3:3] = [[""] * 26, []]

    with pytest.raises(UsageError, match="line 9, column Priority"):
        load(write_csv(tmp_path / "x.csv", cells))


def test_columns_without_a_name_that_no_row_has(load: Load, zone: FolderZone, tmp_path: Path) -> None:
    header, *lines = good_cells()

    load(write_csv(tmp_path / "x.csv", [[*header, "", ""], *lines]))

    assert len(landed_rows(zone.root)) == 6


def test_names_with_dots_and_hyphens(load: Load, zone: FolderZone, tmp_path: Path) -> None:
    """R's read.csv writes a dot for each blank."""
    header, *lines = good_cells()
    names = [name.replace(" ", "." if number % 2 else "-") for number, name in enumerate(header)]

    load(write_csv(tmp_path / "x.csv", [["\ufeff\ufeff" + names[0], *names[1:]], *lines]))

    assert landed_rows(zone.root)[0].keys() == {*rows(1)[0], "row_ts"}


def test_files_one_behind_another(load: Load, zone: FolderZone, tmp_path: Path) -> None:
    cells = good_cells()

    load(write_csv(tmp_path / "x.csv", [*cells, ["\ufeff" + cells[0][0], *cells[0][1:]], *cells[1:]]))

    stamps = [row["row_ts"] for row in landed_rows(zone.root)]
    assert stamps == [LOADED_AT] * 6 + [LOADED_AT.replace("000Z", "001Z")] * 6


@pytest.mark.parametrize(
    ("write", "mark"), [(as_portal_page, ""), (as_portal_page, "\ufeff"), (as_ndjson, "\ufeff"), (json.dumps, "\ufeff")]
)
def test_pages_one_behind_another(
    load: Load, zone: FolderZone, tmp_path: Path, write: Callable[..., str], mark: str
) -> None:
    """So that of two versions of an incident the later one wins."""
    path = tmp_path / "x.json"
    path.write_text("".join(mark + write(sent) for sent in (rows(20), rows(30))))

    load(path)

    stamps = [LOADED_AT, LOADED_AT.replace("000Z", "001Z")]
    assert landed_rows(zone.root) == [
        {**row, "row_ts": stamp} for stamp, number in zip(stamps, (20, 30), strict=True) for row in rows(number)
    ]


@pytest.mark.parametrize("names", [["", ""], [" ", "Unnamed: 27"]])
def test_empty_columns_without_a_name(load: Load, zone: FolderZone, tmp_path: Path, names: list[str]) -> None:
    header, *lines = good_cells()

    load(
        write_csv(tmp_path / "x.csv", [[*header[:3], *names, *header[3:]], *([*c[:3], "", " ", *c[3:]] for c in lines)])
    )

    assert landed_rows(zone.root)[0].keys() == {*rows(1)[0], "row_ts"}


@pytest.mark.parametrize("names", [[""], ["Unnamed: 0"], ["Unnamed: 0.1", "Unnamed: 0"]])
def test_the_row_numbers_of_a_data_frame(load: Load, zone: FolderZone, tmp_path: Path, names: list[str]) -> None:
    """Of two where it was written and read twice."""
    header, *lines = good_cells()
    numbered = [[*[str(number)] * len(names), *cells] for number, cells in enumerate(lines)]

    load(write_csv(tmp_path / "x.csv", [[*names, *header], *numbered]))

    assert landed_rows(zone.root)[0].keys() == {*rows(1)[0], "row_ts"}


def test_a_cell_in_a_column_without_a_name(load: Load, tmp_path: Path) -> None:
    header, *lines = good_cells()
    cells = [[*header, ""], *([*line, ""] for line in lines)]
    cells[4][-1] = "see above"

    with pytest.raises(UsageError, match="line 5 has 'see above' in a column without a name"):
        load(write_csv(tmp_path / "x.csv", cells))


@pytest.mark.parametrize("name", ["deleted", "Deleted"])
def test_a_column_that_would_withdraw_incidents(load: Load, zone: FolderZone, tmp_path: Path, name: str) -> None:
    header, *lines = good_cells()

    with pytest.raises(UsageError, match="its header has a column deleted, which would withdraw incidents"):
        load(write_csv(tmp_path / "x.csv", [[*header, name], *([*line, "true"] for line in lines)]))
    for sent in (
        json.dumps(rows(2, deleted=True)),
        as_ndjson(rows(1, deleted="true")),
        as_ndjson(rows(1, deleted=" true\u00a0")),
        json.dumps(geojson(rows(1, deleted=True))),
        json.dumps(geojson(rows(1, deleted="\ttrue"))),
        json.dumps([{**dict(zip(header, lines[0], strict=True)), "Deleted": "true "}]),
    ):
        (tmp_path / "x.json").write_text(sent)
        with pytest.raises(UsageError, match=r"(row|line) 1 has deleted: true, which would withdraw incidents"):
            load(tmp_path / "x.json")
    assert landed_lines(zone.root) == []

    (tmp_path / "x.json").write_text(json.dumps([*rows(2, deleted=None), *rows(1, deleted=False)]))
    assert load(tmp_path / "x.json").rows == 3


def test_cells_beyond_the_header(load: Load, zone: FolderZone, tmp_path: Path) -> None:
    """Empty ones are a spreadsheet's; any other means that the row is not what the header says."""
    cells = good_cells()
    cells[2] += ["", " "]
    load(write_csv(tmp_path / "x.csv", cells))
    assert len(landed_rows(zone.root)) == 6

    cells[3] += ["", "x"]
    with pytest.raises(UsageError, match="line 4 has 28 cells where the header has 26"):
        load(write_csv(tmp_path / "x.csv", cells))


def test_a_line_that_is_an_array_of_rows(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text(as_ndjson(rows(2)) + json.dumps(rows(2)) + "\n")

    with pytest.raises(UsageError, match="line 3 is a JSON array of rows: load it as a file of its own"):
        load(path)


@pytest.mark.parametrize(
    "spoilt", ['"cr_number":NaN', '"cr_number":Infinity', '"cr_number":"\\udc00"', '"cr_number":"1",']
)
def test_rows_that_are_no_json_count_alike(load: Load, zone: FolderZone, tmp_path: Path, spoilt: str) -> None:
    """In an array and in NDJSON: what lands of both, how many are told, and why."""
    good, bad = as_ndjson(rows(1))[:-1], as_ndjson(rows(1))[:-2] + f",{spoilt}}}"
    lines, array = tmp_path / "lines.ndjson", tmp_path / "array.json"
    lines.write_text("\n".join([good, bad, bad, good]))
    array.write_text(f"[{good},{bad}\n,{bad},{good}]")

    of_lines, of_array = load(lines), load(array)

    landed = landed_lines(zone.root)
    assert landed[:4] == landed[4:]
    assert landed[1] == landed[2] == bad
    assert (of_lines.rows, of_lines.unreadable) == (of_array.rows, of_array.unreadable) == (4, 2)
    assert of_lines.first_unreadable == of_array.first_unreadable.replace("row", "line")


def test_a_pair_of_surrogates_is_one_letter(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text(as_ndjson(rows(1)).replace("}\n", ',"body":"\\ud83d\\ude00 \\\\ud83d"}\n'))

    assert load(path).unreadable == 0


@pytest.mark.parametrize("text", ["[{},]", "[{}] {}", "[{} {}]", "[{}]]"])
def test_an_array_that_is_none(load: Load, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text.replace("{}", as_ndjson(rows(1))))

    with pytest.raises(UsageError, match="it is no whole JSON array of rows"):
        load(path)


def test_a_table_says_its_columns_in_its_header(load: Load, tmp_path: Path) -> None:
    """However many of its rows have no crash report."""
    header, first, *_ = good_cells()

    assert load(write_csv(tmp_path / "x.csv", [header, *[first] * 1_200])).rows == 1_200


class TestColumnsOfJson:
    @pytest.mark.parametrize("lacking", [["city"], ["priority", "zip"], ["calltime_callroute", "calltime_cleared"]])
    @pytest.mark.parametrize("as_array", [False, True])
    def test_a_page_of_some_columns(
        self, load: Load, zone: FolderZone, tmp_path: Path, lacking: list[str], as_array: bool
    ) -> None:
        sent = [{key: value for key, value in row.items() if key not in lacking} for row in rows(30)]
        path = tmp_path / "x.json"
        path.write_text(json.dumps(sent) if as_array else as_ndjson(sent))

        with pytest.raises(UsageError, match=f"it lacks {', '.join(lacking)} in all of its rows"):
            load(path)
        assert landed_lines(zone.root) == []

    def test_single_rows_may_lack_any(self, load: Load, tmp_path: Path) -> None:
        needed = {"incident_id", "start_time"}
        sent = [rows(1)[0], *({key: rows(1)[0][key] for key in needed} for _ in range(5))]
        path = tmp_path / "x.ndjson"
        path.write_text(as_ndjson(sent))

        assert load(path).rows == 6

    def test_a_key_that_is_null_is_there(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "x.json"
        path.write_text(
            json.dumps([{**row, "city": None, "crash_reports": None} for row in rows(1_200)]).replace(
                '"sector"', '"cr_number": null, "sector"'
            )
        )

        assert load(path).rows == 1_200

    def test_rare_fields_are_asked_of_large_files_alone(self, load: Load, tmp_path: Path) -> None:
        """A page of never dispatched incidents has no times of dispatch and arrival; one of 1,000 rows has some."""
        path = tmp_path / "x.ndjson"
        rare = {"calltime_dispatch", "calltime_arrive", "callroute_dispatch", "dispatch_arrive", "arrive_cleared"}
        sent = [{key: value for key, value in row.items() if key not in rare} for row in rows(1_000)]
        path.write_text(as_ndjson(sent[:-1]))
        assert load(path).rows == 999

        path.write_text(as_ndjson(sent))
        with pytest.raises(
            UsageError, match=r"it lacks cr_number, crash_reports, calltime_dispatch, .* in all of its rows"
        ):
            load(path)

    def test_lines_that_landed_elsewhere_may_be_of_few_columns(self, load: Load, tmp_path: Path) -> None:
        """A tombstone, and a version of an incident that another program landed."""
        path = tmp_path / "x.ndjson"
        path.write_text(
            '{"incident_id":"P1","deleted":true,":updated_at":"2026-11-02T13:40:42.000Z","row_ts":"2026-11-02T14:00:00Z"}\n'
            '{"incident_id":"P2","start_time":"2026-11-02T13:40:42.000","row_ts":"2026-11-02 14:00:00.123456"}\n'
        )

        assert load(path).rows == 2


class TestOtherDownloads:
    def test_rows_json_on_one_line(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows_json(rows(2))))

        load(path)

        assert [row["incident_id"] for row in landed_rows(zone.root)] == ["P2600000001", "P2600000002"]
        nulls = {"cr_number": None, "crash_reports": None}
        assert landed_rows(zone.root)[0] == {**rows(1)[0], **nulls, "row_ts": LOADED_AT}

    def test_rows_json_with_values_of_other_types(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        """Numbers become texts, as the API has them, and times and thousands what they are."""
        path = tmp_path / "rows.json"
        document = rows_json(rows(1, zip=20903, calltime_cleared=1252.0, start_time="2026-11-02T13:40:42"))
        path.write_text(json.dumps(document))

        load(path)

        landed = landed_rows(zone.root)[0]
        assert (landed["zip"], landed["calltime_cleared"]) == ("20903", "1252")
        assert landed["start_time"] == "2026-11-02T13:40:42.000"

    def test_rows_json_that_lacks_columns(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows_json([{"incident_id": "P1", "start_time": "2026-11-02T13:40:42"}])))

        with pytest.raises(UsageError, match="its header lacks cr_number, crash_reports, end_time"):
            load(path)

    def test_rows_json_with_a_value_that_cannot_be_read(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows_json([*rows(2), *rows(1, priority="P1")])))

        with pytest.raises(UsageError, match="row 3, column priority: 'P1' is no number"):
            load(path)

    @pytest.mark.parametrize("cut", [10, 200, 2_000])
    def test_rows_json_that_is_cut_off(self, load: Load, zone: FolderZone, tmp_path: Path, cut: int) -> None:
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows_json(rows(20)))[:-cut])

        with pytest.raises(UsageError, match="it is no whole JSON array of rows"):
            load(path)
        assert landed_lines(zone.root) == []

    @pytest.mark.parametrize("indent", [None, 1])
    def test_geojson(self, load: Load, zone: FolderZone, tmp_path: Path, indent: int | None) -> None:
        path = tmp_path / "x.geojson"
        path.write_text(json.dumps(geojson(rows(3)), indent=indent))

        load(path)

        landed = landed_rows(zone.root)
        assert [{**row, "row_ts": None} for row in landed] == [
            {**row, "crash_reports": None, "row_ts": None} for row in rows(3)
        ]

    @pytest.mark.parametrize(
        "above",
        [
            {"metadata": {"generated": 1793626842000}},
            {"crs": None},
            {"bbox": [1, 2]},
            {"name": "x"},
            {"timeStamp": "x"},
        ],
    )
    @pytest.mark.parametrize("type_last", [False, True])
    def test_geojson_with_any_first_key(
        self, load: Load, zone: FolderZone, tmp_path: Path, above: dict[str, object], type_last: bool
    ) -> None:
        document = geojson(rows(200))
        if type_last:
            document["type"] = document.pop("type")
        path = tmp_path / "x.json"
        path.write_text(json.dumps({**above, **document}))

        assert load(path).rows == 200

    @pytest.mark.parametrize("write", [as_ndjson, json.dumps, lambda sent: json.dumps(sent[0], indent=1)])
    def test_json_with_the_names_for_people(
        self, load: Load, zone: FolderZone, tmp_path: Path, write: Callable[[list[dict[str, object]]], str]
    ) -> None:
        """As a spreadsheet's or a data frame's JSON of the CSV export has them: read as that is."""
        load(GOOD)
        header, first, *_ = good_cells()
        path = tmp_path / "x.json"
        path.write_text(write([dict(zip(header, (cell or None for cell in first), strict=True))]))

        load(path)

        good, read = landed_rows(zone.root)[0], landed_rows(zone.root)[-1]
        assert {key: value for key, value in read.items() if value is not None} == good
        assert set(read) - set(good) == {"cr_number", "crash_reports"}

    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ({"City": "NA"}, "row 1, column City: 'NA' stands for a missing value"),
            ({"City": '="NA"'}, "row 1, column City: 'NA' stands for a missing value"),
            ({"CITY ": "OLNEY"}, "row 1 has two columns for city"),
        ],
    )
    def test_json_with_the_names_for_people_is_held_to_what_a_table_is(
        self, load: Load, zone: FolderZone, tmp_path: Path, other: dict[str, object], said: str
    ) -> None:
        header, first, *_ = good_cells()
        row = dict(zip(header, first, strict=True))
        path = tmp_path / "x.json"
        path.write_text(json.dumps([row | other]))
        with pytest.raises(UsageError, match=said):
            load(path)

        stamp = "2026-11-02T13:40:42.000Z"
        path.write_text(json.dumps([row | {"Zip": '="20903"', ":updated_at": stamp}]))
        load(path)
        [landed] = landed_rows(zone.root)
        assert (landed["zip"], landed[":updated_at"]) == ("20903", stamp)

    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ({"beat": None}, "has two columns for sector"),
            ({"Beat": "Z9"}, "has two columns for sector"),
            ({"Location": None, "geolocation": "x"}, "has two columns for geolocation"),
        ],
    )
    def test_geojson_with_two_properties_for_a_column(
        self, load: Load, zone: FolderZone, tmp_path: Path, other: dict[str, object], said: str
    ) -> None:
        document = geojson(rows(3))
        features: Any = document["features"]
        features[1]["properties"] |= other
        path = tmp_path / "x.geojson"
        path.write_text(json.dumps(document))

        with pytest.raises(UsageError, match=f"row 2 {said}"):
            load(path)
        assert landed_lines(zone.root) == []

    @pytest.mark.parametrize("make", [rows_json, geojson])
    @pytest.mark.parametrize("text", ["NA", " n/a ", "#N/A", "(null)", '="NA"'])
    def test_the_portals_json_is_held_to_what_a_table_is(
        self, load: Load, zone: FolderZone, tmp_path: Path, make: Callable[..., dict[str, object]], text: str
    ) -> None:
        path = tmp_path / "x.json"
        path.write_text(json.dumps(make([*rows(2), *rows(1, city=text)])))

        with pytest.raises(UsageError, match=r"row 3, column city: '.*' stands for a missing value"):
            load(path)
        assert landed_lines(zone.root) == []

    @pytest.mark.parametrize("make", [rows_json, geojson])
    def test_the_portals_json_with_formulas_that_keep_digits(
        self, load: Load, zone: FolderZone, tmp_path: Path, make: Callable[..., dict[str, object]]
    ) -> None:
        path = tmp_path / "x.json"
        path.write_text(json.dumps(make(rows(1, zip='="20903"', calltime_cleared='="1,252"', address='=""'))))

        load(path)

        [landed] = landed_rows(zone.root)
        assert (landed["zip"], landed["calltime_cleared"], landed["address"]) == ("20903", "1252", "")

    def test_a_property_may_say_the_location(self, load: Load, zone: FolderZone, tmp_path: Path) -> None:
        """Beside the geometry, as a data frame of the CSV export writes it."""
        document = geojson(rows(1))
        features: Any = document["features"]
        features[0]["properties"]["Location"] = "POINT (-77.5 39.5)"
        path = tmp_path / "x.geojson"
        path.write_text(json.dumps(document))

        load(path)

        assert landed_rows(zone.root)[0]["geolocation"] == {"type": "Point", "coordinates": [-77.5, 39.5]}

    def test_a_row_of_something_else_is_told_by_its_lack_of_an_id(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "x.json"
        path.write_text(json.dumps([{"name": "NA", "Name": "x"}]))
        with pytest.raises(UsageError, match=r"row 1 has no incident_id, .*: it has 'name, Name'"):
            load(path)

    def test_a_column_of_features_makes_no_geojson(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "x.ndjson"
        path.write_text(as_ndjson([{"note": "x", **row, "features": ["a"]} for row in rows(2)]))
        assert load(path).rows == 2

    def test_geojson_without_properties(self, load: Load, tmp_path: Path) -> None:
        path = tmp_path / "x.geojson"
        path.write_text('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}')

        with pytest.raises(UsageError, match="row 1 is no feature with properties"):
            load(path)
