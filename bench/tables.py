"""What the generated county looks like: its types, places, days and hours, as the DuckDB tables of lines.sql.

The shares come from `county/` and the notes on the feed in this folder's README. What chooses by weight
is laid out in slots: a thing with a hundredth of the weight has a hundredth of the slots, and at least one.
"""

import csv
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from typing import Any

import duckdb

from county.apportion import by_largest_remainder
from county.habits import COLLISION, CRASH_REPORT_SHARE, CRIME_REPORT_SHARE, CRIMES, HOUR_WEIGHTS
from county.tables import Area, Blocks, IncidentType, Position, read_areas, read_stretches, read_types, weights

ROOT = Path(__file__).parent.parent
TYPE_SLOTS = 1 << 16
PLACE_SLOTS = 1 << 17
CHOICE_SLOTS = 100

MINUTES_OF_DAY = 1440

RARE_TYPE_INCIDENTS = 0.1
"""How often a type of the seed comes that the sample lacks, where the sample has 1,157 incidents."""

DETAIL_INCIDENTS = 1.6
"""The same for `DT - DETAIL`: 565 of 397,748."""

SPELLINGS = {
    "WANTED PERSON, VEHICLE": "WANTED PERSON,  VEHICLE",
    "TRAFFIC/TRANSPORTATION INCIDENT - OCCURRED EARLIER": "TRAFFIC/TRANSPORTATION  INCIDENT - OCCURRED EARLIER",
    "SUSPICIOUS CIRC, PERSONS, VEHICLE": "SUSPICIOUS CIRC, PERSONS, VEHICLE ",
}
"""Types that the source also writes with stray blanks; one in fifty of their incidents has them."""

LOCAL_NAMES = (
    "ASPEN", "BEECH", "BIRCH", "BRIAR", "CEDAR", "CHERRY", "CLOVER", "CREST", "DOGWOOD", "ELM", "FAWN", "FERN",
    "FOREST", "FOX", "GARDEN", "GLEN", "HAWK", "HAZEL", "HICKORY", "HOLLY", "IRIS", "IVY", "JUNIPER", "LAKE", "LARCH",
    "LAUREL", "LINDEN", "LOCUST", "MAPLE", "MEADOW", "MILL", "OAK", "ORCHARD", "PINE", "POPLAR", "QUAIL", "RIVER",
    "ROSE", "SPRUCE", "SUMMIT", "SYCAMORE", "TULIP", "VALLEY", "WALNUT", "WILLOW", "WREN",
)  # fmt: skip
LOCAL_SUFFIXES = ("AVE", "CIR", "CT", "DR", "DR", "DR", "LN", "LN", "PL", "RD", "ST", "TERR", "WAY")
LOCAL_STREETS_IN_AREA = 30

HIGHWAYS = {
    "BETHESDA": "CAPITAL BELTWAY",
    "BURTONSVILLE": "US 29 NB",
    "GAITHERSBURG": "I-270 SB",
    "GERMANTOWN": "I-270 NB",
    "OLNEY": "MD 200 EB",
    "ROCKVILLE": "I-270",
    "SILVER SPRING": "CAPITAL BELTWAY",
}
"""The numbered or limited-access road with crossings in a city. How the county writes them is not known."""

ODD_PLACES: dict[str, tuple[float, dict[str, str | None]]] = {
    "no city": (0.0010, {"city": None}),
    "empty city": (0.0004, {"city": ""}),
    "blank city": (0.0004, {"city": " "}),
    "no address": (0.0005, {"address": None}),
    "empty address": (0.0004, {"address": ""}),
    "position 0": (0.0010, {"longitude": "0", "latitude": "0"}),
    "no position": (0.0004, {"longitude": None, "latitude": None}),
    "outside the county": (0.0005, {"longitude": "-77.9512", "latitude": "38.71034"}),
    "no sector": (0.0004, {"sector": None}),
    "no pra": (0.0004, {"pra": None}),
    "no zip": (0.0004, {"zip": ""}),
    "out of county": (0.0002, {"police_district_number": "OOC", "sector": None, "pra": None}),
    "no district": (0.0002, {"police_district_number": "PCW", "sector": ""}),
}
"""Share of the incidents and what their place then has. The county has fewer; small landings shall have each."""


@dataclass(frozen=True)
class Place:
    """Where incidents happen: the fields of a row, and the shares of the incidents about traffic and of all others."""

    fields: dict[str, str | None]
    traffic: float
    other: float


@dataclass(frozen=True)
class GeneratedType:
    """A type as the feed writes it, and how often it comes where the sample has 1,157 incidents.

    Attributes:
        name: With stray blanks where the source has them.
        incidents: Mean number.
        both_missing: Of these have no times.
        usual: Its priorities, dispositions and minutes on scene.
        closed_as: What it sometimes turns into.
    """

    name: str
    incidents: float
    both_missing: float
    usual: IncidentType
    closed_as: str

    @property
    def is_report(self) -> bool:
        return is_report(self.name)


def create_tables(connection: duckdb.DuckDBPyConnection, incidents: int, first_day: date, days: int, seed: int) -> None:
    """Creates the tables that lines.sql reads.

    Args:
        connection: A database without these tables.
        incidents: How many to spread over the days.
        first_day: The first local day of incidents.
        days: How many days have incidents.
        seed: Decides how busy each day is.
    """
    create_days(connection, incidents, first_day, days, seed)
    create_types(connection)
    create_places(connection)


def create_days(connection: duckdb.DuckDBPyConnection, incidents: int, first_day: date, days: int, seed: int) -> None:
    """Each day with its incidents (+- 9 %, a storm now and then), and the busy spans of any day."""
    draw = random.Random(f"days of {seed}")
    weights = [1.48 if draw.random() < 0.003 else 1 + 0.22 * (draw.random() + draw.random() - 1) for _ in range(days)]
    rows: list[tuple[date, int, int, int]] = []
    first_call = first_number = 0
    for number, count in enumerate(by_largest_remainder(incidents, weights)):
        day = first_day + timedelta(days=number)
        if (day.month, day.day) == (1, 1):
            first_number = 0
        rows.append((day, count, first_call, first_number))
        first_call += count
        first_number += 2 * count
    create_table(connection, "counted_day", "day date, incidents bigint, first_call bigint, first_number bigint", rows)
    connection.execute("""
        create table day as
        select
            *,
            strftime(day, '%y') as year,
            epoch(timezone('America/New_York', cast(day as timestamp))) as midnight
        from counted_day
    """)
    create_table(connection, "busy", "slot bigint, first_second double, seconds double", busy_spans())


def busy_spans() -> Iterator[tuple[int, float, float]]:
    """Cuts a day into equally busy spans: (number, first second, length in seconds)."""
    total = sum(HOUR_WEIGHTS)
    bounds = [0.0]
    hour, before = 0, 0.0
    for slot in range(1, MINUTES_OF_DAY):
        share = total * slot / MINUTES_OF_DAY
        while before + HOUR_WEIGHTS[hour] < share:
            before += HOUR_WEIGHTS[hour]
            hour += 1
        bounds.append(3600 * (hour + (share - before) / HOUR_WEIGHTS[hour]))
    bounds.append(86_400.0)
    for slot in range(MINUTES_OF_DAY):
        yield slot, bounds[slot], bounds[slot + 1] - bounds[slot]


def create_types(connection: duckdb.DuckDBPyConnection) -> None:
    """Every type of the seed: how often, with which priorities, dispositions and missing times."""
    types = list(known_types())
    create_table(
        connection,
        "type",
        "type_id bigint, initial_type varchar, is_report_type boolean, is_traffic boolean, untimed_share double, "
        "cleared_minutes double, other_close_type varchar, other_close_share double",
        [
            (
                number,
                each.name,
                each.is_report,
                each.name.startswith(("TRAFFIC", "PEDESTRIAN", "DRIVING", "TS -", "TC -", "TP -")),
                each.both_missing / each.incidents,
                each.usual.cleared_minutes,
                each.closed_as,
                0.05 if each.is_report else 0.024,
            )
            for number, each in enumerate(types)
        ],
    )
    create_slots(
        connection, "type_slot", "type_id bigint",
        ((number, *span) for number, span in enumerate(spans([each.incidents for each in types], TYPE_SLOTS))),
    )  # fmt: skip
    create_slots(
        connection, "priority", "type_id bigint, priority integer",
        ((number, int(name), *span)
         for number, each in enumerate(types) for name, span in choices(each.usual.priorities)),
    )  # fmt: skip
    create_slots(
        connection,
        "disposition",
        "type_id bigint, disposition varchar, crime_report_share double, crash_report_share double",
        (
            (
                number,
                name,
                CRIME_REPORT_SHARE if any(crime in name for crime in CRIMES) else 0.01,
                CRASH_REPORT_SHARE * (COLLISION in name),
                *span,
            )
            for number, each in enumerate(types)
            for name, span in choices(each.usual.dispositions)
        ),
    )


def known_types() -> Iterator[GeneratedType]:
    """The county's types, then one like them for each other spelling and for each rarer type of the seed."""
    common = {each.name: each for each in read_types()}
    for usual in common.values():
        both_missing, closed_as = usual.both_missing, usual.closed_as or "FOLLOW UP/SUPPLEMENTAL INFORMATION"
        if is_report(usual.name):
            both_missing = usual.incidents
            closed_as = "FOLLOW UP/SUPPLEMENTAL INFORMATION - OCCURRED EARLIER"
        yield GeneratedType(usual.name, usual.incidents, both_missing, usual, closed_as)
        if spelling := SPELLINGS.get(usual.name):
            yield GeneratedType(spelling, usual.incidents / 50, both_missing / 50, usual, closed_as)
    with (ROOT / "seeds" / "incident_types.csv").open(newline="", encoding="utf-8") as file:
        names = [row["initial_type"] for row in csv.DictReader(file)]
    for name in names:
        if name not in common:
            incidents = DETAIL_INCIDENTS if name == "DT - DETAIL" else RARE_TYPE_INCIDENTS
            usual = IncidentType(
                name=name,
                incidents=0,
                both_missing=0,
                priorities=weights("4" if is_report(name) else "0:5 1:30 2:45 3:20"),
                dispositions=weights("OTHERMISCELLANEOUS:80 FOLLOW-UP:10 INVESTIGATION-POLINFO:10"),
                cleared_minutes=20,
                closed_as=None,
            )
            untimed = incidents * (1 if is_report(name) else 0.2)
            yield GeneratedType(name, incidents, untimed, usual, "FOLLOW UP/SUPPLEMENTAL INFORMATION")


def is_report(initial_type: str) -> bool:
    """Whether the telephone reporting unit takes incidents of this type."""
    return re.search("TRS|TELEPHONE REPORTING UNIT", initial_type) is not None


def create_places(connection: duckdb.DuckDBPyConnection) -> None:
    """Some 30,000 places, of which a few are odd, and how often each comes."""
    places = list(all_places())
    create_table(
        connection, "place", "place_id bigint, address_fields varchar, geolocation varchar",
        ((number, address_fields(place), geolocation(place)) for number, place in enumerate(places)),
    )  # fmt: skip
    create_slots(
        connection, "place_slot", "is_traffic boolean, place_id bigint",
        ((is_traffic, place_id, *span)
         for is_traffic, weights in ((True, [p.traffic for p in places]), (False, [p.other for p in places]))
         for place_id, span in enumerate(spans(weights, PLACE_SLOTS))),
    )  # fmt: skip


def address_fields(place: Place) -> str:
    """The fields from address to pra in the portal's JSON, without braces; what a row lacks is absent."""
    present = {name: value for name, value in place.fields.items() if value is not None}
    return json.dumps(present, separators=(",", ":"))[1:-1]


def geolocation(place: Place) -> str | None:
    """The portal's GeoJSON point, rounded to 4 decimals; None without a position."""
    longitude, latitude = place.fields["longitude"], place.fields["latitude"]
    if longitude is None or latitude is None:
        return None
    point = {"type": "Point", "coordinates": [round(float(longitude), 4), round(float(latitude), 4)]}
    return json.dumps(point, separators=(",", ":"))


def all_places() -> Iterator[Place]:
    """Every place of the county; the shares of all add up to a little over 1, which spans() makes good."""
    stretches: dict[tuple[str, str], list[Blocks]] = {}
    for stretch in read_stretches():
        stretches.setdefault((stretch.city, stretch.sector), []).append(stretch.blocks)
    areas = read_areas()
    total = sum(area.weight for area in areas)
    for area in areas:
        share = area.weight / total
        usual = list(places_of(area, stretches.get((area.city, area.sector), [])))
        for place in usual:
            yield replace(place, traffic=place.traffic * share, other=place.other * share)
        blocks = [place for place in usual if "BLK" in str(place.fields["address"])]
        yield from odd_places(blocks[len(blocks) // 2], share)


def odd_places(usual: Place, share: float) -> Iterator[Place]:
    """One place of an area once more for each thing that is wrong in the feed now and then."""
    address, city = str(usual.fields["address"]), str(usual.fields["city"])
    blanks: dict[str, tuple[float, dict[str, str | None]]] = {
        "stray blanks": (0.0010, {"address": f" {address.replace(' ', '  ')} ", "city": city.replace(" ", "  ")}),
        "city in lower case": (0.0010, {"city": city.title()}),
    }
    for weight, fields in (ODD_PLACES | blanks).values():
        yield Place(usual.fields | fields, weight * share, weight * share)


def places_of(area: Area, stretches: Sequence[Blocks]) -> Iterator[Place]:
    """The blocks, crossings and the named place of one city's part of a sector. Their weights add up to 1."""
    draw = random.Random(f"{area.city} {area.sector}")
    small = [small_street(name, area.middle) for name in area.streets]
    local = [small_street(" ".join(map(draw.choice, (LOCAL_NAMES, LOCAL_NAMES, LOCAL_SUFFIXES))), area.middle)
             for _ in range(LOCAL_STREETS_IN_AREA)]  # fmt: skip
    corners = list(combinations(dict.fromkeys(blocks.street for blocks in (*stretches, *small)), 2))
    corners += [(blocks.street, draw.choice(small).street) for blocks in local]
    if highway := HIGHWAYS.get(area.city):
        corners += [(highway, blocks.street) for blocks in small[:2]]
    kinds: list[tuple[float, float, list[tuple[str, str, str]]]] = [
        (0.30, 0.25, [address for blocks in stretches for address in addresses_of(blocks)]),
        (0.12, 0.30, [address for blocks in small for address in addresses_of(blocks)]),
        (0.08, 0.22, [address for blocks in local for address in addresses_of(blocks)]),
        (0.49, 0.19, [crossing(" / ".join(corner), area.middle) for corner in corners]),
        (0.01, 0.04, [crossing(area.named_place, area.middle)] if area.named_place else []),
    ]
    traffic_total = sum(traffic for traffic, _, addresses in kinds if addresses)
    other_total = sum(other for _, other, addresses in kinds if addresses)
    for traffic, other, addresses in kinds:
        for address, latitude, longitude in addresses:
            yield Place(
                {
                    "address": address,
                    "city": area.city,
                    "state": "MD",
                    "zip": area.zip_code,
                    "longitude": longitude,
                    "latitude": latitude,
                    "police_district_number": area.district,
                    "sector": area.sector,
                    "pra": draw.choice(area.pras),
                },
                traffic / traffic_total / len(addresses),
                other / other_total / len(addresses),
            )


def small_street(name: str, middle: Position) -> Blocks:
    """A street of ten blocks somewhere about the middle of its area."""
    draw = random.Random(f"{name} {tuple(middle)}")
    latitude, longitude = middle[0] + draw.uniform(-0.006, 0.006), middle[1] + draw.uniform(-0.008, 0.008)
    north, east = draw.uniform(-0.005, 0.005), draw.uniform(-0.006, 0.006)
    first = draw.choice((1, *range(100, 12_000, 100)))
    start, end = Position(latitude, longitude), Position(latitude + north, longitude + east)
    return Blocks(name, first, first // 100 * 100 + 900, start, end)


def addresses_of(blocks: Blocks) -> Iterator[tuple[str, str, str]]:
    """(address, latitude, longitude) of every block, spelled and rounded as the county does."""
    for number in blocks.numbers:
        latitude, longitude = blocks.position(number)
        blanks = "  " if number < 10 else " "
        yield f"{number}{blanks}BLK  {blocks.street}", f"{latitude:.5f}", f"{longitude:.4f}"


def crossing(address: str, middle: Position) -> tuple[str, str, str]:
    """(address, latitude, longitude) of a crossing or a named place: eight decimals."""
    draw = random.Random(f"{address} {tuple(middle)}")
    latitude, longitude = middle[0] + draw.uniform(-0.006, 0.006), middle[1] + draw.uniform(-0.008, 0.008)
    return address, f"{latitude:.8f}", f"{longitude:.8f}"


def spans(weights: Sequence[float], count: int) -> list[tuple[int, int]]:
    """Lays out `count` slots in spans [first, until), one for each weight, none empty."""
    bounds = list(accumulate((1 + share for share in by_largest_remainder(count - len(weights), weights)), initial=0))
    return list(pairwise(bounds))


def choices(weights: Mapping[str, float]) -> list[tuple[str, tuple[int, int]]]:
    """Names and their spans of CHOICE_SLOTS."""
    return list(zip(weights, spans(list(weights.values()), CHOICE_SLOTS), strict=True))


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Creates and fills a table column by column: row by row, the places alone would take seconds."""
    connection.execute(f"create table {name} ({columns})")
    by_column = [list(column) for column in zip(*rows, strict=True)]
    connection.execute(f"insert into {name} select {', '.join('unnest(?)' for _ in by_column)}", by_column)


def create_slots(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Creates a table with one row for each slot, from rows that end with their span of slots."""
    create_table(connection, f"{name}_span", f"{columns}, first_slot bigint, until_slot bigint", rows)
    connection.execute(f"""
        create table {name} as
        select * exclude (first_slot, until_slot), unnest(range(first_slot, until_slot)) as slot
        from {name}_span
    """)
