"""JSON objects as text: one as a line that lands, and the objects of an array told apart without a change.

JSON is that of RFC 8259, as in the warehouse: no NaN, no Infinity, no comma before a bracket that closes, no half of a
surrogate pair.
"""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from ingest.errors import DamagedBodyError

Row = dict[str, object]

LONGEST_ROW_CHARACTERS = 1_000_000
"""A row of the portal has about 800. The warehouse's reader stops at 16 MiB in a line, for all lines."""

BYTE_ORDER_MARK = "\ufeff"
"""Stands where a file begins, and where the next begins of files that were put one behind another."""

_BETWEEN_TOKENS = f" \t\r\n{BYTE_ORDER_MARK}"

_CHUNK_CHARACTERS = 1_000_000

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_ESCAPED_BACKSLASH = re.compile(r"\\\\")
_SURROGATE_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


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


def parse_object(text: str) -> Row:
    """Reads the text of a JSON object. Numbers are decimals; of a key that comes twice the first counts.

    Raises:
        ValueError: The text is no JSON, or no object; the message says why.
    """
    row = _parse(text.strip())
    if not isinstance(row, dict):
        raise ValueError("it is JSON, but no object")
    return row


def landed_object(line: bytes) -> Row | None:
    """Reads a landed line as the warehouse does, and its values as `parse_object`; none if that finds no JSON object.

    Args:
        line: With or without its end. White space of JSON alone may stand around the object.
    """
    try:
        row = _parse(line.decode())
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def array_rows(read: Callable[[int], str]) -> Iterator[tuple[str, Row | None]]:
    """Reads a JSON array of objects bit by bit, whatever its white space.

    Args:
        read: Returns up to so many characters of the array's text, and "" at the end.

    Yields:
        Each object's text as it stands, and the object; none where the text is in brackets, but no JSON.

    Raises:
        DamagedBodyError: The text is not one whole array of objects.
    """
    scanner = Scanner(read)
    yield from scanner.rows()
    scanner.end()


class Scanner:
    """Takes a JSON text apart bit by bit, so that a file of any size needs little memory.

    Attributes:
        elements: How many elements of arrays have been taken.
        part: How many arrays stand before the one that is being taken.
    """

    def __init__(self, read: Callable[[int], str]) -> None:
        """
        Args:
            read: Returns up to so many characters of the text, and "" at the end.
        """
        self.elements = 0
        self.part = 0
        self._read = read
        self._text = ""
        self._position = 0

    def peek(self) -> str:
        """The next character that is no white space or byte order mark, or "" at the end."""
        while True:
            while self._position < len(self._text) and self._text[self._position] in _BETWEEN_TOKENS:
                self._position += 1
            if self._position < len(self._text) or not self._read_on():
                return self._text[self._position : self._position + 1]

    def expect(self, marks: str) -> str:
        """Takes the next character that is no white space, which must be one of those given."""
        mark = self.peek()
        if not mark:
            raise DamagedBodyError(f"it is cut off after row {self.elements:,}")
        if mark not in marks:
            raise DamagedBodyError(f"after row {self.elements:,} stands {mark} where {' or '.join(marks)} belongs")
        self._position += 1
        return mark

    def end(self) -> None:
        """Holds that nothing follows."""
        if self.peek():
            raise DamagedBodyError("something follows the array's end")

    def walk_array(self) -> Iterator[None]:
        """Walks an array: yields before each element, which must be taken then."""
        self.expect("[")
        if self.peek() == "]":
            self.expect("]")
            return
        while True:
            yield
            self.elements += 1
            if self.expect(",]") == "]":
                return

    def walk_object(self) -> Iterator[str]:
        """Walks an object: yields each key, whose value must be taken then."""
        self.expect("{")
        if self.peek() == "}":
            self.expect("}")
            return
        while True:
            key = self.value()
            self.expect(":")
            yield str(key)
            if self.expect(",}") == "}":
                return

    def rows(self) -> Iterator[tuple[str, Row | None]]:
        """Takes an array of objects, as `array_rows` does."""
        for _ in self.walk_array():
            yield self._row()

    def arrays(self) -> Iterator[tuple[str, Row | None]]:
        """Takes arrays of objects, one behind another, to the end of the text."""
        yield from self.rows()
        while self.peek() == "[":
            self.part += 1
            yield from self.rows()
        self.end()

    def objects(self) -> Iterator[tuple[str, Row | None]]:
        """Takes objects, one behind another, to the end of the text."""
        while self.peek():
            yield self._row()
            self.elements += 1

    def _row(self) -> tuple[str, Row | None]:
        if self.peek() != "{":
            raise DamagedBodyError(f"row {self.elements + 1:,} is no JSON object")
        try:
            row, end = _DECODER.raw_decode(self._text, self._position)
        except (ValueError, RecursionError):
            text = self._bracketed()
            return text, _object(text)
        text = self._take(end)
        return text, None if _has_half_a_pair(text) else row

    def value(self, longest: int = LONGEST_ROW_CHARACTERS) -> object:
        """Takes any value.

        Args:
            longest: The most characters that its text may have.

        Raises:
            DamagedBodyError: What stands there is no whole value of JSON.
        """
        text = self._bracketed(longest) if self.peek() in ("{", "[") else self._scalar(longest)
        try:
            return _parse(text)
        except ValueError as error:
            raise DamagedBodyError(f"row {self.elements + 1:,} is no JSON: {error}") from error

    def _bracketed(self, longest: int = LONGEST_ROW_CHARACTERS) -> str:
        """Takes the text of an object or array, up to the bracket that closes it, reading on until that is there."""
        while True:
            end = _closing_bracket(self._text, self._position)
            if end:
                return self._take(end)
            self._read_on_within(longest)

    def _scalar(self, longest: int) -> str:
        while True:
            end = self._position
            if self._text[end : end + 1] == '"':
                string = _STRING_OR_BRACKET.match(self._text, end)
                end = string.end() if string and string.end() > end + 1 else len(self._text)
            else:
                while end < len(self._text) and self._text[end] not in ",]}: \t\r\n":
                    end += 1
            if end < len(self._text):
                return self._take(end)
            self._read_on_within(longest)

    def _take(self, end: int) -> str:
        text = self._text[self._position : end]
        self._position = end
        return text

    def _read_on_within(self, longest: int) -> None:
        if len(self._text) - self._position > longest or not self._read_on():
            raise DamagedBodyError(f"row {self.elements + 1:,} is no whole JSON object")

    def _read_on(self) -> bool:
        more = self._read(_CHUNK_CHARACTERS)
        if more:
            self._text = self._text[self._position :] + more
            self._position = 0
        return bool(more)


def _closing_bracket(text: str, start: int) -> int | None:
    """Where the value ends whose opening bracket stands at `start`; none if its text goes on."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text, start):
        mark = match[0]
        if mark in ("{", "["):
            depth += 1
        elif mark in ("}", "]"):
            depth -= 1
            if not depth:
                return match.end()
        elif mark == '"':
            return None
    return None


def _parse(text: str) -> object:
    if _has_half_a_pair(text):
        raise ValueError("it holds half of a surrogate pair")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"character {error.pos + 1:,}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("its brackets are nested too deep") from error


def _object(text: str) -> Row | None:
    try:
        return parse_object(text)
    except ValueError:
        return None


def _has_half_a_pair(text: str) -> bool:
    if "\\u" not in text:
        return False
    return bool(_SURROGATE.search(_SURROGATE_PAIR.sub("", _ESCAPED_BACKSLASH.sub(" ", text))))


def _refuse_constant(name: str) -> None:
    """Python reads NaN and Infinity."""
    raise ValueError(f"{name} is no JSON: write null")


def _first_of_each(pairs: list[tuple[str, object]]) -> Row:
    row = dict(pairs)
    return row if len(row) == len(pairs) else dict(reversed(pairs))


def _number(text: str) -> Decimal:
    """A number of JSON; infinite where its exponent has more digits than a decimal can hold."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_number, parse_int=Decimal, object_pairs_hook=_first_of_each
)
