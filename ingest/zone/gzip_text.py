"""A landed file is text, gzipped: its lines, and what is wrong with its bytes.

One rule for `status`, `reconcile` and every build on DuckDB (`warehouse/landed_files.py`), which stops at bytes that
are no UTF-8, at a file without any, and at zeros behind a file's end, and compares no checksum.
"""

import codecs
import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

CHUNK_BYTES = 1 << 20
PADDING = bytes(10)
"""Python takes zeros behind a gzip file's end, and DuckDB stops at them. An empty one ends with nine of its own."""


class DamagedFileError(Exception):
    """The bytes of a landed file are not whole; the message says what is wrong with them."""


def gzip_fault(file: str | Path) -> str | None:
    """What is wrong with the bytes of a gzip file of text; None when they are whole.

    Raises:
        OSError: It cannot be read, and may be whole.
    """
    try:
        for _ in _chunks(file):
            pass
    except DamagedFileError as error:
        return str(error)
    return None


def lines_of(file: str | Path) -> Iterator[bytes]:
    """The lines of a gzip file of text, each with its end: a newline, a carriage return, or both, as the warehouse ends
    them. The last may have none.

    Raises:
        OSError: The file cannot be read, and may be whole.
        DamagedFileError: It is not whole, which may show behind any of its lines.
    """
    rest = b""
    for chunk in _chunks(file):
        lines = (rest + chunk).splitlines(keepends=True)
        # Behind a carriage return its newline may follow.
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        yield from lines
    if rest:
        yield rest


def _chunks(file: str | Path) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = os.path.getsize(file)
    if not size:
        raise DamagedFileError("it has no bytes")
    with open(file, "rb") as end:
        end.seek(max(0, size - len(PADDING)))
        if end.read() == PADDING:
            raise DamagedFileError("zeros stand behind its end")
    try:
        with gzip.open(file) as content:
            while chunk := content.read(CHUNK_BYTES):
                decoder.decode(chunk)
                yield chunk
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DamagedFileError("a byte of it is no UTF-8") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedFileError(str(error)) from error
