"""Whole landed lines of many kinds, drawn by hypothesis, each with what the contract of staging says of it.

A line is read, with values that a rule of the contract repairs, or it has the reasons for which it is rejected.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.python.dbt_project.feeds import incident

LINES_OF_A_KIND = 100
ID = "P-THE-ID"
"""Stands in a drawn line for an id that no other line has."""

WHITE = "\t\n\r\x00\x1f \x7f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SECONDS = ("calltime_callroute", "calltime_dispatch", "calltime_arrive", "calltime_cleared", "dispatch_arrive")
READ_AT = datetime(2024, 6, 13, 6)
"""The row_ts of `incident`, by the county's clock."""


@dataclass(frozen=True)
class Case:
    """A landed line, and what becomes of it.

    Attributes:
        line: Without a line end.
        reasons: Those for which it is rejected.
        fields: Columns of stg_incidents that it has, as far as they matter here; none where it is kept out.
    """

    line: str
    reasons: frozenset[str] = frozenset()
    fields: Mapping[str, object] | None = field(default_factory=dict)


Draw = Callable[[SearchStrategy[Any]], Any]
KINDS: dict[str, SearchStrategy[Case]] = {}


def kind(build: Callable[[Draw], Case]) -> None:
    KINDS[build.__name__] = st.composite(build)()


def cases() -> dict[str, list[Case]]:
    """So many lines of each kind, the same in each run; each has an id of its own, if it has any."""
    drawn: dict[str, list[Case]] = {}
    for number, (name, strategy) in enumerate(KINDS.items()):
        found: list[Case] = []
        collect(strategy, found)
        drawn[name] = [
            Case(case.line.replace(ID, f"P{number:02}{place:06}"), case.reasons, case.fields)
            for place, case in enumerate(found[:LINES_OF_A_KIND])
        ]
    return drawn


def collect(strategy: SearchStrategy[Case], found: list[Case]) -> None:
    @settings(
        max_examples=LINES_OF_A_KIND,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(case: Case) -> None:
        found.append(case)

    draw()


def pairs(draw: Draw, **fields: object) -> list[tuple[str, object]]:
    """A row's keys and values in some order, with one that nobody reads; a field that is None is left out."""
    order = random.Random(draw(st.integers(0, 2**32)))
    row = {**incident(ID), "noise": order.random(), **fields}
    return order.sample(sorted(row.items()), len(row))


def as_line(members: list[tuple[str, object]]) -> str:
    return json.dumps(dict(members))


def line(draw: Draw, **fields: object) -> str:
    return as_line(pairs(draw, **fields))


def rejected(text: str, *reasons: str, **fields: object) -> Case:
    """A line that is rejected and kept, with these fields."""
    return Case(text, frozenset(reasons), fields)


def kept_out(text: str, reason: str) -> Case:
    return Case(text, frozenset({reason}), None)


# ---- read as they are, or repaired ----------------------------------------------------------------------------------


@kind
def in_order(draw: Draw) -> Case:
    return Case(line(draw), fields={"priority": 1, "dispatch_arrive_seconds": 300, "city": "ROCKVILLE"})


@kind
def spaced_json(draw: Draw) -> Case:
    gap = st.text(" \t", max_size=3)
    members = [f"{draw(gap)}{json.dumps(key)}{draw(gap)}:{draw(gap)}{json.dumps(value)}" for key, value in pairs(draw)]
    return Case(f"{draw(gap)}{{{','.join(members)}{draw(gap)}}}{draw(gap)}", fields={"priority": 1})


@kind
def white_space_of_unicode(draw: Draw) -> Case:
    gap = st.text(WHITE, max_size=3)
    city = f"{draw(gap)}Silver{draw(st.text(WHITE, min_size=1, max_size=3))}Spring{draw(gap)}"
    text = json.dumps(dict(pairs(draw, city=city)), ensure_ascii=draw(st.booleans()))
    # A raw separator of lines would end the line for some readers; JSON lets it stand.
    return Case(text, fields={"city": "SILVER SPRING"})


@kind
def control_characters(draw: Draw) -> Case:
    mark = draw(st.characters(max_codepoint=0x1F))
    return Case(line(draw, address=f"1 BLK{mark}A ST{mark}"), fields={"address": "1 BLK A ST"})


@kind
def text_of_white_space(draw: Draw) -> Case:
    blank = draw(st.text(WHITE, max_size=5))
    fields = {"city": blank, "zip": blank, "priority": blank, "end_time": blank, "latitude": blank}
    return Case(line(draw, **fields), fields={"city": None, "zip": None, "priority": None, "end_time": None})


@kind
def null_fields(draw: Draw) -> Case:
    names = draw(st.sets(st.sampled_from(["city", "priority", "end_time", "dispatch_arrive"])))
    nulls = dict.fromkeys(names)
    text = json.dumps({**dict(pairs(draw)), **nulls})
    return Case(text, fields={"city": None if "city" in names else "ROCKVILLE"})


@kind
def city_in_any_case(draw: Draw) -> Case:
    city = "".join(draw(st.sampled_from([letter.lower(), letter])) for letter in "TAKOMA PARK")
    return Case(line(draw, city=city), fields={"city": "TAKOMA PARK"})


@kind
def seconds_as_numbers(draw: Draw) -> Case:
    number = draw(st.integers(0, 999_999_999))
    return Case(line(draw, dispatch_arrive=number), fields={"dispatch_arrive_seconds": number})


@kind
def seconds_with_a_fraction_of_zero(draw: Draw) -> Case:
    number, zeros = draw(st.integers(0, 99_999)), "0" * draw(st.integers(1, 4))
    text = line(draw, dispatch_arrive=424_242_424).replace("424242424", f"{number}.{zeros}")
    return Case(text, fields={"dispatch_arrive_seconds": number})


@kind
def seconds_with_an_exponent(draw: Draw) -> Case:
    number = draw(st.integers(1, 9_999))
    written = draw(
        st.sampled_from([f"{number}e0", f"{number / 10:.1f}E1", f"{number}00e-2", f"{number / 1000:.3f}e+3"])
    )
    text = line(draw, dispatch_arrive=424_242_424).replace("424242424", written)
    return Case(text, fields={"dispatch_arrive_seconds": number})


@kind
def whole_numbers_of_a_spreadsheet(draw: Draw) -> Case:
    number = draw(st.integers(0, 4))
    return Case(line(draw, priority=f"{number}.0", arrive_cleared=f"{number}."), fields={"priority": number})


@kind
def degrees_as_numbers(draw: Draw) -> Case:
    number = draw(st.decimals(-180, 180, places=8, allow_nan=False))
    text = line(draw, longitude=424_242_424).replace("424242424", f"{number:f}")
    return Case(text, fields={"longitude": float(number)})


@kind
def degrees_as_text(draw: Draw) -> Case:
    number = draw(st.decimals(-180, 180, places=5, allow_nan=False))
    return Case(line(draw, latitude=f" {number:f}"), fields={"latitude": float(number)})


@kind
def keys_that_nobody_reads(draw: Draw) -> Case:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20))
    value = draw(st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=5))
    key = draw(st.text("abcdefgh_", min_size=1, max_size=12))
    return Case(line(draw, **{f"x_{key}": value}), fields={"priority": 1})


@kind
def key_twice(draw: Draw) -> Case:
    """The first counts."""
    second = draw(st.sampled_from(['"P1"', "7", "null", '"3"', "[1]"]))
    return Case(line(draw).removesuffix("}") + f',"priority":{second}}}', fields={"priority": 1})


@kind
def key_in_another_case(draw: Draw) -> Case:
    key = draw(st.sampled_from(["Priority", "PRIORITY", " priority", "priority "]))
    return Case(line(draw, **{key: "P1"}), fields={"priority": 1})


@kind
def escaped_key(draw: Draw) -> Case:
    place = draw(st.integers(0, 7))
    key = "priority"[:place] + f"\\u{ord('priority'[place]):04x}" + "priority"[place + 1 :]
    return Case(line(draw, priority="3").replace('"priority"', f'"{key}"'), fields={"priority": 3})


@kind
def time_with_a_blank(draw: Draw) -> Case:
    moment = draw(st.datetimes(datetime(2000, 1, 1), READ_AT)).replace(microsecond=0)
    fraction = draw(st.sampled_from(["", ".0", ".000", ".000000000"]))
    return Case(line(draw, start_time=f"{moment}{fraction}"), fields={"start_time": moment})


@kind
def text_in_any_letters(draw: Draw) -> Case:
    letters = st.characters(min_codepoint=0x21, exclude_categories=["Cs", "Cc", "Z"], exclude_characters=WHITE)
    address = draw(st.text(letters, min_size=1, max_size=40))
    text = json.dumps(dict(pairs(draw, address=address)), ensure_ascii=draw(st.booleans()))
    return Case(text, fields={"address": address})


# ---- rejected, and kept with that field null ------------------------------------------------------------------------


@kind
def unreadable_start(draw: Draw) -> Case:
    text = draw(
        st.sampled_from(["2024-06-10", "06/10/2024 01:00 PM", "soon", "2024-06-10T24:00:00", "2023-02-29T01:00:00"])
    )
    return rejected(line(draw, start_time=text), "unreadable start_time", start_time=None)


@kind
def start_with_a_zone(draw: Draw) -> Case:
    zone = draw(st.sampled_from(["Z", "+00:00", "-04:00", " EDT"]))
    return rejected(line(draw, start_time=f"2024-06-10T01:02:03{zone}"), "unreadable start_time", start_time=None)


@kind
def unreadable_end(draw: Draw) -> Case:
    value = draw(st.one_of(st.integers(0), st.just(["2024-06-12T09:00:00.000"]), st.booleans()))
    return rejected(line(draw, end_time=value), "unreadable end_time", end_time=None)


@kind
def implausible_end(draw: Draw) -> Case:
    moment = draw(st.datetimes(READ_AT + timedelta(days=1, seconds=1), datetime(9998, 1, 1)))
    return rejected(
        line(draw, end_time=moment.isoformat(timespec="milliseconds")), "implausible end_time", end_time=None
    )


@kind
def priority_out_of_range(draw: Draw) -> Case:
    number = draw(st.one_of(st.integers(5, 10**9), st.integers(-(10**9), -1)))
    return rejected(
        line(draw, priority=draw(st.sampled_from([number, str(number)]))), "priority not 0-4", priority=None
    )


@kind
def priority_that_is_none(draw: Draw) -> Case:
    value = draw(st.one_of(st.text("PQx", min_size=1), st.booleans(), st.just({}), st.just("1.5"), st.just(2.5)))
    return rejected(line(draw, priority=value), "priority not 0-4", priority=None)


@kind
def negative_seconds(draw: Draw) -> Case:
    number, span = -draw(st.integers(1, 999_999)), draw(st.sampled_from(SECONDS))
    text = line(draw, **{span: draw(st.sampled_from([number, str(number), f"{number}.0"]))})
    return rejected(text, "negative seconds", **{f"{span}_seconds": None})


@kind
def unreadable_seconds(draw: Draw) -> Case:
    span = draw(st.sampled_from(SECONDS))
    value = draw(st.sampled_from(["1,252", "NA", "1252 s", "1.5", "1e3", "12345678901", 12.5, True, [1], "\uff17"]))
    return rejected(line(draw, **{span: value}), "unreadable seconds", **{f"{span}_seconds": None})


@kind
def unreadable_coordinates(draw: Draw) -> Case:
    field = draw(st.sampled_from(["longitude", "latitude"]))
    value = draw(st.sampled_from(["39,0123", "39.0 N", "1234.5", ".5", "NaN", {"x": 1}, False, "-7.7e1"]))
    return rejected(line(draw, **{field: value}), "unreadable coordinates", **{field: None})


@kind
def several_faults(draw: Draw) -> Case:
    faults = {
        "priority not 0-4": {"priority": "9"},
        "negative seconds": {"calltime_cleared": "-1"},
        "unreadable seconds": {"calltime_arrive": "NA"},
        "unreadable coordinates": {"latitude": "x"},
        "unreadable end_time": {"end_time": "x"},
    }
    chosen = draw(st.sets(st.sampled_from(sorted(faults)), min_size=2))
    fields = {key: value for reason in chosen for key, value in faults[reason].items()}
    return rejected(line(draw, **fields), *chosen)


# ---- kept out of stg_incidents --------------------------------------------------------------------------------------


@kind
def implausible_start(draw: Draw) -> Case:
    later, earlier = READ_AT + timedelta(days=1, seconds=1), datetime(1999, 12, 31, 23, 59, 59)
    moment = draw(st.one_of(st.datetimes(later, datetime(9998, 1, 1)), st.datetimes(datetime(1000, 1, 1), earlier)))
    return kept_out(line(draw, start_time=moment.isoformat(timespec="milliseconds")), "implausible start_time")


@kind
def no_id(draw: Draw) -> Case:
    members = dict(pairs(draw))
    del members["incident_id"]
    blank = draw(st.sampled_from([{}, {"incident_id": ""}, {"incident_id": " \u00a0"}, {"incident_id": None}]))
    return kept_out(json.dumps(members | blank), "no incident_id")


@kind
def line_cut_off(draw: Draw) -> Case:
    whole = line(draw)
    return kept_out(whole[: draw(st.integers(1, len(whole) - 1))], "not a JSON object")


@kind
def number_that_json_has_not(draw: Draw) -> Case:
    constant = draw(st.sampled_from(["NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x1F", "nan"]))
    return kept_out(line(draw, noise=424_242_424).replace("424242424", constant), "not a JSON object")


@kind
def comma_before_a_bracket(draw: Draw) -> Case:
    text = line(draw, noise="HERE")
    broken = [text.replace('"HERE"', value) for value in ("[1,]", '{"a":1,}')]
    broken += [text.removesuffix("}") + comma for comma in (",}", " , }")]
    return kept_out(draw(st.sampled_from(broken)), "not a JSON object")


@kind
def half_a_surrogate_pair(draw: Draw) -> Case:
    half = f"\\u{draw(st.integers(0xD800, 0xDFFF)):04x}"
    return kept_out(line(draw, noise="HERE").replace("HERE", f"a{half}b"), "not a JSON object")


@kind
def something_behind_the_object(draw: Draw) -> Case:
    return kept_out(line(draw) + draw(st.sampled_from(["}", ",", " {}", "x", '"', "]", "\\"])), "not a JSON object")


@kind
def json_that_is_no_object(draw: Draw) -> Case:
    value = draw(
        st.one_of(st.lists(st.integers(), max_size=3), st.integers(), st.text("abc"), st.booleans(), st.none())
    )
    return kept_out(json.dumps(value), "not a JSON object")


@kind
def words(draw: Draw) -> Case:
    letters = st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Zl", "Zp"])
    return kept_out("x" + draw(st.text(letters, max_size=60)), "not a JSON object")
