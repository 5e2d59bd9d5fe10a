"""From a file that a person has to the lines that land.

A file is the portal's CSV export, a saved page of the API (a JSON array), or NDJSON; each may be gzipped. Its content
says which one it is.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.csv_export import rows_of_export
from ingest.errors import DamagedBodyError, UsageError
from ingest.json_rows import LONGEST_ROW_CHARACTERS, Row, array_rows, on_one_line, with_row_ts
from ingest.progress import Progress
from ingest.sink import Sink

CHUNK_CHARACTERS = 16 * 1024 * 1024
"""Of lines in one landed object, which are about 20,000 rows, or 2.5 MB gzipped."""

_GZIP_MAGIC = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})


@dataclass
class Summary:
    """What a load landed: lines, the objects that they became, and how many of the lines are no JSON objects."""

    rows: int = 0
    objects: int = 0
    unreadable: int = 0


def load(path: Path, sink: Sink, row_ts: str, progress: Progress) -> Summary:
    """Lands a file: all of it, or nothing where the sink can do that.

    The text of a JSON row stays as it is; one that carries a ``row_ts`` keeps it, since it has landed elsewhere before.
    A line of NDJSON that is no JSON object lands as it is too, for the warehouse to report.

    Args:
        path: The file.
        sink: Where it lands.
        row_ts: UTC time of extraction. All rows of a file share it.
        progress: Shows how far it is.

    Raises:
        UsageError: The file cannot be read, or holds no incidents in any of the three forms. The message says where.
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


def _chunks(
    rows: Iterator[tuple[str, Row | None]], row_ts: str, summary: Summary, progress: Progress
) -> Iterator[bytes]:
    """Makes lines of rows, counts them, and refuses a file whose rows are those of something else."""
    lines: list[str] = []
    characters = 0
    is_of_incidents = False
    try:
        for text, row in rows:
            is_of_incidents = is_of_incidents or (row is not None and "incident_id" in row)
            if len(text) > LONGEST_ROW_CHARACTERS:
                raise UsageError(
                    f"row {summary.rows + 1:,} has {len(text):,} characters, more than an incident can have"
                )
            if row is None:
                summary.unreadable += 1
            line = on_one_line(text) if row is None or "row_ts" in row else with_row_ts(text, row_ts)
            lines.append(line)
            characters += len(line)
            summary.rows += 1
            if characters >= CHUNK_CHARACTERS:
                yield "".join(lines).encode()
                progress.update(summary.rows)
                lines, characters = [], 0
    except UnicodeDecodeError as error:
        raise UsageError(
            f"a byte soon after row {summary.rows:,} is no UTF-8; convert it, as iconv -f WINDOWS-1252 -t UTF-8 does"
        ) from error
    except DamagedBodyError as error:
        raise UsageError(f"it is no whole JSON array of rows: {error}") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"its gzip stream is damaged or cut off soon after row {summary.rows:,}") from error
    if summary.rows and not is_of_incidents:
        raise UsageError("none of its rows has an incident_id")
    if lines:
        yield "".join(lines).encode()


def _rows(file: io.BufferedReader, path: Path) -> Iterator[tuple[str, Row | None]]:
    """Each row's text, and the row; none where the text is no JSON object."""
    content: io.BufferedReader | gzip.GzipFile = file
    if file.peek(2)[:2] == _GZIP_MAGIC:
        content = gzip.GzipFile(fileobj=file)
    start = content.peek(64).removeprefix(_UTF8_BOM).lstrip()[:1]
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="\n")
    if start == b"[":
        yield from array_rows(text.read)
    elif start == b"{" or (start and _JSON_SUFFIXES.intersection(path.suffixes)):
        yield from ((line, _object(line)) for line in text if not line.isspace())
    elif start:
        yield from rows_of_export(text)
    else:
        raise UsageError("it is empty")


def _object(text: str) -> Row | None:
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _refuse_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(name)
