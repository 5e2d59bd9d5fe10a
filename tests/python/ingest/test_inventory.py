"""The inventory reads a landed line as the warehouse does."""

import json
from datetime import date

import pytest

from ingest.files.readable import is_withdrawn
from ingest.zone.inventory import Inventory, incident_of
from tests.python.dbt_project.expected_incidents import read_line
from tests.python.dbt_project.json_lines import json_lines
from tests.python.ingest.landed import landed_line

LANDED = date(2024, 6, 14)


def holdings(*lines: str) -> Inventory:
    inventory = Inventory()
    inventory.add(line.encode() for line in lines)
    return inventory


@pytest.mark.parametrize(
    "value",
    ["NaN", "-Infinity", '"\\ud800"', '"\\ude00\\ud83d"', "[1,]", '"a\x01b"', "01", '"a" "b"'],
)
def test_what_is_no_json_is_no_incident(value: str) -> None:
    assert incident_of(landed_line("P1", more=f'"noise":{value}').encode()) is None


@pytest.mark.parametrize("value", ['"\\ud83d\\ude00"', '"\\\\ud800"', "1e999999999999999999999", "null"])
def test_what_is_json_is_one(value: str) -> None:
    assert holdings(landed_line("P1", more=f'"noise":{value}')).months() == {"2026-11": 1}


def test_a_number_of_5000_digits() -> None:
    """More than Python makes an integer of unasked."""
    assert holdings(landed_line("P1", more=f'"noise":{"9" * 5000}')).months() == {"2026-11": 1}


@pytest.mark.parametrize("line", ["\ufeff{}", "\u00a0{}", "[]", "", "\n"])
def test_a_line_that_is_no_object(line: str) -> None:
    assert incident_of(line.replace("{}", landed_line("P1").strip()).encode()) is None


def test_bytes_that_are_no_utf8() -> None:
    assert incident_of(landed_line("P1", more='"noise":"é"').encode("latin-1")) is None


def test_of_a_key_that_stands_twice_the_first_counts() -> None:
    line = landed_line("P1", more='"incident_id":"P2","start_time":"2026-12-01T00:00:00.000"')

    assert holdings(line).incidents_of("2026-11") == {"P1"}


@pytest.mark.parametrize("start", [" 2026-11-01T00:00:00.000", "2026-11-01 00:00:00\u00a0", "\t2026-11-01T00:00:00"])
def test_white_space_around_a_start(start: str) -> None:
    assert holdings(landed_line("P1", start=start)).months() == {"2026-11": 1}


@pytest.mark.parametrize(
    "start",
    ["2026-11-31T00:00:00.000", "2026-11-01", "0000-11-01T00:00:00", "2026-11-01T00:00:00Z", "", None, 20261101],
)
def test_a_start_that_is_in_no_month(start: object) -> None:
    inventory = holdings(landed_line("P1", start=start))

    assert inventory.months() == {}
    assert inventory.holds(landed_line("P1", start=start).encode())


def test_white_space_in_an_id() -> None:
    inventory = holdings(landed_line("\u00a0P 1\t"), landed_line("P\x07\x071"), landed_line(" \u2003"))

    assert inventory.incidents_of("2026-11") == {"P 1"}


@pytest.mark.parametrize("deleted", ["true", '"true"', '" true"'])
def test_withdrawn(deleted: str) -> None:
    assert holdings(landed_line("P1", more=f'"deleted":{deleted}')).months() == {}


@pytest.mark.parametrize("deleted", ["false", "null", "1", '"TRUE"', '"true.false"', '["true"]'])
def test_not_withdrawn(deleted: str) -> None:
    assert holdings(landed_line("P1", more=f'"deleted":{deleted}')).months() == {"2026-11": 1}


OLDER = "2026-11-01T20:00:00.000Z"
NEWER_FORMS = [
    "2026-11-01 20:00:00.001",
    "2026-11-01 20:00:00.001Z",
    "2026-11-01T20:00:00.0010+00:00",
    " 2026-11-01T20:00:00.01",
    "2026-11-01 20:00:01",
]
EQUAL_FORMS = ["2026-11-01 20:00:00", "2026-11-01T20:00:00Z", "2026-11-01T20:00:00.0009", "2026-11-01 20:00:00+00:00"]
NO_TIMES = ["soon", "2026-11-31T20:00:00.000Z", "2026-11-02", "2026-11-02T20:00:00-04:00", ""]


@pytest.mark.parametrize("newer", NEWER_FORMS)
def test_the_newer_of_two_stamps_in_different_forms(newer: str) -> None:
    lines = [
        landed_line("P1", start=f"2026-{month}-01T00:00:00.000", updated_at=stamp)
        for month, stamp in (("11", OLDER), ("12", newer))
    ]

    assert holdings(*lines).months() == holdings(*reversed(lines)).months() == {"2026-12": 1}


@pytest.mark.parametrize("equal", EQUAL_FORMS)
def test_of_equal_stamps_the_one_read_later_counts(equal: str) -> None:
    lines = [
        landed_line("P1", updated_at=equal, row_ts="2026-11-24 17:05:00"),
        landed_line("P1", start="2026-12-01T00:00:00", updated_at=OLDER, row_ts="2026-11-24T17:05:00.001Z"),
        landed_line("P1", updated_at=equal, row_ts="2026-11-24 17:05:00+00:00"),
    ]

    assert holdings(*lines).months() == {"2026-12": 1}


@pytest.mark.parametrize("text", NO_TIMES)
def test_a_stamp_that_is_no_time_is_older_than_all(text: str) -> None:
    lines = [landed_line("P1", updated_at=OLDER), landed_line("P1", start="2026-12-01T00:00:00", updated_at=text)]

    assert holdings(*lines).months() == holdings(*reversed(lines)).months() == {"2026-11": 1}


@pytest.mark.parametrize("stamp", [*EQUAL_FORMS, *NEWER_FORMS])
def test_what_it_reaches(stamp: str) -> None:
    assert holdings(landed_line("P1", updated_at=stamp)).reaches(OLDER)
    assert not holdings(landed_line("P1", updated_at=stamp)).reaches("2026-11-01T20:00:02.000Z")


def test_lines_of_every_form() -> None:
    """Against the second reading of the contract, to which staging is held on both engines. Of an id that is no text
    it may say something else: `load` refuses one, and the portal has none."""
    incidents = withdrawn = with_start = 0
    for line in json_lines(1_000, seed=11):
        version, row = read_line(LANDED, line), incident_of(line.encode())
        is_object = "not a JSON object" not in version.reasons
        if is_object and not isinstance(first_of_each(line).get("incident_id"), str):
            continue
        expected = version.fields.get("incident_id")
        assert (row["incident_id"] if row else None) == expected, line
        if row is None:
            continue
        incidents += 1
        withdrawn += version.is_deleted
        assert is_withdrawn(row) == version.is_deleted, line
        if "implausible start_time" not in version.reasons and not version.is_deleted:
            start = version.fields["start_time"]
            with_start += start is not None
            assert holdings(line).months() == ({f"{start:%Y-%m}": 1} if start else {}), line
    assert min(incidents, withdrawn, with_start) > 50


def first_of_each(line: str) -> dict[str, object]:
    row: dict[str, object] = json.loads(line, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    return row
