"""Lines of JSON of every form, valid ones and some that are none, to be read alike by both engines."""

import json
import random
from collections.abc import Iterator

from tests.python.dbt_project.expected_incidents import SPANS, TEXTS

KINDS = (
    dict.fromkeys(TEXTS, "text")
    | dict.fromkeys(("start_time", "end_time", ":updated_at", "row_ts"), "time")
    | dict.fromkeys(SPANS, "integer")
    | {"priority": "integer", "longitude": "degrees", "latitude": "degrees", "deleted": "flag"}
)
WHITE = " \t\n\r\f\v\x00\x1f\x7f\x85\xa0\u1680\u2003\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
LETTERS = "aZ09 /-.:,{}[]'#\"\\éßÑσ\u200b\u0301\ufffd\u4e2d\U0001f600\U00010400\U0010fffd"
NUMBERS = (
    "0", "-0", "-0.0", "0e0", "1", "1.0", "4.00", "2.0e0", "60", "1252.0", "1.252E3", "1e2", "-1", "-1.0", "1.5",
    "90e-1",
    "-77.0134", "-7.70134E+1", "39.1", "391e-1", "0.10", "1e400", "-1E-400", "1e1000", "1e-5", "5e0002", "999999999",
    "1234567890", "123456789012345678901234567890", "0.12345678901234567890123", "39.015194680000000001", "1E21",
    "9007199254740993",
)  # fmt: skip
TYPED = {
    "text": ("OLNEY", "Silver  Spring", " 1  BLK A ST ", "", " ", "033", "1.0", "1e2", "null", "P1"),
    "time": (
        "2024-06-10T00:01:02.000", "2024-06-10T00:01:02.125Z", "2024-06-10T00:01:02+00:00", "2024-06-10 00:01:02",
        "2024-06-12T00:00:00", "2024-06-10", "0000-02-29T00:00:00", "1999-12-31T23:59:59.999", "2204-01-01T00:00:00",
        "2024-11-03T01:30:00.000", "2023-02-29T12:00:00", "06/10/2024 01:00 PM", "2024-06-10T00:01:02-04:00",
    ),
    "integer": ("0", "1", "4.0", "60", "138.", "-1", "-0", "1.5", "1,252", "1e2", " 7 ", "1234567890", "\uff17", "NaN"),
    "degrees": ("-77.0134", "39", "39.", "0", "-0", "-0.0", "1234", "39,1", "3.9e1", "NaN", "\u00a039.1"),
    "flag": ("true", "false", "1"),
}  # fmt: skip
IN_ORDER = {
    "time": ('"2024-06-10T00:01:02.000"', '"2024-06-10 00:01:02.5"', "null", '"\\u00a02024-06-10T00:01:02 "', '""'),
    "integer": ('"0"', '"3"', "4.0", "2.0e0", "1", '" 1.0"', "null", "0.4E1"),
    "degrees": ('"-77.0134"', "-77.0134", "-7.70134E1", '"39.01519468"', "39", "0.0", "null", '"39."'),
    "flag": ("true", "false", "null"),
}  # fmt: skip
BROKEN = (
    '{"incident_id":"P1","city":NaN}', '{"city":-Infinity}', '{"city":[1,2,]}', '{"city":"x",}', '{"city":"\\ud83d"}',
    '{"city":"\\ude00\\ud83d"}', '{"city":"x"}\0', '{"city":"x"} {}', '{"city":"x\x01"}', '{"city":01}', '{"city":1.}',
    '{"city":+1}', '{1:2}', "[]", "7", '"x"', "null", "true", "", " \t ", "\u00a0\u2003", "\ufeff{}x", "{'city':'x'}",
    '{"city":"\\x41"}', '{"city":"\\u12"}', '{"city":tru}', '{"city":nan}', '{"city":1 2}', '{"city":"x" "y"}',
    '{"city":"x"', '{"city":"}', "timeout", "\u2028", '{"city":\u00a0"x"}', '{"a":0x1F}', '{"a":.5}', '{"a":-}',
)  # fmt: skip


def json_lines(count: int, seed: int) -> Iterator[str]:
    """So many lines; each valid one has a value for every field that staging reads, and nine in ten are valid."""
    draw = random.Random(seed)
    for _ in range(count):
        yield draw.choice(BROKEN) if draw.random() < 0.1 else json_object(draw)


def json_object(draw: random.Random) -> str:
    is_in_order = draw.random() < 0.3
    pairs = [
        (key, draw.choice(IN_ORDER[kind]) if is_in_order and kind in IN_ORDER else value(draw, kind))
        for key, kind in KINDS.items()
        if draw.random() < 0.9
    ]
    # Equal keys, keys that differ in case alone, and ones that nobody reads.
    for key, kind in draw.sample(sorted(KINDS.items()), draw.choice((0, 0, 1, 3))):
        pairs.append((draw.choice((key, key, key.upper(), f" {key}")), value(draw, kind)))
    pairs.append(("geolocation", '{"type":"Point","coordinates":[-77.1,39.01]}'))
    draw.shuffle(pairs)
    blanks = draw.choice(((), ("", "", "", " ", "\t", "  ")))

    def spaced(*tokens: str) -> str:
        return "".join(f"{draw.choice(blanks) if blanks else ''}{token}" for token in tokens)

    parts = [spaced(key_text(draw, key, plain=not blanks), ":", text, "") for key, text in pairs]
    return spaced(f"{{{','.join(parts)}}}", "")


def key_text(draw: random.Random, key: str, *, plain: bool) -> str:
    return json.dumps(key) if plain or draw.random() < 0.9 else quoted(draw, key)


def value(draw: random.Random, kind: str) -> str:
    match draw.random():
        case share if share < 0.45:
            text = draw.choice(TYPED[kind])
            return json.dumps(text) if draw.random() < 0.7 else quoted(draw, text)
        case share if share < 0.6:
            return draw.choice(NUMBERS)
        case share if share < 0.7:
            return draw.choice(("true", "false", "null"))
        case share if share < 0.75:
            return draw.choice(("{}", "[]", '["x",1.0]', '{"city":"inner","city":{"a":[1e400,-0]}}', "[[[[[]]]]]"))
        case share if share < 0.76:
            return quoted(draw, "".join(draw.choices(LETTERS, k=5_000)))
    letters = draw.choice((LETTERS, WHITE, LETTERS + WHITE))
    return quoted(draw, "".join(draw.choices(letters, k=draw.randrange(12))))


def quoted(draw: random.Random, text: str) -> str:
    """As JSON, each character in one of the ways in which it may stand there."""
    return f'"{"".join(character(draw, letter) for letter in text)}"'


def character(draw: random.Random, letter: str) -> str:
    ways = [json.dumps(letter)[1:-1]]
    if letter >= " " and letter not in '"\\\u0085\u2028\u2029':
        ways.append(letter)
    if letter <= "\uffff":
        ways += [f"\\u{ord(letter):04x}", f"\\u{ord(letter):04X}"]
    if letter == "/":
        ways.append("\\/")
    return draw.choice(ways)
