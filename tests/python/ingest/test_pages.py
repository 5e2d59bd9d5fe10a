"""A page of the API becomes lines without a change in any row, whatever the page looks like."""

import json
import random

import pytest

from ingest.errors import DamagedBodyError
from ingest.portal.pages import Cursor, _cut, parse_page
from local_portal.soda_server import Row

STAMP = "2026-11-24T16:05:00.000Z"
AWKWARD = [
    "",
    "plain",
    'quotes " and \\ and \\"',
    "raw\nnewline\r\n,{",
    "},{",
    "}\n,{",
    '":id":"row-x"',
    '{":id":"x","row_ts":"y"}',
    "]",
    "}]\n",
    "MAÑANA ❤ \u2028\u2029\x85 \U0001f693",
    "\x00\x1f\x7f",
]


def rows_with(texts: list[str]) -> list[Row]:
    return [
        {
            "incident_id": f"P{number}",
            "address": text,
            text or "empty": "a key as awkward",
            "geolocation": {"type": "Point", "coordinates": [-76.9769, 39.0152]},
            "flag": True,
            ":id": f"row-{number}",
            ":updated_at": f"2026-11-24T10:00:{number % 60:02}.000Z",
        }
        for number, text in enumerate(texts)
    ]


def dumps(row: Row, **options: object) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), **options)  # type: ignore[arg-type]


def portal_page(rows: list[Row]) -> bytes:
    return ("[" + "\n,".join(map(dumps, rows)) + "\n]\n").encode()


def test_a_page_is_cut_into_its_rows_verbatim() -> None:
    rows = rows_with(AWKWARD)

    page = parse_page(portal_page(rows), STAMP)

    expected = [f'{dumps(row)[:-1]},"row_ts":"{STAMP}"}}' for row in rows]
    assert page.lines.decode() == "".join(line + "\n" for line in expected)
    assert page.rows == len(rows)
    assert page.last == Cursor("2026-11-24T10:00:11.000Z", "row-11")


def test_the_portals_layout_is_not_parsed() -> None:
    assert _cut(portal_page(rows_with(AWKWARD)).strip(), STAMP) is not None


def test_one_row() -> None:
    page = parse_page(b'[{":id":"row-1",":updated_at":"2026-11-24T10:00:00.000Z"}\n]\n', STAMP)

    assert page.lines == (
        b'{":id":"row-1",":updated_at":"2026-11-24T10:00:00.000Z","row_ts":"2026-11-24T16:05:00.000Z"}\n'
    )
    assert page.rows == 1


@pytest.mark.parametrize("body", [b"[]", b"[]\n", b"[ ]", b"[\n]\n", b"\n[]"])
def test_an_empty_page(body: bytes) -> None:
    page = parse_page(body, STAMP)

    assert (page.lines, page.rows, page.last) == (b"", 0, None)


ODD_LAYOUTS = {
    "pretty": lambda rows: json.dumps(rows, indent=2, ensure_ascii=False),
    "pretty, CRLF": lambda rows: json.dumps(rows, indent=2).replace("\n", "\r\n"),
    "one line": lambda rows: json.dumps(rows, separators=(",", ":")),
    "one line with blanks": lambda rows: json.dumps(rows),
    "comma before the newline": lambda rows: "[" + ",\n".join(map(dumps, rows)) + "]",
    "carriage returns": lambda rows: "[" + "\r\n,".join(map(dumps, rows)) + "\r\n]",
    "a carriage return in a row": lambda rows: portal_page(rows).decode().replace('","', '",\r"'),
    "two rows on a line": lambda rows: "[" + "\n,".join([",".join(map(dumps, rows[:2])), *map(dumps, rows[2:])]) + "]",
    "blank lines": lambda rows: "\n\n[ \n" + "\n\n , ".join(map(dumps, rows)) + "\n\n ] \n",
}


@pytest.mark.parametrize("layout", ODD_LAYOUTS)
def test_an_odd_layout_lands_the_same_rows(layout: str) -> None:
    rows = rows_with(AWKWARD)

    page = parse_page(ODD_LAYOUTS[layout](rows).encode(), STAMP)

    # Readers of the warehouse end a line at a carriage return too.
    assert b"\r" not in page.lines
    lines = page.lines.decode().removesuffix("\n").split("\n")
    assert [json.loads(line) for line in lines] == [{**row, "row_ts": STAMP} for row in rows]
    assert page.rows == len(rows)
    assert page.last == Cursor("2026-11-24T10:00:11.000Z", "row-11")


def test_numbers_of_an_odd_page_keep_their_digits() -> None:
    numbers = b'"x":1.50, "y":1e2, "z":12345678901234567890.0, "e":1e9999999999999999999999'
    body = b'[ {":id":"row-1", ":updated_at":"2026-11-24T10:00:00.000Z", ' + numbers + b"} ]"

    assert numbers + b',"row_ts"' in parse_page(body, STAMP).lines


def test_any_texts_survive() -> None:
    """Texts made of the very characters that a page is cut at."""
    choose = random.Random(4)
    pieces = ["}", "\n", ",", "{", '"', "\\", ":id", '":id":', "[", "]", "é", "a", "\r"]
    for _ in range(300):
        texts = ["".join(choose.choices(pieces, k=choose.randrange(12))) for _ in range(choose.randrange(1, 9))]
        rows = rows_with(texts)

        page = parse_page(portal_page(rows), STAMP)

        assert [json.loads(line) for line in page.lines.split(b"\n")[:-1]] == [{**row, "row_ts": STAMP} for row in rows]


def test_a_body_cut_anywhere_is_damaged() -> None:
    body = portal_page(rows_with(AWKWARD[:6])).strip()
    for length in range(len(body)):
        with pytest.raises(DamagedBodyError):
            parse_page(body[:length], STAMP)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>]",
        b"[{}{}]",
        b"[{},]",
        b"[,{}]",
        b"[{}] []",
        b'[{"a":1}]]',
        b'[{"a":' + b"[" * 100_000 + b"]",
    ],
)
def test_no_array_of_rows_is_damaged(body: bytes) -> None:
    with pytest.raises(DamagedBodyError):
        parse_page(body, STAMP)


def test_bytes_that_are_no_utf8_are_replaced_and_told(caplog: pytest.LogCaptureFixture) -> None:
    body = b'[{"address":"MA\xd1ANA ST",":id":"row-1",":updated_at":"2026-11-24T10:00:00.000Z"}\n]\n'

    assert json.loads(parse_page(body, STAMP).lines)["address"] == "MA\ufffdANA ST"
    assert "U+FFFD" in caplog.text


@pytest.mark.parametrize("colon", [":", " : "])
def test_keys_of_a_landed_line_are_renamed(colon: str) -> None:
    """In any layout, and in no text: `deleted` would withdraw the incident, `row_ts` hide when it was read."""
    system = '":id":"row-1",":updated_at":"2026-11-24T10:00:00.000Z"'
    row = f'{{"address":"\\"deleted\\": 1","status":"deleted","deleted"{colon}true,"row_ts"{colon}"x",{system}'

    page = parse_page(f"[{row}}}\n]\n".encode(), STAMP)

    renamed = row.replace(f'"deleted"{colon}', f'"portal_deleted"{colon}').replace('"row_ts"', '"portal_row_ts"')
    assert page.lines.decode() == f'{renamed},"row_ts":"{STAMP}"}}\n'
