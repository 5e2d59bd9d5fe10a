"""Each published figure of June 2024, recomputed from the bundled sample with nothing of its generator.

One test a figure, so that a failure names it. How the study rounded: percents to one decimal, half up. Minutes to two
decimals, of which its panels show three significant digits. Of a list of which the study shows the first few, every
listed figure holds, and nothing unlisted is above the last listed one (equal is possible: ties were cut off).
"""

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
PUBLISHED: dict[str, Any] = yaml.safe_load((ROOT / "tests/published/june_2024.yml").read_text(encoding="utf-8"))

METRICS = {"dispatch_arrive": "adm", "arrive_cleared": "acm"}
BUCKETS = {
    "0-5 mins": (0, 5),
    "5-10 mins": (5, 10),
    "10-15 mins": (10, 15),
    "15-20 mins": (15, 20),
    "20-30 mins": (20, 30),
    "30-40 mins": (30, 40),
    "40-50 mins": (40, 50),
    "50+ mins": (50, 10_000),
}
TOP_CITIES = ("SILVER SPRING", "ROCKVILLE", "GAITHERSBURG", "GERMANTOWN")
FOCUS_STREETS = ("GEORGIA AVE", "ROCKVILLE PIKE", "COLESVILLE RD", "VEIRS MILL RD")

# A line of the findings' text about Gaithersburg, no row of a panel: it does not say that other cities have none.
LINE_OF_THE_TEXT = "DOMESTIC DISTURBANCE/VIOLENCE:1"
# Of the text too, on one street each: minutes of CHECK WELFARE:1, "the same number of incidents on each".
CHECK_WELFARE_MINUTES = {"VEIRS MILL RD": 7.81, "GEORGIA AVE": 14.53, "ROCKVILLE PIKE": 15.54}


@dataclass(frozen=True)
class Incident:
    """What the published figures are of."""

    city: str
    initial_type: str
    priority: str
    district: str
    sector: str
    pra: str
    disposition: str
    block: int | None
    street: str | None  # of a block address
    dispatch_arrive: int | None  # seconds
    arrive_cleared: int | None

    @property
    def pair(self) -> str:
        return f"{self.initial_type}:{self.priority}"

    @property
    def misses_both(self) -> bool:
        return self.dispatch_arrive is None and self.arrive_cleared is None

    def seconds(self, metric: str) -> int | None:
        return self.dispatch_arrive if metric == "dispatch_arrive" else self.arrive_cleared


def read_incidents() -> Iterator[Incident]:
    for line in gzip.decompress((ROOT / "sample/incidents_2024-06.ndjson.gz").read_bytes()).splitlines():
        row = json.loads(line)
        block = re.fullmatch(r"(\d+)\s+BLK\s+(.+)", row["address"])
        yield Incident(
            city=row["city"],
            initial_type=row["initial_type"],
            priority=row["priority"],
            district=row["police_district_number"],
            sector=row["sector"],
            pra=row["pra"],
            disposition=row["disposition_desc"],
            block=int(block[1]) if block else None,
            street=block[2] if block else None,
            dispatch_arrive=int(row["dispatch_arrive"]) if "dispatch_arrive" in row else None,
            arrive_cleared=int(row["arrive_cleared"]) if "arrive_cleared" in row else None,
        )


INCIDENTS = list(read_incidents())
MISSING_BOTH = [incident for incident in INCIDENTS if incident.misses_both]


def where(**wanted: str) -> list[Incident]:
    """Return the incidents whose fields have these values."""
    return [i for i in INCIDENTS if all(getattr(i, field) == value for field, value in wanted.items())]


def timed(incidents: Iterable[Incident], metric: str) -> list[int]:
    """Return the seconds of those that have them."""
    return [seconds for incident in incidents if (seconds := incident.seconds(metric)) is not None]


def half_up(number: Decimal, decimals: int) -> float:
    return float(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def percent(part: int, whole: int) -> float:
    return half_up(Decimal(100 * part) / whole, 1)


def is_shown_as(mean_minutes: Decimal, published: float) -> bool:
    """Return whether the study would print the mean so: two decimals, or three significant digits of these."""
    rounded = half_up(mean_minutes, 2)
    return published in (rounded, float(f"{rounded:.3g}"))


def mean_minutes(seconds: list[int]) -> Decimal:
    return Decimal(sum(seconds)) / (60 * len(seconds))


def figures(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Make one test of each row, named by its text values."""
    return [pytest.param(*row, id=" | ".join(str(v) for v in row if not isinstance(v, list | dict))) for row in rows]


def entries(group: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the entries of a published group with two levels; of one with `right` and `wrong`, the right ones."""
    for key, values in PUBLISHED[group].items():
        if "wrong" in values:
            values = values.get("right", {})
        for name, value in values.items():
            yield key, name, value


def unlisted_above_last(counts: dict[str, float], listed: dict[str, float]) -> dict[str, float]:
    """Return what is not listed and yet above the last listed figure."""
    return {name: n for name, n in counts.items() if name not in listed and n > min(listed.values())}


# Totals


@pytest.mark.parametrize(
    ("total", "recomputed"),
    [
        ("incidents", len(INCIDENTS)),
        ("top4_city_incidents", sum(incident.city in TOP_CITIES for incident in INCIDENTS)),
        ("dispatch_arrive_missing", sum(incident.dispatch_arrive is None for incident in INCIDENTS)),
        ("both_missing", len(MISSING_BOTH)),
        ("both_missing_in_3D", sum(incident.district == "3D" for incident in MISSING_BOTH)),
        ("priority", sorted({int(incident.priority) for incident in INCIDENTS})),
    ],
)
def test_total(total: str, recomputed: Any) -> None:
    assert recomputed == PUBLISHED["totals"][total]


def test_arrive_cleared_missing_is_274_since_273_contradicts_other_figures() -> None:
    """Gaithersburg's disturbances have 8 dispatch-arrive times (37.5 %) and 7 arrive-cleared times (28.6 %).

    So at least one incident has only the first, and more miss arrive_cleared than miss both (273).
    """
    assert PUBLISHED["totals"]["arrive_cleared_missing"] == PUBLISHED["totals"]["both_missing"] == 273
    disturbances = where(city="GAITHERSBURG", initial_type="DISTURBANCE/NUISANCE")
    assert len(timed(disturbances, "dispatch_arrive")) == 8
    assert len(timed(disturbances, "arrive_cleared")) == 7
    assert sum(incident.arrive_cleared is None for incident in INCIDENTS) == 274


def test_every_total_has_a_test() -> None:
    assert set(PUBLISHED["totals"]) == {
        *("incidents", "top4_city_incidents", "dispatch_arrive_missing", "arrive_cleared_missing"),
        *("both_missing", "both_missing_in_3D", "priority"),
    }


# Questions 1 to 3: cities and types


@pytest.mark.parametrize(("city", "incidents"), figures(PUBLISHED["incidents_by_city"].items()))
def test_incidents_by_city(city: str, incidents: int) -> None:
    assert len(where(city=city)) == incidents


def test_no_other_city() -> None:
    assert {incident.city for incident in INCIDENTS} == set(PUBLISHED["incidents_by_city"])


def types(incidents: list[Incident]) -> Counter[str]:
    return Counter(incident.initial_type for incident in incidents)


@pytest.mark.parametrize(("city", "initial_type", "incidents"), figures(entries("top3_types_by_city")))
def test_top3_types_by_city(city: str, initial_type: str, incidents: int) -> None:
    assert len(where(city=city, initial_type=initial_type)) == incidents


@pytest.mark.parametrize(
    ("city", "initial_type", "share"),
    figures([*entries("top3_types_percent_of_city"), *entries("top4_types_percent_of_city")]),
)
def test_types_percent_of_city(city: str, initial_type: str, share: float) -> None:
    assert percent(len(where(city=city, initial_type=initial_type)), len(where(city=city))) == share


@pytest.mark.parametrize(
    ("group", "city"),
    figures((g, city) for g in ("top3_types_by_city", "top4_types_percent_of_city") for city in PUBLISHED[g]),
)
def test_no_other_type_is_above_a_citys_top_types(group: str, city: str) -> None:
    counts = types(where(city=city))
    listed = {initial_type: float(counts[initial_type]) for initial_type in PUBLISHED[group][city]}
    assert unlisted_above_last(dict(counts), listed) == {}


def test_rockvilles_fourth_place_is_shared() -> None:
    counts = types(where(city="ROCKVILLE"))
    assert counts["CHECK WELFARE"] == counts["SUSPICIOUS CIRC, PERSONS, VEHICLE"] == 11


@pytest.mark.parametrize(("initial_type", "share"), figures(PUBLISHED["top10_types_percent_of_all"].items()))
def test_top10_types_percent_of_all(initial_type: str, share: float) -> None:
    assert percent(len(where(initial_type=initial_type)), len(INCIDENTS)) == share


def test_no_other_type_is_above_the_top10() -> None:
    shares = {initial_type: percent(n, len(INCIDENTS)) for initial_type, n in types(INCIDENTS).items()}
    assert unlisted_above_last(shares, PUBLISHED["top10_types_percent_of_all"]) == {}


# Question 4: streets


@pytest.mark.parametrize(("street", "incidents"), figures(PUBLISHED["streets_with_10_or_more"].items()))
def test_streets_with_10_or_more(street: str, incidents: int) -> None:
    assert len(where(street=street)) == incidents


def test_no_other_street_has_10_or_more() -> None:
    streets = Counter(incident.street for incident in INCIDENTS if incident.street)
    assert {street for street, n in streets.items() if n >= 10} == set(PUBLISHED["streets_with_10_or_more"])


@pytest.mark.parametrize(("street", "initial_type", "incidents"), figures(entries("types_on_street")))
def test_types_on_street(street: str, initial_type: str, incidents: int) -> None:
    assert len(where(street=street, initial_type=initial_type)) == incidents


@pytest.mark.parametrize("street", PUBLISHED["types_on_street"])
def test_no_other_type_is_above_a_streets_first_ones(street: str) -> None:
    assert unlisted_above_last(dict(types(where(street=street))), PUBLISHED["types_on_street"][street]) == {}


# Questions 6 and 7: dispositions

DISPOSITIONS = PUBLISHED["dispositions_of_top4_types"]


@pytest.mark.parametrize(
    ("city", "initial_type", "disposition", "incidents"),
    figures(
        (city, initial_type, disposition, n)
        for city, by_type in DISPOSITIONS.items()
        for initial_type, listed in by_type.items()
        for disposition, n in listed.items()
    ),
)
def test_dispositions_of_top4_types(city: str, initial_type: str, disposition: str, incidents: int) -> None:
    assert len(where(city=city, initial_type=initial_type, disposition=disposition)) == incidents


@pytest.mark.parametrize(
    ("city", "initial_type"), figures((city, kind) for city, by_type in DISPOSITIONS.items() for kind in by_type)
)
def test_no_other_disposition_is_above_the_first_three(city: str, initial_type: str) -> None:
    listed = DISPOSITIONS[city][initial_type]
    counts = Counter(i.disposition for i in where(city=city, initial_type=initial_type))
    if len(listed) < 3:  # the panel shows three, so these are all
        assert set(counts) == set(listed)
    assert unlisted_above_last(dict(counts), listed) == {}


# Question 8: incidents without both times

MISSING_BY: dict[str, Callable[[Incident], str]] = {
    "type": lambda incident: incident.initial_type,
    "sector": lambda incident: incident.sector,
    "district": lambda incident: incident.district,
}


@pytest.mark.parametrize(
    ("dimension", "value", "incidents"),
    figures((by, value, n) for by in MISSING_BY for value, n in PUBLISHED[f"both_missing_by_{by}"].items()),
)
def test_both_missing(dimension: str, value: str, incidents: int) -> None:
    assert sum(MISSING_BY[dimension](incident) == value for incident in MISSING_BOTH) == incidents


@pytest.mark.parametrize("dimension", MISSING_BY)
def test_nothing_else_misses_both_times_more_often(dimension: str) -> None:
    counts = Counter(MISSING_BY[dimension](incident) for incident in MISSING_BOTH)
    listed = PUBLISHED[f"both_missing_by_{dimension}"]
    if dimension == "district":  # the panel shows all
        assert set(counts) == set(listed)
    assert unlisted_above_last(dict(counts), listed) == {}


# Questions 9 and 10: time buckets


def bucket_shares(metric: str, initial_type: str) -> dict[str, float]:
    """Return 'CITY:bucket' -> percent of the city's timed incidents of the type. 0 seconds are in no bucket."""
    shares = {}
    for city in TOP_CITIES:
        seconds = timed(where(city=city, initial_type=initial_type), metric)
        for bucket, (above, up_to) in BUCKETS.items():
            in_bucket = sum(above * 60 < s <= up_to * 60 for s in seconds)
            shares[f"{city}:{bucket}"] = percent(in_bucket, len(seconds))
    return shares


BUCKET_PANELS = [(metric, kind) for metric in METRICS for kind in PUBLISHED[f"{metric}_buckets"]]


@pytest.mark.parametrize(
    ("metric", "initial_type", "city", "incidents"),
    figures((*panel, *n) for panel in BUCKET_PANELS for n in PUBLISHED[f"{panel[0]}_buckets"][panel[1]]["n"].items()),
)
def test_timed_incidents_of_bucket_panel(metric: str, initial_type: str, city: str, incidents: int) -> None:
    assert len(timed(where(city=city, initial_type=initial_type), metric)) == incidents


@pytest.mark.parametrize(
    ("metric", "initial_type", "name", "share"),
    figures((*p, *share) for p in BUCKET_PANELS for share in PUBLISHED[f"{p[0]}_buckets"][p[1]]["percent"].items()),
)
def test_bucket_share(metric: str, initial_type: str, name: str, share: float) -> None:
    assert bucket_shares(metric, initial_type)[name] == share


@pytest.mark.parametrize(("metric", "initial_type"), figures(BUCKET_PANELS))
def test_no_other_bucket_share_is_above_the_tenth(metric: str, initial_type: str) -> None:
    listed = PUBLISHED[f"{metric}_buckets"][initial_type]["percent"]
    assert unlisted_above_last(bucket_shares(metric, initial_type), listed) == {}


# Questions 11 and 13 to 15: means by city and by street


def means(place: str) -> Iterator[tuple[str, str, str, list[Any]]]:
    """Yield metric, pair, place and what was published of it."""
    for metric, abbreviation in METRICS.items():
        for pair, where_, figure in entries(f"{abbreviation}_by_type_priority_{place}"):
            yield metric, pair, where_, figure


def left_out(place: str, all_places: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield metric, pair and each place that the row of the panel does not have."""
    for metric, abbreviation in METRICS.items():
        for pair, row in PUBLISHED[f"{abbreviation}_by_type_priority_{place}"].items():
            if pair != LINE_OF_THE_TEXT:
                yield from ((metric, pair, other) for other in all_places if other not in row)


@pytest.mark.parametrize(("metric", "pair", "city", "figure"), figures(means("city")))
def test_mean_by_city(metric: str, pair: str, city: str, figure: list[Any]) -> None:
    minutes, incidents = figure
    seconds = timed(where(pair=pair, city=city), metric)
    assert len(seconds) == incidents
    assert is_shown_as(mean_minutes(seconds), minutes), mean_minutes(seconds)


@pytest.mark.parametrize(("metric", "pair", "city"), figures(left_out("city", TOP_CITIES)))
def test_city_left_out_has_no_timed_incident(metric: str, pair: str, city: str) -> None:
    assert timed(where(pair=pair, city=city), metric) == []


@pytest.mark.parametrize(
    ("metric", "pair", "street", "figure"), figures(row for row in means("street") if "summed" not in row[3])
)
def test_mean_by_street(metric: str, pair: str, street: str, figure: list[Any]) -> None:
    minutes, incidents = figure
    seconds = timed(where(pair=pair, street=street), metric)
    assert len(seconds) == incidents
    assert is_shown_as(mean_minutes(seconds), minutes), mean_minutes(seconds)


@pytest.mark.parametrize(("metric", "pair", "street"), figures(left_out("street", FOCUS_STREETS)))
def test_street_left_out_has_no_timed_incident(metric: str, pair: str, street: str) -> None:
    assert timed(where(pair=pair, street=street), metric) == []


@pytest.mark.parametrize(("street", "minutes"), figures(CHECK_WELFARE_MINUTES.items()))
def test_check_welfare_of_the_text(street: str, minutes: float) -> None:
    assert is_shown_as(mean_minutes(timed(where(pair="CHECK WELFARE:1", street=street), "dispatch_arrive")), minutes)


def test_check_welfare_has_the_same_number_on_each_street() -> None:
    numbers = {len(timed(where(pair="CHECK WELFARE:1", street=s), "dispatch_arrive")) for s in CHECK_WELFARE_MINUTES}
    assert len(numbers) == 1


# Question 12: the incidents behind an average

BEHIND = [
    (pair, city, row["pra"], row)
    for pair, by_city in PUBLISHED["incidents_behind"].items()
    for city, rows in by_city.items()
    for row in rows
]


@pytest.mark.parametrize(("pair", "city", "pra", "published"), figures(BEHIND))
def test_incident_behind_an_average(pair: str, city: str, pra: str, published: dict[str, Any]) -> None:
    [incident] = where(pair=pair, city=city, pra=pra)
    assert incident.sector == published["sector"]
    assert incident.disposition == published["disposition_desc"]
    assert incident.arrive_cleared == published["arrive_cleared"]
    if "dispatch_arrive_minutes" in published:
        assert incident.dispatch_arrive is not None
        assert half_up(Decimal(incident.dispatch_arrive) / 60, 1) == published["dispatch_arrive_minutes"]
    elif "dispatch_arrive_thousands" in published:
        assert incident.dispatch_arrive is not None
        assert half_up(Decimal(incident.dispatch_arrive) / 1000, 2) == published["dispatch_arrive_thousands"]
    else:
        assert incident.dispatch_arrive is None


@pytest.mark.parametrize(("pair", "city", "rows"), figures((p, c, rows) for p, c, rows in entries("incidents_behind")))
def test_no_other_incident_behind_the_average(pair: str, city: str, rows: list[Any]) -> None:
    assert len(where(pair=pair, city=city)) == len(rows)


# Question 18: priorities


def priority_mix(city: str, names: Iterable[str]) -> Counter[str]:
    """Return 'priority : type' -> incidents of the city, for the types in `names`."""
    wanted = {name.split(" : ")[1] for name in names}
    return Counter(f"{i.priority} : {i.initial_type}" for i in where(city=city) if i.initial_type in wanted)


@pytest.mark.parametrize(("city", "name", "share"), figures(entries("priority_type_percent_of_city")))
def test_priority_type_percent_of_city(city: str, name: str, share: float) -> None:
    assert percent(priority_mix(city, [name])[name], len(where(city=city))) == share


@pytest.mark.parametrize(
    "city", [c for c, mix in PUBLISHED["priority_type_percent_of_city"].items() if "wrong" not in mix]
)
def test_no_other_priority_of_a_citys_types(city: str) -> None:
    published = PUBLISHED["priority_type_percent_of_city"][city]
    assert set(priority_mix(city, published)) == set(published)


# The figures that the study got wrong come out when its mistakes are made. Above, the right ones hold.


@pytest.mark.parametrize(
    ("city", "initial_type", "wrong"),
    figures(
        (city, initial_type, wrong)
        for city in ("GAITHERSBURG", "GERMANTOWN")
        for initial_type, wrong in PUBLISHED["top3_types_percent_of_city"][city]["wrong"].items()
    ),
)
def test_wrong_percent_was_divided_by_the_other_citys_total(city: str, initial_type: str, wrong: float) -> None:
    other = {"GAITHERSBURG": "GERMANTOWN", "GERMANTOWN": "GAITHERSBURG"}[city]
    incidents = len(where(city=city, initial_type=initial_type))
    assert percent(incidents, len(where(city=other))) == wrong
    assert percent(incidents, len(where(city=city))) != wrong


@pytest.mark.parametrize(
    ("name", "wrong"), figures(PUBLISHED["priority_type_percent_of_city"]["GAITHERSBURG"]["wrong"].items())
)
def test_wrong_priority_mix_of_gaithersburg_counted_silver_springs_incidents(name: str, wrong: float) -> None:
    silver_springs = priority_mix("SILVER SPRING", [name])[name]
    assert percent(silver_springs, len(where(city="GAITHERSBURG"))) == wrong


@pytest.mark.parametrize(
    ("metric", "pair", "street", "figure"), figures(row for row in means("street") if "summed" in row[3])
)
def test_wrong_street_mean_is_the_sum_of_its_blocks_means(
    metric: str, pair: str, street: str, figure: list[Any]
) -> None:
    minutes, incidents, _ = figure
    by_block = defaultdict(list)
    for incident in where(pair=pair, street=street):
        if (seconds := incident.seconds(metric)) is not None:
            by_block[incident.block].append(seconds)
    assert sum(len(block) for block in by_block.values()) == incidents
    assert is_shown_as(sum((mean_minutes(block) for block in by_block.values()), Decimal(0)), minutes)


@pytest.mark.parametrize(
    ("metric", "pair", "minutes"),
    [("dispatch_arrive", "ASSAULT:0", 2.25), ("arrive_cleared", "ASSIST/STANDBY:1", 17.3)],
)
def test_right_mean_on_georgia_avenue(metric: str, pair: str, minutes: float) -> None:
    assert is_shown_as(mean_minutes(timed(where(pair=pair, street="GEORGIA AVE"), metric)), minutes)
