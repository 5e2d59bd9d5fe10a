"""Every mart computed from the incidents in plain Python, straight from the definitions in words.

Nothing here is taken from the models' SQL: means and shares are fractions until the end, ranks are counted, and cells
are cut in decimals. Slow and obvious is the point.
"""

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from math import isclose
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]

TOP_N = 4
SMALL_SAMPLE = 5
FOCUS_STREETS = ("GEORGIA AVE", "ROCKVILLE PIKE", "COLESVILLE RD", "VEIRS MILL RD")
FOCUS_TYPES = ("TRAFFIC/TRANSPORTATION INCIDENT", "DISTURBANCE/NUISANCE", "CHECK WELFARE")
NAMED_PERIODS = (
    ("study_2024_06", "Study: 10 to 13 June 2024", dt.date(2024, 6, 10), dt.date(2024, 6, 14)),
    ("study_2024_07", "Study: 10 to 13 July 2024", dt.date(2024, 7, 10), dt.date(2024, 7, 14)),
)
BUCKETS = (
    "at once", "0-5 mins", "5-10 mins", "10-15 mins", "15-20 mins", "20-30 mins", "30-40 mins", "40-50 mins",
    "50+ mins",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
CELL = Decimal("0.005")


@dataclass(frozen=True)
class Mart:
    """A mart's rows and the columns that name one of them."""

    grain: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Period:
    period_id: str
    label: str
    kind: str
    first_date: dt.date | None
    end_date: dt.date | None

    def holds(self, date: dt.date) -> bool:
        return (self.first_date is None or date >= self.first_date) and (self.end_date is None or date < self.end_date)


def expected_marts(incidents: Sequence[Row]) -> dict[str, Mart]:
    """Computes the marts.

    Args:
        incidents: All rows of `incidents`, details included, each a dict by column.

    Returns:
        The marts by name, without `incidents`, `answers` and `data_health`.
    """
    calls = [with_names(incident) for incident in incidents if not incident["is_detail"]]
    top_cities = rank_cities(calls)
    marts = {
        "reporting_periods": Mart(("period_id",), list(reporting_periods(incidents))),
        "top_cities": Mart(("city",), [{"city": city, "city_rank": rank} for city, rank in top_cities.items()]),
        "q20_trend": Mart(("city", "type_group", "month_start"), list(trend(incidents, calls, top_cities))),
    }
    for name, (grain, question) in QUESTIONS.items():
        rows = [
            {"period_id": period.period_id} | row
            for period in periods(incidents)
            if (inside := [call for call in calls if period.holds(call["start_time"].date())])
            for row in question(inside, top_cities)
        ]
        marts[name] = Mart(("period_id", *grain), rows)
    return marts


# ---- words ----------------------------------------------------------------------------------------------------------


def with_names(incident: Row) -> Row:
    """The incident with the names that missing values have in the question marts, and its pair."""
    initial_type = incident["initial_type"] or "(none)"
    return incident | {
        "initial_type": initial_type,
        "city": incident["city"] or "(no city)",
        "disposition": incident["disposition"] or "(none)",
        "pair": None if incident["priority"] is None else f"{initial_type}:{incident['priority']}",
    }


def rank_cities(calls: Sequence[Row]) -> dict[str, int]:
    """The top cities with their rank."""
    counts = Counter(call["city"] for call in calls if call["city"] != "(no city)")
    ordered = sorted(counts, key=lambda city: (-counts[city], city))
    return {city: rank for rank, city in enumerate(ordered[:TOP_N], start=1)}


def groups(rows: Iterable[Row], *columns: str) -> dict[Key, list[Row]]:
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return dict(found)


def compared_cities(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[tuple[str, int, list[Row]]]:
    """(city, city_order, its incidents) of each top city with any, and of ALL."""
    yield "ALL", 0, list(calls)
    for city, order in top_cities.items():
        if own := [call for call in calls if call["city"] == city]:
            yield city, order, own


def pct(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None


def rank_of(value: Any, values: Iterable[Any]) -> int:
    """The rank from the greatest: 1 + how many are greater."""
    return 1 + len([other for other in values if other > value])


def minutes(seconds: Sequence[int]) -> Fraction | None:
    """The mean of the seconds in minutes; None without any."""
    return Fraction(sum(seconds), 60 * len(seconds)) if seconds else None


def percentile(values: Sequence[int], fraction: Fraction) -> Fraction:
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def most_common(values: Iterable[Any]) -> Any:
    counts = Counter(value for value in values if value is not None)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def top_types(calls: Sequence[Row], top_cities: Mapping[str, int]) -> dict[str, set[str]]:
    """The top types of each top city with any incident."""
    found = {}
    for city, order, own in compared_cities(calls, top_cities):
        counts = Counter(call["initial_type"] for call in own)
        if order:
            found[city] = {name for name in counts if rank_of(counts[name], counts.values()) <= TOP_N}
    return found


def in_compared_types(
    calls: Sequence[Row], top_cities: Mapping[str, int]
) -> Iterator[tuple[str, int, int, str, bool, list[Row]]]:
    """(city, city_order, incidents of the city, type, is a top type there, its incidents) of the compared types."""
    tops = top_types(calls, top_cities)
    compared = set().union(*tops.values())
    for city, order, own in compared_cities(calls, top_cities):
        for (initial_type,), of_type in groups(own, "initial_type").items():
            if order and initial_type in compared:
                yield city, order, len(own), initial_type, initial_type in tops[city], of_type


# ---- core marts -----------------------------------------------------------------------------------------------------


def periods(incidents: Sequence[Row]) -> list[Period]:
    """All periods in the order of a picker: all, the latest from the shortest, then the newest first of each kind."""
    dates = {incident["start_time"].date() for incident in incidents}
    end = max(dates) + dt.timedelta(days=1) if dates else None
    found = [Period("all", "All data", "all", None, None)]
    if end:
        for days in (7, 28, 365):
            found.append(Period(f"last_{days}_days", f"Last {days} days", "latest", end - dt.timedelta(days=days), end))
    named = [Period(name, label, "named", first, until) for name, label, first, until in NAMED_PERIODS]
    found += sorted(
        (period for period in named if any(period.holds(date) for date in dates)),
        key=lambda period: (period.first_date, period.period_id),
        reverse=True,
    )
    for year in sorted({date.year for date in dates}, reverse=True):
        found.append(Period(str(year), str(year), "year", dt.date(year, 1, 1), dt.date(year + 1, 1, 1)))
    for year, month in sorted({(date.year, date.month) for date in dates}, reverse=True):
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        label = f"{MONTHS[month - 1]} {year}"
        found.append(Period(f"{year}-{month:02d}", label, "month", dt.date(year, month, 1), following))
    return found


def reporting_periods(incidents: Sequence[Row]) -> Iterator[Row]:
    for order, period in enumerate(periods(incidents), start=1):
        yield {
            "period_id": period.period_id,
            "label": period.label,
            "kind": period.kind,
            "start_at": period.first_date and dt.datetime.combine(period.first_date, dt.time()),
            "end_at": period.end_date and dt.datetime.combine(period.end_date, dt.time()),
            "sort_order": order,
        }


# ---- questions 1 to 3: cities ---------------------------------------------------------------------------------------


def q01(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    counts = Counter(call["city"] for call in calls)
    for city, incidents in counts.items():
        yield {
            "city": city,
            "city_order": top_cities.get(city),
            "incidents": incidents,
            "pct_of_all": pct(incidents, len(calls)),
            "city_rank": rank_of(incidents, counts.values()),
            "is_top_city": city in top_cities,
        }


def q02(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for city, order, own in compared_cities(calls, top_cities):
        counts = Counter(call["initial_type"] for call in own)
        for initial_type, incidents in counts.items():
            if (rank := rank_of(incidents, counts.values())) <= 10:
                yield {
                    "city": city,
                    "city_order": order,
                    "initial_type": initial_type,
                    "incidents": incidents,
                    "type_rank": rank,
                    "pct_of_city": pct(incidents, len(own)),
                }


def q03(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for initial_type in {call["initial_type"] for call in calls if call["city"] in top_cities}:
        shares = {
            city: Fraction(100 * sum(call["initial_type"] == initial_type for call in own), len(own))
            for city, _, own in compared_cities(calls, top_cities)
        }
        highest = min((city for city in shares if city != "ALL"), key=lambda city: (-shares[city], city))
        for city, order, own in compared_cities(calls, top_cities):
            yield {
                "initial_type": initial_type,
                "city": city,
                "city_order": order,
                "incidents": sum(call["initial_type"] == initial_type for call in own),
                "city_incidents": len(own),
                "pct_of_city": shares[city],
                "pct_of_all": shares["ALL"],
                "difference_points": shares[city] - shares["ALL"],
                "highest_city": highest,
            }


# ---- questions 4 and 5: places --------------------------------------------------------------------------------------


def q04(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    touching: defaultdict[str, list[Row]] = defaultdict(list)
    for call in calls:
        for street in {call["street"], call["cross_street"]} - {None}:
            touching[street].append(call)
    blocks = {street: sum(call["location_kind"] == "block" for call in own) for street, own in touching.items()}
    for street, own in touching.items():
        yield {
            "street": street,
            "block_incidents": blocks[street],
            "intersection_incidents": sum(call["location_kind"] == "intersection" for call in own),
            "incidents": len(own),
            "pct_of_all": pct(len(own), len(calls)),
            "street_rank": rank_of(blocks[street], blocks.values()),
            "main_city": most_common(call["city"] for call in own if call["city"] != "(no city)"),
            "top_type": most_common(call["initial_type"] for call in own),
            "is_focus_street": street in FOCUS_STREETS,
        }


def on_focus_streets(calls: Sequence[Row]) -> list[Row]:
    return [call for call in calls if call["location_kind"] == "block" and call["street"] in FOCUS_STREETS]


def q04_types(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for (street,), own in groups(on_focus_streets(calls), "street").items():
        counts = Counter(call["initial_type"] for call in own)
        for initial_type, incidents in counts.items():
            yield {
                "street": street,
                "street_order": FOCUS_STREETS.index(street) + 1,
                "initial_type": initial_type,
                "incidents": incidents,
                "type_rank": rank_of(incidents, counts.values()),
                "pct_of_street": pct(incidents, len(own)),
            }


def cell_of(call: Row) -> str:
    corner = [
        (Decimal(str(call[axis])) / CELL).to_integral_value(ROUND_FLOOR) * CELL for axis in ("latitude", "longitude")
    ]
    return ":".join(f"{degrees:.3f}" for degrees in corner)


def q05(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    cells: defaultdict[str, list[Row]] = defaultdict(list)
    for call in calls:
        if call["latitude"] is not None and call["longitude"] is not None:
            cells[cell_of(call)].append(call)
    sizes = [len(own) for own in cells.values()]
    for cell, own in cells.items():
        yield {
            "cell_id": cell,
            "latitude": statistics.fmean(call["latitude"] for call in own),
            "longitude": statistics.fmean(call["longitude"] for call in own),
            "incidents": len(own),
            "cell_rank": rank_of(len(own), sizes),
            "intersection_pct": pct(sum(call["location_kind"] == "intersection" for call in own), len(own)),
            "top_street": most_common(call["street"] for call in own),
            "top_city": most_common(call["city"] for call in own if call["city"] != "(no city)"),
            "top_type": most_common(call["initial_type"] for call in own),
            "pct_of_all": pct(len(own), len(calls)),
            "excluding_traffic": sum(call["initial_type"] != "TRAFFIC/TRANSPORTATION INCIDENT" for call in own),
        }


def q05_kinds(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for city, order, own in compared_cities(calls, top_cities):
        for (kind, road_class), alike in groups(own, "location_kind", "road_class").items():
            yield {
                "city": city,
                "city_order": order,
                "location_kind": kind or "(none)",
                "road_class": road_class or "(none)",
                "incidents": len(alike),
                "pct_of_city": pct(len(alike), len(own)),
            }


# ---- questions 6, 7, 18 and 21: top types ---------------------------------------------------------------------------


def q06(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    counts: Counter[tuple[str, str, str]] = Counter()
    of_top_types: defaultdict[str, list[int]] = defaultdict(list)
    for city, _, _, initial_type, is_top, of_type in in_compared_types(calls, top_cities):
        for disposition, incidents in Counter(call["disposition"] for call in of_type).items():
            counts[city, initial_type, disposition] = incidents
            if is_top:
                of_top_types[city].append(incidents)
    for city, order, city_incidents, initial_type, is_top, of_type in in_compared_types(calls, top_cities):
        for disposition in {call["disposition"] for call in of_type}:
            incidents = counts[city, initial_type, disposition]
            everywhere = [counts[other, initial_type, disposition] for other in top_cities]
            yield {
                "city": city,
                "city_order": order,
                "initial_type": initial_type,
                "disposition": disposition,
                "incidents": incidents,
                "is_top_type": is_top,
                "combination_rank": rank_of(incidents, of_top_types[city]) if is_top else None,
                "pct_of_city": pct(incidents, city_incidents),
                "in_all_top_cities": all(everywhere),
                "incidents_all_top_cities": sum(everywhere),
            }


def q07(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for city, order, _, initial_type, is_top, of_type in in_compared_types(calls, top_cities):
        counts = Counter(call["disposition"] for call in of_type)
        for disposition, incidents in counts.items():
            yield {
                "city": city,
                "city_order": order,
                "initial_type": initial_type,
                "disposition": disposition,
                "incidents": incidents,
                "is_top_type": is_top,
                "type_incidents": len(of_type),
                "disposition_rank": rank_of(incidents, counts.values()),
                "pct_of_type": pct(incidents, len(of_type)),
            }


def q18(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for city, order, city_incidents, initial_type, is_top, of_type in in_compared_types(calls, top_cities):
        counts = Counter(call["priority"] for call in of_type if call["priority"] is not None)
        for priority, incidents in counts.items():
            yield {
                "city": city,
                "city_order": order,
                "initial_type": initial_type,
                "priority": priority,
                "incidents": incidents,
                "is_top_type": is_top,
                "type_incidents": counts.total(),
                "pct_of_city": pct(incidents, city_incidents),
                "pct_of_type": pct(incidents, counts.total()),
                "type_pct_of_city": pct(counts.total(), city_incidents),
                "city_incidents": city_incidents,
            }


def q21(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    tops = top_types(calls, top_cities)
    for city in tops:
        on_blocks = [call for call in calls if call["city"] == city and call["location_kind"] == "block"]
        streets = groups(on_blocks, "street")
        sizes = [len(own) for own in streets.values()]
        for (street,), own in streets.items():
            if rank_of(len(own), sizes) > 10:
                continue
            for (initial_type, disposition), alike in groups(own, "initial_type", "disposition").items():
                if initial_type in tops[city]:
                    yield {
                        "street": street,
                        "city": city,
                        "initial_type": initial_type,
                        "disposition": disposition,
                        "incidents": len(alike),
                        "pct_of_street": pct(len(alike), len(own)),
                    }


# ---- question 8: missing times --------------------------------------------------------------------------------------


def q08(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    def lacks_both(call: Row) -> bool:
        return call["dispatch_arrive_seconds"] is None and call["arrive_cleared_seconds"] is None

    all_missing = sum(lacks_both(call) for call in calls)
    for dimension in ("all", "initial_type", "sector", "police_district", "pra", "city", "priority", "missing_reason"):
        values: defaultdict[str, list[Row]] = defaultdict(list)
        for call in calls:
            value = "all" if dimension == "all" else call[dimension]
            if dimension == "missing_reason" and value is None:
                continue
            values["(none)" if value in (None, "(no city)") else str(value)].append(call)
        for value, own in values.items():
            missing = sum(lacks_both(call) for call in own)
            yield {
                "dimension": dimension,
                "value": value,
                "incidents": len(own),
                "dispatch_arrive_missing": sum(call["dispatch_arrive_seconds"] is None for call in own),
                "arrive_cleared_missing": sum(call["arrive_cleared_seconds"] is None for call in own),
                "both_missing": missing,
                "missing_rate_pct": pct(missing, len(own)),
                "pct_of_all_missing": pct(missing, all_missing),
                "lift": Fraction(missing * len(calls), len(own) * all_missing) if all_missing else None,
            }


# ---- questions 9 to 17: times ---------------------------------------------------------------------------------------

Question = Callable[[Sequence[Row], Mapping[str, int]], Iterator[Row]]


def bucket_of(seconds: int) -> str:
    """`at once` is 0 s; the others end with their upper end included."""
    if seconds == 0:
        return "at once"
    for limit, bucket in zip((5, 10, 15, 20, 30, 40, 50), BUCKETS[1:], strict=False):
        if seconds <= limit * 60:
            return bucket
    return "50+ mins"


def buckets(metric: str) -> Question:
    def question(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
        for (initial_type, city), own in groups(calls, "initial_type", "city").items():
            timed = [call[metric] for call in own if call[metric] is not None]
            if initial_type not in FOCUS_TYPES or city not in top_cities or not timed:
                continue
            counts = Counter(bucket_of(seconds) for seconds in timed)
            for order, bucket in enumerate(BUCKETS, start=1):
                yield {
                    "initial_type": initial_type,
                    "city": city,
                    "city_order": top_cities[city],
                    "label": f"{city} (n={len(timed):,})",
                    "bucket": bucket,
                    "bucket_order": order,
                    "incidents": counts[bucket],
                    "timed_incidents": len(timed),
                    "pct_of_timed": pct(counts[bucket], len(timed)),
                }

    return question


def timed_pairs(
    calls: Sequence[Row], metric: str, place: str, order: Mapping[str, int]
) -> dict[Key, dict[str, list[Row]]]:
    """The timed incidents of each (type, priority) by place."""
    found: dict[Key, dict[str, list[Row]]] = {}
    for call in calls:
        if call[metric] is not None and call["priority"] is not None and call[place] in order:
            key = (call["initial_type"], call["priority"])
            found.setdefault(key, {}).setdefault(call[place], []).append(call)
    return found


def comparison(metric: str, place: str) -> Question:
    def question(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
        order = top_cities if place == "city" else {street: n for n, street in enumerate(FOCUS_STREETS, start=1)}
        considered = calls if place == "city" else on_focus_streets(calls)
        for (initial_type, priority), by_place in timed_pairs(considered, metric, place, order).items():
            seconds = {name: [call[metric] for call in own] for name, own in by_place.items()}
            means = {name: Fraction(sum(own), 60 * len(own)) for name, own in seconds.items()}
            firm = {name: mean for name, mean in means.items() if len(seconds[name]) >= SMALL_SAMPLE}
            firm_means = list(firm.values()) if len(firm) >= 2 else None
            least, greatest, several = min(means.values()), max(means.values()), len(means) > 1
            for name, own in seconds.items():
                firm_rank = 1 + sum(mean < firm[name] for mean in firm_means) if firm_means and name in firm else None
                yield {
                    "initial_type": initial_type,
                    "priority": priority,
                    "pair": f"{initial_type}:{priority}",
                    place: name,
                    f"{place}_order": order[name],
                    "timed_incidents": len(own),
                    "mean_minutes": means[name],
                    "median_minutes": percentile(own, Fraction(1, 2)) / 60,
                    "p90_minutes": percentile(own, Fraction(9, 10)) / 60,
                    "stddev_minutes": statistics.stdev(own) / 60 if len(own) > 1 else None,
                    {"city": "cities", "street": "streets"}[place] + "_compared": len(means),
                    f"{place}_rank": 1 + sum(mean < means[name] for mean in means.values()),
                    "is_best": several and means[name] == least,
                    "is_worst": several and means[name] == greatest,
                    "spread_minutes": greatest - least,
                    "ratio": greatest / least if least else None,
                    "variation": variation(list(means.values())),
                    "is_small_sample": len(own) < SMALL_SAMPLE,
                    "comparable_n": sorted((len(o) for o in seconds.values()), reverse=True)[1] if several else None,
                    "firm_least_minutes": min(firm_means) if firm_means else None,
                    "firm_greatest_minutes": max(firm_means) if firm_means else None,
                    "firm_spread_minutes": max(firm_means) - min(firm_means) if firm_means else None,
                    "firm_variation": variation(firm_means) if firm_means else None,
                    "firm_rank": firm_rank,
                }

    return question


def variation(means: Sequence[Fraction]) -> float | None:
    """The population's standard deviation / mean; None when all means are 0."""
    mean = sum(means) / len(means)
    return statistics.pstdev(means) / float(mean) if mean else None


def arrivals(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[tuple[Row, list[Row], list[list[Row]]]]:
    """(key columns, the timed incidents here, those of each other city), per pair and top city."""
    for (initial_type, priority), by_city in timed_pairs(calls, "dispatch_arrive_seconds", "city", top_cities).items():
        for city, own in by_city.items():
            key = {
                "initial_type": initial_type,
                "priority": priority,
                "pair": f"{initial_type}:{priority}",
                "city": city,
                "city_order": top_cities[city],
                "timed_incidents": len(own),
            }
            yield key, own, [others for other, others in by_city.items() if other != city]


def arrive_seconds(calls: Iterable[Row]) -> list[int]:
    return [call["dispatch_arrive_seconds"] for call in calls]


def q12(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for key, own, other_cities in arrivals(calls, top_cities):
        seconds = arrive_seconds(own)
        elsewhere = arrive_seconds(call for others in other_cities for call in others)
        mean, mean_elsewhere = Fraction(sum(seconds), 60 * len(seconds)), minutes(elsewhere)
        gap = None if mean_elsewhere is None else mean - mean_elsewhere
        longest = min(own, key=lambda call: (-call["dispatch_arrive_seconds"], call["incident_id"]))
        without = minutes(arrive_seconds(call for call in own if call is not longest))
        if mean_elsewhere is None or gap is None:
            driver = "only city"
        elif gap <= 0:
            driver = "not slower"
        elif without is None:
            driver = "single incident"
        else:
            driver = "one long incident" if without <= mean_elsewhere else "generally slower"
        half = Fraction(1, 2)
        yield key | {
            "cities_compared": 1 + len(other_cities),
            "mean_minutes": mean,
            "mean_minutes_elsewhere": mean_elsewhere,
            "gap_minutes": gap,
            "longest_incident_id": longest["incident_id"],
            "longest_minutes": minutes([longest["dispatch_arrive_seconds"]]),
            "mean_without_longest": without,
            "longest_share_pct": pct(longest["dispatch_arrive_seconds"], sum(seconds)),
            "cleared_minutes_of_longest": minutes([s for s in [longest["arrive_cleared_seconds"]] if s is not None]),
            "median_gap_minutes": (percentile(seconds, half) - percentile(elsewhere, half)) / 60 if elsewhere else None,
            "driver": driver,
        }


def busier(slower: bool) -> Question:
    def question(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
        for key, own, other_cities in arrivals(calls, top_cities):
            if not other_cities:
                continue
            seconds = arrive_seconds(own)
            elsewhere = arrive_seconds(call for others in other_cities for call in others)
            mean = Fraction(sum(seconds), 60 * len(seconds))
            mean_elsewhere = Fraction(sum(elsewhere), 60 * len(elsewhere))
            incidents_elsewhere = Fraction(len(elsewhere), len(other_cities))
            if len(own) > incidents_elsewhere and (mean > mean_elsewhere if slower else mean < mean_elsewhere):
                yield key | {
                    "mean_minutes": mean,
                    "incidents_elsewhere_mean": incidents_elsewhere,
                    "mean_minutes_elsewhere": mean_elsewhere,
                    "slower_by_minutes": mean - mean_elsewhere,
                    "busier_by_incidents": len(own) - incidents_elsewhere,
                    "is_small_sample": len(own) < SMALL_SAMPLE,
                }

    return question


# ---- questions 19 and 20: when --------------------------------------------------------------------------------------


def q19(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for city, order, own in compared_cities(calls, top_cities):
        counts = Counter((call["start_time"].isoweekday(), call["start_time"].hour) for call in own)
        for (weekday, hour), incidents in counts.items():
            yield {
                "city": city,
                "city_order": order,
                "iso_weekday": weekday,
                "start_hour": hour,
                "incidents": incidents,
                "pct_of_city": pct(incidents, len(own)),
                "day_name": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[weekday - 1],
            }


def trend(incidents: Sequence[Row], calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    months: defaultdict[Key, list[Row]] = defaultdict(list)
    orders = {"ALL": 0, **top_cities}
    for call in calls:
        month = call["start_time"].date().replace(day=1)
        for city in {"ALL", call["city"]} & orders.keys():
            for type_group in ("ALL", call["type_group"]):
                months[city, type_group, month].append(call)
    dates = [incident["start_time"].date() for incident in incidents]
    for (city, type_group, month), own in months.items():
        year_ago = len(months.get((city, type_group, month.replace(year=month.year - 1)), ())) or None
        following = (month + dt.timedelta(days=31)).replace(day=1)
        yield {
            "city": city,
            "city_order": orders[city],
            "type_group": type_group,
            "month_start": month,
            "incidents": len(own),
            "adm_minutes": minutes([s for s in arrive_seconds(own) if s is not None]),
            "acm_minutes": minutes([s for call in own if (s := call["arrive_cleared_seconds"]) is not None]),
            "incidents_year_ago": year_ago,
            "change_pct": pct(len(own) - year_ago, year_ago) if year_ago else None,
            "is_complete": min(dates) <= month and max(dates) >= following - dt.timedelta(days=1),
        }


QUESTIONS: dict[str, tuple[tuple[str, ...], Question]] = {
    "q01_incidents_by_city": (("city",), q01),
    "q02_top_types_by_city": (("city", "initial_type"), q02),
    "q03_type_shares": (("initial_type", "city"), q03),
    "q04_incidents_by_street": (("street",), q04),
    "q04_street_types": (("street", "initial_type"), q04_types),
    "q05_hotspots": (("cell_id",), q05),
    "q05_location_kinds": (("city", "location_kind", "road_class"), q05_kinds),
    "q06_type_dispositions": (("city", "initial_type", "disposition"), q06),
    "q07_dispositions_of_top_types": (("city", "initial_type", "disposition"), q07),
    "q08_missing_times": (("dimension", "value"), q08),
    "q09_dispatch_arrive_buckets": (("initial_type", "city", "bucket"), buckets("dispatch_arrive_seconds")),
    "q10_arrive_cleared_buckets": (("initial_type", "city", "bucket"), buckets("arrive_cleared_seconds")),
    "q11_adm_by_city": (("pair", "city"), comparison("dispatch_arrive_seconds", "city")),
    "q12_adm_drivers": (("pair", "city"), q12),
    "q13_acm_by_city": (("pair", "city"), comparison("arrive_cleared_seconds", "city")),
    "q14_adm_by_street": (("pair", "street"), comparison("dispatch_arrive_seconds", "street")),
    "q15_acm_by_street": (("pair", "street"), comparison("arrive_cleared_seconds", "street")),
    "q16_response_challenges": (("pair", "city"), busier(slower=True)),
    "q17_efficient_responses": (("pair", "city"), busier(slower=False)),
    "q18_priority_mix": (("city", "initial_type", "priority"), q18),
    "q19_hour_of_week": (("city", "iso_weekday", "start_hour"), q19),
    "q21_disposition_streets": (("street", "city", "initial_type", "disposition"), q21),
}


def differences(mart: Mart, actual: Sequence[Row], most: int = 5) -> list[str]:
    """What tells the mart from what is expected of it, each in one line; at most so many.

    Doubles count as equal within 1e-9 of their size; everything else must be the same.
    """

    def by_grain(rows: Sequence[Row]) -> dict[Key, Row]:
        return {tuple(row[column] for column in mart.grain): row for row in rows}

    expected, found = by_grain(mart.rows), by_grain(actual)
    told = [f"{len(actual) - len(found)} rows share their grain with another"] if len(found) < len(actual) else []
    told += [f"row {key} is missing" for key in expected.keys() - found.keys()]
    told += [f"row {key} should not be there" for key in found.keys() - expected.keys()]
    for key in sorted(expected.keys() & found.keys(), key=str):
        if expected[key].keys() != found[key].keys():
            return [f"columns {sorted(found[key])} instead of {sorted(expected[key])}"]
        told += [
            f"{column} of {key} is {found[key][column]!r}, should be {value if value is None else printable(value)!r}"
            for column, value in expected[key].items()
            if not same(value, found[key][column])
        ]
    return told[:most] + ([f"... and {len(told) - most} more"] if len(told) > most else [])


def printable(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, float | Fraction) and isinstance(actual, float):
        return isclose(expected, actual, rel_tol=1e-9, abs_tol=1e-12)
    return type(expected) is type(actual) and bool(expected == actual)
