"""From a file that a person has to the lines that land.

A file is the portal's CSV export, a saved page of the API (a JSON array), NDJSON, or one of the portal's other
downloads; each may be gzipped. Its content says which one it is.
"""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from ingest.errors import DamagedBodyError, UsageError
from ingest.files import sniff
from ingest.files.columns import check_keys, check_row, field_name, has_landed
from ingest.files.csv_export import rows_of_export, separator_of
from ingest.files.json_rows import (
    BYTE_ORDER_MARK,
    LONGEST_ROW_CHARACTERS,
    Row,
    Scanner,
    on_one_line,
    parse_object,
    with_row_ts,
)
from ingest.files.portal_json import row_of, rows_of_geojson, rows_of_rows_json
from ingest.files.readable import fault_in, is_blank
from ingest.files.sniff import Form
from ingest.times import parse_utc_stamp, utc_stamp
from ingest.zone.sink import Sink
from terminal.progress import Progress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_CHARACTERS = 16 * 1024 * 1024
"""Of lines in one landed object, which are about 20,000 rows, or 2.5 MB gzipped."""

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_ARRAY_OF_ROWS = re.compile(r"\s*\[\s*\{")


@dataclass
class Summary:
    """What a load landed.

    Attributes:
        rows: Lines that landed.
        objects: What they became.
        parts: Files that the file was joined of, as far as that shows.
        unreadable: How many of the lines are no JSON objects.
        first_unreadable: Where the first of these stands, and why it is none.
    """

    rows: int = 0
    objects: int = 0
    parts: int = 1
    unreadable: int = 0
    first_unreadable: str = ""


class _Read(NamedTuple):
    """A row of a file.

    Attributes:
        place: Where it stands.
        text: Its text.
        row: What the text says; none where it is no JSON object.
        part: How many files were put before its own, where files stand one behind another.
    """

    place: str
    text: str
    row: Row | None
    part: int = 0


def load(path: Path, sink: Sink, row_ts: str, progress: Progress) -> Summary:
    """Lands a file: all of it, or nothing where the sink can do that.

    The text of a JSON row stays as it is; one that carries a ``row_ts`` keeps it, since it has landed elsewhere before.
    A row that is no JSON object lands as it is too, for the warehouse to report.

    Args:
        path: The file.
        sink: Where it lands.
        row_ts: UTC time of extraction. All rows of a file share it; of files that were put one behind another each is a
            millisecond newer than the one before, so that its versions win.
        progress: Shows how far it is.

    Raises:
        UsageError: The file cannot be read, holds no incidents, or has a value that the warehouse cannot read. The
            message says where.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}") from error
    summary = Summary()
    progress.start(None)
    try:
        with file:
            summary.objects = sink.land(_chunks(_rows(file, path), row_ts, summary, progress))
    except UsageError as error:
        raise UsageError(f"{path}: {error}; nothing of it has landed") from error
    finally:
        progress.finish()
    return summary


def _chunks(reads: Iterator[_Read], row_ts: str, summary: Summary, progress: Progress) -> Iterator[bytes]:
    """Makes lines of rows, in chunks, and counts them."""
    lines: list[str] = []
    characters = 0
    stamp = row_ts
    for place, text, row, part in _whole(reads, summary):
        if part >= summary.parts:
            summary.parts = part + 1
            stamp = utc_stamp(parse_utc_stamp(row_ts) + timedelta(milliseconds=part))
        if row is None and not summary.unreadable:
            summary.first_unreadable = f"{place}: {_why_no_object(text)}"
        summary.unreadable += row is None
        line = on_one_line(text) if row is None or has_landed(row) else with_row_ts(text, stamp)
        lines.append(line)
        characters += len(line)
        summary.rows += 1
        if characters >= CHUNK_CHARACTERS:
            yield "".join(lines).encode()
            progress.update(summary.rows)
            lines, characters = [], 0
    if summary.rows and summary.rows == summary.unreadable:
        raise UsageError(f"none of its rows is a JSON object ({summary.first_unreadable})")
    if not summary.rows:
        raise UsageError("it has no rows: look whether the download is whole, or of a time without incidents")
    if lines:
        yield "".join(lines).encode()


def _whole(reads: Iterator[_Read], summary: Summary) -> Iterator[_Read]:
    """Passes rows on, and refuses a file that is damaged."""
    try:
        for read in reads:
            if len(read.text) > LONGEST_ROW_CHARACTERS:
                raise UsageError(f"{read.place} has more than {LONGEST_ROW_CHARACTERS:,} characters: no incident has")
            yield read
    except UnicodeDecodeError as error:
        raise UsageError(f"a byte soon after row {summary.rows:,} is no {_advice(error.encoding)}") from error
    except DamagedBodyError as error:
        raise UsageError(f"it is no whole JSON array of rows: {error}") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"its gzip stream is damaged or cut off soon after row {summary.rows:,}") from error


def _advice(encoding: str) -> str:
    if encoding.startswith("utf-8"):
        return "UTF-8; convert it, as iconv -f WINDOWS-1252 -t UTF-8 does"
    return f"{encoding.upper()}: the file is damaged or cut off"


def _rows(file: io.BufferedReader, path: Path) -> Iterator[_Read]:
    """Reads rows, and refuses a file with a row that the warehouse cannot read."""
    head = file.read(sniff.HEAD_BYTES)
    stream = _Rewound(head, file)
    if not head.startswith(sniff.GZIP_MAGIC):
        yield from _rows_of(stream, head, path)
        return
    unpacked = gzip.GzipFile(fileobj=io.BufferedReader(stream))
    try:
        head = unpacked.read(sniff.HEAD_BYTES)
        yield from _rows_of(_Rewound(head, unpacked), head, path)
    except UsageError:
        # What is wrong in a damaged file is that it is damaged, which shows at its end.
        while unpacked.read(sniff.HEAD_BYTES):
            pass
        raise


def _rows_of(stream: io.RawIOBase, head: bytes, path: Path) -> Iterator[_Read]:
    encoding = sniff.encoding_of(head)
    start = head.decode(encoding, errors="ignore")
    form = sniff.form_of(start, is_json_by_name=not _JSON_SUFFIXES.isdisjoint(path.suffixes))
    text = io.TextIOWrapper(io.BufferedReader(stream), encoding, newline="" if form is Form.TABLE else "\n")
    if form is Form.TABLE:
        yield from (_Read(*read) for read in rows_of_export(text, separator_of(start)))
    elif form is Form.LINES:
        yield from _with_all_columns(_readable(_lines(text)))
    else:
        scanner = Scanner(text.read)
        rows = enumerate(_READERS[form](scanner), 1)
        reads = _readable(_Read(f"row {number:,}", *row, scanner.part) for number, row in rows)
        yield from reads if form is Form.ROWS_JSON else _with_all_columns(reads)


_READERS: dict[Form, Callable[[Scanner], Iterator[tuple[str, Row | None]]]] = {
    Form.ARRAYS: lambda scanner: scanner.arrays(),
    Form.OBJECTS: lambda scanner: scanner.objects(),
    Form.ROWS_JSON: rows_of_rows_json,
    Form.GEOJSON: rows_of_geojson,
}


def _readable(reads: Iterator[_Read]) -> Iterator[_Read]:
    """Passes rows of JSON on, up to one that the warehouse cannot read, or that is no incident."""
    for read in map(_by_the_apis_names, reads):
        fault = read.row and fault_in(read.row)
        if fault:
            raise UsageError(f"{read.place}, column {fault[0]}: {fault[1]}")
        if read.row is not None:
            check_row(read.row, read.place)
        yield read


def _by_the_apis_names(read: _Read) -> _Read:
    """A row as it is; or made anew as from a table, where its keys are the portal's names for people."""
    if read.row is None or "incident_id" in read.row or "incident_id" not in map(field_name, read.row):
        return read
    text, row = row_of(read.place, read.row.items())
    return read._replace(text=text, row=row)


def _with_all_columns(reads: Iterator[_Read]) -> Iterator[_Read]:
    """Passes rows of JSON on, and refuses a file in which none has one of the columns that are needed.

    A row that has landed elsewhere may lack columns.
    """
    keys: set[str] = set()
    rows = 0
    for read in reads:
        if read.row is not None and not has_landed(read.row):
            keys.update(read.row)
            rows += 1
        yield read
    if rows:
        check_keys(keys, rows)


def _lines(text: TextIO) -> Iterator[_Read]:
    """The lines of NDJSON that are not blank, as staging has it.

    Each of files that were put one behind another may begin with a byte order mark, and rows that were cut out of an
    array have their commas.
    """
    number = part = 0
    while line := text.readline(LONGEST_ROW_CHARACTERS + 2):
        number += 1
        if line.startswith(BYTE_ORDER_MARK):
            line = line.lstrip(BYTE_ORDER_MARK)
            part += number > 1
        if _ARRAY_OF_ROWS.match(line):
            raise UsageError(f"line {number:,} is a JSON array of rows: load it as a file of its own")
        if not is_blank(line):
            row = _object(line)
            without_comma = line.rstrip().removesuffix(",")
            if row is None and (row := _object(without_comma)) is not None:
                line = without_comma
            yield _Read(f"line {number:,}", line, row, part)


def _object(text: str) -> Row | None:
    try:
        return parse_object(text)
    except ValueError:
        return None


def _why_no_object(text: str) -> str:
    try:
        parse_object(text)
    except ValueError as error:
        return str(error)
    return ""


class _Rewound(io.RawIOBase):
    """A stream of which some bytes have been read, with these put back: a pipe cannot be read twice."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        part = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(part) :]
        view[: len(part)] = part
        return len(part)
