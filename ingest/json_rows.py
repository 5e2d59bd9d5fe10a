"""JSON objects as text: one as a line that lands, and the objects of an array told apart without a change."""

import json
from collections.abc import Callable, Iterator

from ingest.errors import DamagedBodyError

Row = dict[str, object]

LONGEST_ROW_CHARACTERS = 1_000_000
"""A row of the portal has about 800. The warehouse's reader stops at 16 MiB in a line, for all lines."""

_CHUNK_CHARACTERS = 1_000_000


def on_one_line(text: str) -> str:
    """Makes a text one line, by white space alone: no string of JSON holds a raw carriage return or newline.

    Readers of the warehouse end a line at either.
    """
    return text.strip().replace("\r", " ").replace("\n", " ") + "\n"


def with_row_ts(row: str, row_ts: str) -> str:
    """Makes a line of a JSON object's text: ``row_ts`` is put in as its last key, and nothing else changed.

    Args:
        row: The text of one JSON object.
        row_ts: UTC time of extraction.
    """
    head = on_one_line(row).rstrip().removesuffix("}").rstrip()
    comma = "" if head == "{" else ","
    return f'{head}{comma}"row_ts":"{row_ts}"}}\n'


def array_rows(read: Callable[[int], str]) -> Iterator[tuple[str, Row]]:
    """Reads a JSON array of objects bit by bit, whatever its white space.

    Args:
        read: Returns up to so many characters of the array's text, and "" at the end.

    Yields:
        Each object's text as it stands, and the object.

    Raises:
        DamagedBodyError: The text is not one whole array of objects.
    """
    scanner = _Scanner(read)
    scanner.expect("[")
    if scanner.peek() == "]":
        scanner.expect("]")
    else:
        yield scanner.row()
        while scanner.expect(",]") == ",":
            yield scanner.row()
    if scanner.peek():
        raise DamagedBodyError("something follows the array's end")


class _Scanner:
    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = 0
        self._rows = 0

    def peek(self) -> str:
        """The next character that is no white space, or "" at the end."""
        while True:
            while self._position < len(self._text) and self._text[self._position] in " \t\r\n":
                self._position += 1
            if self._position < len(self._text) or not self._read_on():
                return self._text[self._position : self._position + 1]

    def expect(self, marks: str) -> str:
        """Takes the next character that is no white space, which must be one of those given."""
        mark = self.peek()
        if not mark:
            raise DamagedBodyError(f"it is cut off after row {self._rows:,}")
        if mark not in marks:
            raise DamagedBodyError(f"after row {self._rows:,} stands {mark} where {' or '.join(marks)} belongs")
        self._position += 1
        return mark

    def row(self) -> tuple[str, Row]:
        """Takes one object, reading on until all of it is there."""
        if self.peek() != "{":
            raise DamagedBodyError(f"row {self._rows + 1:,} is no JSON object")
        while True:
            try:
                row, end = self._decoder.raw_decode(self._text, self._position)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._position > LONGEST_ROW_CHARACTERS or not self._read_on():
                    raise DamagedBodyError(f"row {self._rows + 1:,} is no whole JSON object") from error
                continue
            text = self._text[self._position : end]
            self._position = end
            self._rows += 1
            return text, row

    def _read_on(self) -> bool:
        more = self._read(_CHUNK_CHARACTERS)
        if more:
            self._text = self._text[self._position :] + more
            self._position = 0
        return bool(more)
