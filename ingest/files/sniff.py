"""What the first bytes of a file say that it is."""

import codecs
import re
from enum import Enum, auto
from string import whitespace

from ingest.errors import UsageError
from ingest.files.json_rows import BYTE_ORDER_MARK
from ingest.files.readable import shown
from ingest.portal.dataset import DATASET, STAGED_FIELDS

HEAD_BYTES = 64 * 1024
GZIP_MAGIC = b"\x1f\x8b"

_TAKE_CSV = f"take the portal's CSV export instead (https://data.montgomerycountymd.gov/d/{DATASET}: Export, CSV)"

_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Of UTF-32 before UTF-16, whose mark begins that of the other."""

_BINARIES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls): save it as CSV UTF-8 in Excel"),
    (b"%PDF-", f"a PDF: {_TAKE_CSV}"),
    (b"PAR1", "a Parquet file: write it as CSV, as DuckDB's COPY does"),
    (b"ARROW1", "an Arrow (Feather) file: write it as CSV"),
    (b"ORC", "an ORC file: write it as CSV"),
    (b"Obj\x01", "an Avro file: write it as CSV"),
    (b"SQLite format 3\x00", "an SQLite database: export the table as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it, and load the file in it"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it, and load the file in it"),
    (b"\xfd7zXZ\x00", "compressed by xz: unpack it, and load the file in it"),
    (b"BZh", "compressed by bzip2: unpack it, and load the file in it"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it, and load the file in it"),
    (GZIP_MAGIC, "gzipped twice: unpack it once"),
    (b"RDX", 'an R data file: write it as CSV, with na = ""'),
    (b"{\\rtf", "a rich text document (RTF): save it as plain text"),
    (b"\x89PNG", f"a picture: {_TAKE_CSV}"),
    (b"\xff\xd8\xff", f"a picture: {_TAKE_CSV}"),
)
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")

_HTML = re.compile(r"<(!doctype html|html|head|body|script|table|meta|title)\b", re.IGNORECASE)
_RDF = re.compile(r"<rdf:RDF\b")
_WORKBOOK = re.compile(r"<(\w+:)?Workbook\b")

_KEYS_OF_TABLES = frozenset({"columns", "index", "data", "schema"})
"""What pandas' orients `split` and `table` begin with."""

_FIRST_KEYS = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*(\{\s*"((?:[^"\\]|\\.)*)"\s*:|.)', re.DOTALL)

_COLLECTION = re.compile(r'"type"\s*:\s*"FeatureCollection"|"features"\s*:\s*\[\s*(\{\s*"|\])')
"""What a GeoJSON file says among its first keys, whatever the first of them is."""

_LONE_BRACKET = re.compile(r"\{[ \t\r]*\n")


class Form(Enum):
    """What a text holds: lines of cells, arrays of rows, rows one a line (NDJSON) or over several lines each, or one of
    the portal's two objects."""

    TABLE = auto()
    ARRAYS = auto()
    LINES = auto()
    OBJECTS = auto()
    ROWS_JSON = auto()
    GEOJSON = auto()


def encoding_of(head: bytes) -> str:
    """How a text is encoded, by its byte order mark, or by where its zeros are; UTF-8 otherwise.

    Raises:
        UsageError: It is no text; the message says what it is, as far as that is known, and what to do.
    """
    _refuse_archives(head)
    for magic, what in _BINARIES:
        if head.startswith(magic):
            raise UsageError(f"it is {what}")
    if head[257:262] == b"ustar":
        raise UsageError("it is a tar archive: unpack it, and load the file in it")
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0:256:2], head[1:256:2]
    if len(odd) > 1 and odd.count(0) > len(odd) / 2 and not even.count(0):
        return "utf-16-le"
    if len(odd) > 1 and even.count(0) > len(even) / 2 and not odd.count(0):
        return "utf-16-be"
    controls = sum(head.count(bytes([byte])) for byte in range(0x20) if byte not in b"\t\n\v\f\r\x1a")
    if controls * 50 > len(head):
        raise UsageError(f"it is no text, but something that only its own program reads: {_TAKE_CSV}")
    return "utf-8"


def _refuse_archives(head: bytes) -> None:
    if not head.startswith(_ZIP_MAGICS):
        return
    if b"word/" in head and b"xl/" not in head:
        raise UsageError("it is a Word document (.docx, a ZIP archive): save it as plain text")
    if b".iwa" in head:
        raise UsageError("it is a Numbers document (a ZIP archive): export it as CSV in Numbers")
    if b"[Content_Types].xml" in head or b"xl/" in head:
        raise UsageError("it is an Excel workbook (.xlsx, a ZIP archive): save it as CSV UTF-8 in Excel")
    if b"opendocument" in head:
        raise UsageError("it is an OpenDocument file (a ZIP archive): save its sheet as CSV")
    raise UsageError("it is a ZIP archive: unpack it, and load the file in it")


def form_of(head: str, is_json_by_name: bool) -> Form:
    """What a text holds, by how it begins.

    Args:
        head: Its first characters.
        is_json_by_name: Whether the file is named as JSON is, for a first line that is damaged.

    Raises:
        UsageError: It is something else; the message says what, and which of the portal's downloads to take.
    """
    start = head.lstrip(f"{whitespace}{BYTE_ORDER_MARK}")
    if not start:
        raise UsageError("it is empty")
    if start[0] == "<":
        raise UsageError(_of_markup(start))
    if start[0] == "[":
        return Form.ARRAYS
    if start[0] == "{":
        return _form_of_object(start)
    return Form.LINES if is_json_by_name else Form.TABLE


def _of_markup(start: str) -> str:
    if _HTML.search(start[:2_000]):
        return f"it is a page of the web (HTML), perhaps an error's or a login's: {_TAKE_CSV}"
    if _RDF.search(start[:2_000]):
        return f"it is the portal's RDF: {_TAKE_CSV}"
    if _WORKBOOK.search(start[:2_000]):
        return "it is an Excel workbook (XML): save it as CSV UTF-8 in Excel"
    return f"it is XML: {_TAKE_CSV}"


def _form_of_object(start: str) -> Form:
    """Tells lines of NDJSON from an object that holds a whole table."""
    match = _FIRST_KEYS.match(start)
    key, value, inner = match.groups() if match else ("", "", None)
    if key == "meta" and inner is not None:
        return Form.ROWS_JSON
    if key not in STAGED_FIELDS and _COLLECTION.search(start):
        return Form.GEOJSON
    if key.startswith("@odata."):
        raise UsageError(f"it is the portal's OData: {_TAKE_CSV}")
    write_rows = "write rows, as pandas' to_json(path, orient='records', lines=True) does"
    if inner is not None and key in STAGED_FIELDS:
        raise UsageError(f"its {key} is no text, since it is a data frame by columns: {write_rows}")
    if inner is not None and inner in STAGED_FIELDS:
        raise UsageError(f"it is a data frame by index, whose first key is {shown(key)}: {write_rows}")
    if key in _KEYS_OF_TABLES and (value == "[" or inner is not None):
        raise UsageError(f"it is one object that holds a table, whose first key is {shown(key)}: {write_rows}")
    return Form.OBJECTS if _LONE_BRACKET.match(start) else Form.LINES
