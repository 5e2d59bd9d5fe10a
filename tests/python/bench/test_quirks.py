"""A clean landing of 20,000 incidents around a change of the clocks has every quirk of the county's feed."""

import csv
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.generate import Feed, Totals, generate
from tests.python.bench.landed import Line, Row, by_incident, lines, newest, utc

INCIDENTS = 20_000
COUNTY = ZoneInfo("America/New_York")
ROOT = Path(__file__).parents[3]

# The portal's fields in its order, and what the extraction adds.
SECONDS = ("calltime_callroute", "calltime_dispatch", "calltime_arrive", "calltime_cleared", "callroute_dispatch",
           "dispatch_arrive", "arrive_cleared")  # fmt: skip
FIELDS = (
    "incident_id", "cr_number", "crash_reports", "start_time", "end_time", "priority", "initial_type", "close_type",
    "address", "city", "state", "zip", "longitude", "latitude", "police_district_number", "sector", "pra", *SECONDS,
    "disposition_desc", "geolocation", ":id", ":created_at", ":updated_at", "row_ts",
)  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Totals]:
    landing = tmp_path_factory.mktemp("landing")
    return landing, generate(Feed(INCIDENTS, first_day=date(2024, 3, 9), days=2, malformed_pct=0), landing)


@pytest.fixture(scope="module")
def landed(written: tuple[Path, Totals]) -> list[Line]:
    return lines(written[0])


@pytest.fixture(scope="module")
def rows(landed: list[Line]) -> list[Row]:
    return [row for line in landed if (row := line.row)]


@pytest.fixture(scope="module")
def incidents(landed: list[Line]) -> list[Row]:
    return newest(landed)


def share(count: int) -> float:
    return 100 * count / INCIDENTS


def test_totals_are_what_is_there(written: tuple[Path, Totals], landed: list[Line], incidents: list[Row]) -> None:
    landing, totals = written
    sizes = [path.stat().st_size for path in landing.rglob("*.gz")]
    assert len(incidents) == INCIDENTS == totals.deliveries["incident"]
    assert totals.lines == len(landed) == totals.deliveries.total()
    assert (totals.files, totals.file_bytes) == (len(sizes), sum(sizes))
    assert totals.line_bytes == sum(len(line.text) + 1 for line in landed)
    assert not totals.malformed


def test_lines_have_the_portal_s_shape(rows: list[Row], landed: list[Line]) -> None:
    assert len(rows) == len(landed)
    for row in rows:
        assert list(row) == [name for name in FIELDS if name in row]
        assert all(isinstance(value, str) for name, value in row.items() if name != "geolocation")
        assert re.fullmatch(r"P24\d{8}", row["incident_id"])
        assert re.fullmatch(r"2024-03-\d\dT\d\d:\d\d:\d\d\.000", row["start_time"])
        assert re.fullmatch(r"row-[0-9a-v]{4}\.[0-9a-v]{4}-[0-9a-v]{4}", row[":id"])
        if row.get("cr_number"):
            assert re.fullmatch(r"24\d{7}", row["cr_number"])
    assert set(FIELDS) == set().union(*rows)


def test_ids_rise_with_the_time(incidents: list[Row]) -> None:
    first_day = [row for row in incidents if row["start_time"].startswith("2024-03-09")]
    in_order = sorted(first_day, key=lambda row: row["incident_id"])
    assert all(a["start_time"] <= b["start_time"] for a, b in pairwise(in_order))


def test_a_file_holds_the_rows_of_its_hour_in_the_portal_s_order(landed: list[Line]) -> None:
    of_hour: dict[datetime, list[Row]] = defaultdict(list)
    for line in landed:
        row = line.row
        assert row
        assert utc(row["row_ts"]) < line.hour + timedelta(hours=1)
        of_hour[line.hour].append(row)
    for same_hour in of_hour.values():
        stamps = [(row[":updated_at"], row[":id"]) for row in same_hour]
        assert stamps == sorted(stamps)
    assert {hour.hour for hour in of_hour} == {2, 8, 14, 20}


def test_rows_are_published_four_to_ten_hours_after_the_end(incidents: list[Row]) -> None:
    for row in incidents:
        seconds = int(row.get("calltime_cleared", 0))
        start = datetime.fromisoformat(row["start_time"]).replace(tzinfo=COUNTY).astimezone(UTC)
        if seconds and row["start_time"] < "2024-03-10T01":
            hours = (utc(row[":created_at"]) - start - timedelta(seconds=seconds)) / timedelta(hours=1)
            assert 4 < hours < 10.3


def test_seconds_agree_within_one(rows: list[Row]) -> None:
    def apart(row: Row, total: str, part: str, rest: str) -> int:
        names = (total, part, rest)
        return abs(int(row[total]) - int(row[part]) - int(row[rest])) if all(name in row for name in names) else 0

    for row in rows:
        assert apart(row, "calltime_dispatch", "calltime_callroute", "callroute_dispatch") <= 1
        assert apart(row, "calltime_arrive", "calltime_dispatch", "dispatch_arrive") <= 1
        assert apart(row, "calltime_cleared", "calltime_arrive", "arrive_cleared") <= 1
        assert all(0 <= int(row[name]) < 86_400 for name in SECONDS if name in row)


def test_clocks_go_forward(incidents: list[Row]) -> None:
    hours = Counter(row["start_time"][:13] for row in incidents)
    assert hours["2024-03-10T01"] > 50
    assert hours["2024-03-10T02"] == 0
    assert hours["2024-03-10T03"] > 50
    crossing = 0
    for row in incidents:
        if "end_time" in row and "calltime_cleared" in row:
            start, end = (datetime.fromisoformat(row[name]) for name in ("start_time", "end_time"))
            skipped = 3600 if start < datetime(2024, 3, 10, 2) <= end else 0
            assert abs((end - start).total_seconds() - skipped - int(row["calltime_cleared"])) <= 1
            crossing += skipped > 0
    assert crossing > 20


def test_clocks_go_back(tmp_path: Path) -> None:
    generate(Feed(4_000, first_day=date(2024, 11, 3), days=1, malformed_pct=0), tmp_path)
    hours = Counter(row["start_time"][:13] for row in newest(lines(tmp_path)))
    # That night has 01:00 to 01:59 twice, of 2.8 and 2.2 parts of the day's calls; midnight to 00:59 has 3.4.
    assert hours["2024-11-03T01"] / hours["2024-11-03T00"] == pytest.approx(5.0 / 3.4, abs=0.1)


def test_versions_come_later_and_say_more(landed: list[Line]) -> None:
    gained: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    versions: Counter[int] = Counter()
    dates: Counter[int] = Counter()
    for of_one in by_incident(landed).values():
        stamps = {row[":updated_at"]: row for line in of_one if (row := line.row)}
        ordered = [stamps[stamp] for stamp in sorted(stamps)]
        versions[len(ordered)] += 1
        assert len({(row[":id"], row[":created_at"], row["start_time"], row["address"]) if "address" in row else 0
                    for row in ordered}) == 1  # fmt: skip
        for earlier, later in pairwise(ordered):
            assert later["row_ts"] > earlier["row_ts"]
            gained += Counter(name for name in later if name not in earlier)
            changed += Counter(name for name in earlier if earlier[name] != later.get(name))
        dates[(of_one[-1].hour.date() - of_one[0].hour.date()).days] += 1
    assert versions[1] > 0.8 * INCIDENTS
    assert versions[2] > 0.08 * INCIDENTS
    assert versions[3] > 0.01 * INCIDENTS
    assert set(versions) == {1, 2, 3}
    assert all(dates[days] > 20 for days in (1, 2))
    assert max(dates) <= 4
    assert min(gained[name] for name in ("cr_number", "crash_reports", "disposition_desc")) > 50
    assert changed["close_type"] > 50
    assert changed["disposition_desc"] > 50


def test_some_lines_land_twice(landed: list[Line], written: tuple[Path, Totals]) -> None:
    counts: Counter[str] = Counter()
    hours: dict[str, datetime] = {}
    stamps: dict[tuple[str, str], str] = {}
    for line in landed:
        row = line.row
        assert row
        version = row["incident_id"], row[":updated_at"]
        if line.text in hours:
            counts["same file" if hours[line.text] == line.hour else "later file"] += 1
        elif version in stamps:
            counts["read again"] += 1
            assert row["row_ts"] > stamps[version]
        hours.setdefault(line.text, line.hour)
        stamps.setdefault(version, row["row_ts"])
    deliveries = written[1].deliveries
    assert counts["same file"] == deliveries["same line again in the same file"] > 30
    assert counts["later file"] == deliveries["same line again in a later file"] > 30
    assert counts["read again"] == deliveries["same version read again"] > 30


def missing_reason(row: Row) -> str:
    has = {name: name in row for name in ("calltime_dispatch", "dispatch_arrive", "arrive_cleared")}
    if re.search("TRS|TELEPHONE REPORTING UNIT", row["close_type"]):
        return "telephone report"
    if has["dispatch_arrive"] and has["arrive_cleared"]:
        return "none"
    if has["arrive_cleared"]:
        return "arrival without dispatch time"
    if has["dispatch_arrive"]:
        return "not cleared"
    return "cleared before arrival" if has["calltime_dispatch"] else "never dispatched"


def test_times_are_missing_for_each_cause(incidents: list[Row]) -> None:
    reasons = Counter(missing_reason(row) for row in incidents)
    assert 70 < share(reasons["none"]) < 80
    assert 6 < share(reasons["telephone report"]) < 9
    assert 10 < share(reasons["cleared before arrival"]) < 18
    assert 1.5 < share(reasons["never dispatched"]) < 4
    assert 0.2 < share(reasons["arrival without dispatch time"]) < 0.8
    assert reasons["not cleared"] > 0
    for row in incidents:
        if missing_reason(row) == "telephone report":
            assert "calltime_arrive" not in row
            assert "arrive_cleared" not in row
    # 22.9 % of the county's rows have no arrival, 4.0 % no dispatch.
    assert share(sum("calltime_arrive" not in row for row in incidents)) == pytest.approx(22.9, abs=1.5)
    assert share(sum("calltime_dispatch" not in row for row in incidents)) == pytest.approx(4.0, abs=0.8)
    by_priority = {priority: [row for row in incidents if row["priority"] == priority] for priority in "01"}
    for priority, county in {"0": 3.8, "1": 16.4}.items():
        none = sum("calltime_arrive" not in row for row in by_priority[priority])
        assert 100 * none / len(by_priority[priority]) == pytest.approx(county, abs=3)
    assert all(
        any(name not in row for row in incidents) for name in ("end_time", "calltime_callroute", "calltime_cleared")
    )


def test_frequencies_are_the_county_s(incidents: list[Row]) -> None:
    cities = Counter(" ".join(row.get("city", "").upper().split()) for row in incidents)
    assert [city for city, _ in cities.most_common(4)] == ["SILVER SPRING", "ROCKVILLE", "GAITHERSBURG", "GERMANTOWN"]
    types = Counter(row["initial_type"] for row in incidents)
    assert types.most_common(1)[0][0] == "TRAFFIC/TRANSPORTATION INCIDENT"
    assert share(types["TRAFFIC/TRANSPORTATION INCIDENT"]) == pytest.approx(8.6, abs=0.6)
    assert share(sum(row["priority"] == "0" for row in incidents)) == pytest.approx(9.1, abs=0.8)
    hours = [int(row["start_time"][11:13]) for row in incidents if row["start_time"].startswith("2024-03-09")]
    assert 100 * sum(7 <= hour < 15 for hour in hours) / len(hours) == pytest.approx(38.7, abs=1)
    assert 100 * sum(15 <= hour < 23 for hour in hours) / len(hours) == pytest.approx(41.9, abs=1)
    assert share(sum(row["initial_type"] != row["close_type"] for row in incidents)) == pytest.approx(2.6, abs=0.5)
    assert share(sum(not row.get("cr_number") for row in incidents)) == pytest.approx(83.3, abs=3)


def test_types(incidents: list[Row]) -> None:
    with (ROOT / "seeds" / "incident_types.csv").open(newline="") as file:
        known = {row["initial_type"] for row in csv.DictReader(file)}
    types = {row["initial_type"] for row in incidents}
    assert {" ".join(name.split()) for name in types} <= known
    assert len(types) > 150
    assert any("  " in name for name in types)
    assert any(name != name.strip() for name in types)
    assert "DT - DETAIL" in types
    # Some calls were left to the telephone afterwards, and of some that were, an officer went after all.
    pairs = {(re.search("TRS|TELEPHONE", row["initial_type"]) is not None,
              re.search("TRS|TELEPHONE", row["close_type"]) is not None) for row in incidents}  # fmt: skip
    assert pairs == {(False, False), (False, True), (True, False), (True, True)}
    priorities = {row["priority"] for row in incidents}
    assert priorities == {"0", "1", "2", "3", "4"}
    reports = [row for row in incidents if re.search("TRS|TELEPHONE", row["initial_type"])]
    assert {row["priority"] for row in reports} == {"4"}


def test_addresses_and_positions(incidents: list[Row]) -> None:
    kinds: Counter[str] = Counter()
    places: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for row in incidents:
        address, latitude, longitude = (row.get(name) for name in ("address", "latitude", "longitude"))
        place = (str(address), *(row.get(name, "").upper() for name in ("city", "sector", "zip")))
        if latitude is None or longitude is None:
            kinds["no position"] += 1
            assert "geolocation" not in row
            continue
        assert row["geolocation"] == {"type": "Point", "coordinates": [round(float(longitude), 4),
                                                                       round(float(latitude), 4)]}  # fmt: skip
        if latitude == longitude == "0":
            kinds["position 0"] += 1
        elif not (38.90 <= float(latitude) <= 39.40 and -77.60 <= float(longitude) <= -76.80):
            kinds["outside the county"] += 1
        elif address and re.fullmatch(r"\d{2,5} BLK  \S.*|\d  BLK  \S.*", address):
            kinds["block"] += 1
            kinds["first block"] += address.startswith("1  BLK")
            assert (len(latitude.split(".")[1]), len(longitude.split(".")[1])) == (5, 4)
            places[place].add((latitude, longitude))
        elif address and " / " in address:
            kinds["crossing"] += 1
            assert (len(latitude.split(".")[1]), len(longitude.split(".")[1])) == (8, 8)
            places[place].add((latitude, longitude))
        elif address and "BLK" in address:
            kinds["stray blanks"] += 1
            assert "   " in address
        else:
            kinds["none" if address is None else "empty" if address == "" else "named place"] += 1
    assert share(kinds["block"]) == pytest.approx(74, abs=3)
    assert share(kinds["crossing"]) == pytest.approx(25, abs=3)
    odd = (
        "no position",
        "position 0",
        "outside the county",
        "first block",
        "stray blanks",
        "none",
        "empty",
        "named place",
    )
    assert all(kinds[kind] > 0 for kind in odd)
    assert all(len(positions) == 1 for positions in places.values())
    assert any(row.get("address", "").endswith("BLVD W") for row in incidents)


def test_fields_are_absent_empty_or_blank(incidents: list[Row], rows: list[Row]) -> None:
    assert {None, "", " "} < {row.get("city") for row in incidents}
    assert {None, ""} < {row.get("sector") for row in incidents}
    assert {None, ""} < {row.get("cr_number") for row in incidents}
    assert {None, ""} < {row.get("crash_reports") for row in incidents}
    assert {None, " "} < {row.get("disposition_desc") for row in rows}
    assert any(row.get("city", "").istitle() for row in incidents)
    assert any("  " in row.get("city", "") for row in incidents)
    assert any(row.get("pra", "").startswith("0") for row in incidents)
    assert "" in {row["zip"] for row in incidents}


def test_sectors_and_districts_belong_to_their_city(incidents: list[Row]) -> None:
    with (ROOT / "county" / "areas.csv").open(newline="") as file:
        areas = {(row["city"], row["district"], row["sector"]) for row in csv.DictReader(file, delimiter=";")}
    met = set()
    for row in incidents:
        city = " ".join(row.get("city", "").upper().split())
        if city and row.get("sector"):
            met.add((city, row["police_district_number"], row["sector"]))
    assert met <= areas
    assert {"OOC", "PCW"} < {row["police_district_number"] for row in incidents}
