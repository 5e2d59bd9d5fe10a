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
from math import ceil, floor, isclose, sqrt
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
        "incident_list": Mart(("incident_id",), [listed(incident) for incident in incidents]),
        "q20_trend": Mart(("city", "type_group", "month_start"), list(trend(incidents, calls, top_cities))),
        "q23_change": Mart(("period_id", "area_kind", "area", "priority_label"), list(changes(incidents))),
        "q24_streets_by_month": Mart(("street", "month_start"), list(streets_by_month(incidents, calls))),
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


def seconds_of(rows: Iterable[Row], metric: str) -> list[int]:
    """The seconds of the timed ones."""
    return [row[metric] for row in rows if row[metric] is not None]


def percentile(values: Sequence[int], fraction: Fraction) -> Fraction:
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def median_interval(values: Sequence[int]) -> tuple[int | None, int | None]:
    """The 95 % interval of the median, by order statistics; None of fewer than 6 values."""
    n = len(values)
    if n < 6:
        return None, None
    ordered = sorted(values)
    low = max(1, floor((n - 1.96 * sqrt(n)) / 2))
    high = min(n, ceil(1 + (n + 1.96 * sqrt(n)) / 2))
    return ordered[low - 1], ordered[high - 1]


def in_minutes(seconds: int | Fraction | None) -> Fraction | None:
    return None if seconds is None else Fraction(seconds) / 60


def median(values: Sequence[int]) -> Fraction | None:
    return percentile(values, Fraction(1, 2)) if values else None


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


def each_day(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def is_covered(incidents: Sequence[Row], first: dt.date | None, end: dt.date | None) -> bool:
    """True when each day of the span up to the newest has a call; `all` begins with the first incident."""
    dates = [incident["start_time"].date() for incident in incidents]
    called = {incident["start_time"].date() for incident in incidents if not incident["is_detail"]}
    last = min(max(dates), end - dt.timedelta(days=1)) if end else max(dates)
    return set(each_day(first or min(dates), last)) <= called


def is_whole(incidents: Sequence[Row], month: dt.date) -> bool:
    """True when the month has ended and lies within the data."""
    dates = [incident["start_time"].date() for incident in incidents]
    following = (month + dt.timedelta(days=31)).replace(day=1)
    return bool(min(dates) <= month and max(dates) >= following - dt.timedelta(days=1))


def reporting_periods(incidents: Sequence[Row]) -> Iterator[Row]:
    for order, period in enumerate(periods(incidents), start=1):
        called = [
            date
            for incident in incidents
            if not incident["is_detail"] and period.holds(date := incident["start_time"].date())
        ]
        yield {
            "period_id": period.period_id,
            "label": period.label,
            "kind": period.kind,
            "start_at": period.first_date and dt.datetime.combine(period.first_date, dt.time()),
            "end_at": period.end_date and dt.datetime.combine(period.end_date, dt.time()),
            "sort_order": order,
            "incidents": len(called),
            "days_with_incidents": len(set(called)),
            "first_date": min(called, default=None),
            "last_date": max(called, default=None),
            "is_complete": is_covered(incidents, period.first_date, period.end_date),
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


def streets(calls: Sequence[Row], pct_of: str) -> Iterator[tuple[list[Row], Row]]:
    """The calls that touch a street, and what q04_incidents_by_street and q04_streets_by_city both say of it."""
    touching: defaultdict[str, list[Row]] = defaultdict(list)
    for call in calls:
        for street in {call["street"], call["cross_street"]} - {None}:
            touching[street].append(call)
    blocks = {street: sum(call["location_kind"] == "block" for call in own) for street, own in touching.items()}
    for street, own in touching.items():
        yield (
            own,
            {
                "street": street,
                "block_incidents": blocks[street],
                "intersection_incidents": sum(call["location_kind"] == "intersection" for call in own),
                "incidents": len(own),
                pct_of: pct(len(own), len(calls)),
                "street_rank": rank_of(blocks[street], blocks.values()),
                "top_type": most_common(call["initial_type"] for call in own),
            },
        )


def q04(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for own, street in streets(calls, "pct_of_all"):
        main_city = most_common(call["city"] for call in own if call["city"] != "(no city)")
        yield street | {"main_city": main_city, "is_focus_street": street["street"] in FOCUS_STREETS}


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


def q04_by_city(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for (city,), of_city in groups(calls, "city").items():
        for _, street in streets(of_city, "pct_of_city"):
            yield {"city": city, "city_order": top_cities.get(city)} | street


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


def q05_by_group(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    positioned = [call for call in calls if call["latitude"] is not None and call["longitude"] is not None]
    for city, order, of_city in compared_cities(positioned, top_cities):
        for type_group in ["ALL", *{call["type_group"] for call in of_city}]:
            of_group = [call for call in of_city if type_group in ("ALL", call["type_group"])]
            cells: defaultdict[str, list[Row]] = defaultdict(list)
            for call in of_group:
                cells[cell_of(call)].append(call)
            sizes = [len(own) for own in cells.values()]
            for cell, own in cells.items():
                yield {
                    "city": city,
                    "city_order": order,
                    "type_group": type_group,
                    "cell_id": cell,
                    "latitude": statistics.fmean(call["latitude"] for call in own),
                    "longitude": statistics.fmean(call["longitude"] for call in own),
                    "incidents": len(own),
                    "cell_rank": rank_of(len(own), sizes),
                    "pct_of_group": pct(len(own), len(of_group)),
                    "top_street": most_common(call["street"] for call in own),
                    "top_type": most_common(call["initial_type"] for call in own),
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
                "type_incidents_all": len(of_type),
                "pct_of_city": pct(incidents, city_incidents),
                "pct_of_type": pct(incidents, counts.total()),
                "type_pct_of_city": pct(len(of_type), city_incidents),
                "city_incidents": city_incidents,
            }


def q18_streets(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    for (street,), own in groups(on_focus_streets(calls), "street").items():
        counts = Counter(call["initial_type"] for call in own)
        for (initial_type,), of_type in groups(own, "initial_type").items():
            if rank_of(counts[initial_type], counts.values()) > TOP_N:
                continue
            prioritised = [call for call in of_type if call["priority"] is not None]
            for (priority,), alike in groups(prioritised, "priority").items():
                yield {
                    "street": street,
                    "street_order": FOCUS_STREETS.index(street) + 1,
                    "initial_type": initial_type,
                    "priority": priority,
                    "incidents": len(alike),
                    "type_incidents": len(prioritised),
                    "pct_of_street": pct(len(alike), len(own)),
                    "pct_of_type": pct(len(alike), len(prioritised)),
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
                "is_small_sample": len(own) < SMALL_SAMPLE,
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
        all_seconds = [call[metric] for call in considered if call[place] in order and call[metric] is not None]
        overall = minutes(all_seconds) or Fraction(0)
        for (initial_type, priority), by_place in timed_pairs(considered, metric, place, order).items():
            seconds = {name: [call[metric] for call in own] for name, own in by_place.items()}
            means = {name: Fraction(sum(own), 60 * len(own)) for name, own in seconds.items()}
            firm = {name: mean for name, mean in means.items() if len(seconds[name]) >= SMALL_SAMPLE}
            firm_means = list(firm.values()) if len(firm) >= 2 else None
            least, greatest, several = min(means.values()), max(means.values()), len(means) > 1
            intervals = {name: median_interval(own) for name, own in seconds.items()}
            lows = [low for name in firm if (low := intervals[name][0]) is not None]
            highs = [high for name in firm if (high := intervals[name][1]) is not None]
            is_clear = min(highs) < max(lows) if len(lows) >= 2 else None
            for name, own in seconds.items():
                low, high = intervals[name]
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
                    "median_low_minutes": None if low is None else Fraction(low, 60),
                    "median_high_minutes": None if high is None else Fraction(high, 60),
                    "is_clear": is_clear,
                    "overall_mean_minutes": overall,
                    "consistency": consistency(firm_means or [], overall),
                }

    return question


def consistency(firm_means: Sequence[Fraction], overall: Fraction) -> str | None:
    """Against the mean of all: a pair whose firm places are all above it is slow, all below it quick."""
    if firm_means and min(firm_means) > overall:
        return "slow"
    return "quick" if firm_means and max(firm_means) < overall else None


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
        elif without <= mean_elsewhere:
            driver = "one long incident"
        else:
            driver = "few incidents" if len(seconds) < SMALL_SAMPLE else "generally slower"
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
    whole = {month: is_whole(incidents, month) for _, _, month in months}
    for (city, type_group, month), own in months.items():
        month_ago = month.replace(year=month.year - 1)
        comparable = whole[month] and whole.get(month_ago, False)
        ago = months.get((city, type_group, month_ago), []) if comparable else []
        arrive, cleared = seconds_of(own, "dispatch_arrive_seconds"), seconds_of(own, "arrive_cleared_seconds")
        yield {
            "city": city,
            "city_order": orders[city],
            "type_group": type_group,
            "month_start": month,
            "incidents": len(own),
            "arrive_timed": len(arrive),
            "adm_minutes": minutes(arrive),
            "cleared_timed": len(cleared),
            "acm_minutes": minutes(cleared),
            "incidents_year_ago": len(ago) or None,
            "change_pct": pct(len(own) - len(ago), len(ago)),
            "adm_year_ago": minutes(seconds_of(ago, "dispatch_arrive_seconds")),
            "acm_year_ago": minutes(seconds_of(ago, "arrive_cleared_seconds")),
            "is_complete": whole[month],
        }


# ---- questions 22 to 25 and the list of incidents: areas, changes, streets, addresses -------------------------------


def driven_to(incidents: Sequence[Row]) -> list[Row]:
    """Without details and reports by telephone, to which nobody drives."""
    return [incident for incident in incidents if not incident["is_detail"] and not incident["is_telephone_report"]]


def by_area(calls: Sequence[Row], kinds: Sequence[str]) -> dict[tuple[str, str, str], list[Row]]:
    """The incidents by kind of area, area and priority."""
    found: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for call in driven_to(calls):
        for kind in kinds:
            area = "ALL" if kind == "all" else call[kind] or "(none)"
            found[kind, area, "ALL"].append(call)
            if call["priority"] is not None:
                found[kind, area, str(call["priority"])].append(call)
    return dict(found)


def q22(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    # A city without a name is '(none)' here.
    calls = [call | {"city": None if call["city"] == "(no city)" else call["city"]} for call in calls]
    for (kind, area, priority), own in by_area(calls, ("all", "city", "police_district", "sector", "zip")).items():
        timed = seconds_of(own, "calltime_arrive_seconds")
        low, high = median_interval(timed)
        yield {
            "area_kind": kind,
            "area": area,
            "priority_label": priority,
            "incidents": len(own),
            "timed_incidents": len(timed),
            "call_to_dispatch_median": in_minutes(median(seconds_of(own, "calltime_dispatch_seconds"))),
            "dispatch_to_arrive_median": in_minutes(median(seconds_of(own, "dispatch_arrive_seconds"))),
            "call_to_arrive_median": in_minutes(median(timed)),
            "call_to_arrive_p90": in_minutes(percentile(timed, Fraction(9, 10))) if timed else None,
            "arrive_to_clear_median": in_minutes(median(seconds_of(own, "arrive_cleared_seconds"))),
            "median_low_minutes": in_minutes(low),
            "median_high_minutes": in_minutes(high),
            **{
                f"within_{limit}_pct": pct(sum(seconds <= 60 * limit for seconds in timed), len(timed))
                for limit in (5, 10, 15, 30)
            },
            "is_small_sample": len(timed) < SMALL_SAMPLE,
        }


def year_before(date: dt.date) -> dt.date:
    """A year from 29 February is 28 February."""
    return (
        date.replace(year=date.year - 1, day=28)
        if (date.month, date.day) == (2, 29)
        else date.replace(year=date.year - 1)
    )


def span_before(period: Period, newest: dt.date) -> Period:
    """The span that a year, a month or the latest days are compared with."""
    first, end = period.first_date, period.end_date
    assert first is not None
    assert end is not None
    one_day = dt.timedelta(days=1)
    if period.kind == "latest":
        days = 365 if period.period_id == "last_365_days" else 364
        first, end = first - dt.timedelta(days=days), end - dt.timedelta(days=days)
    else:
        end = year_before(newest) + one_day if end - one_day > newest else year_before(end)
        first = year_before(first)
    return Period(f"{period.period_id} before", "", "before", first, end)


def changes(incidents: Sequence[Row]) -> Iterator[Row]:
    newest = max(incident["start_time"].date() for incident in incidents)
    for period in periods(incidents):
        if period.kind not in ("year", "month", "latest"):
            continue
        before = span_before(period, newest)
        comparable = all(is_covered(incidents, span.first_date, span.end_date) for span in (period, before))
        now_by_area, before_by_area = (
            by_area([row for row in incidents if span.holds(row["start_time"].date())], AREAS_OF_CHANGE)
            for span in (period, before)
        )
        for area in now_by_area.keys() | before_by_area.keys():
            own, earlier = now_by_area.get(area, []), before_by_area.get(area, [])
            yield {
                "period_id": period.period_id,
                **dict(zip(("area_kind", "area", "priority_label"), area, strict=True)),
                **change(own, earlier, comparable),
            }


AREAS_OF_CHANGE = ("all", "city", "police_district")


def change(own: Sequence[Row], earlier: Sequence[Row], comparable: bool) -> Row:
    timed, timed_before = (seconds_of(rows, "calltime_arrive_seconds") for rows in (own, earlier))
    (low, high), (low_before, high_before) = median_interval(timed), median_interval(timed_before)
    middle, middle_before = median(timed), median(timed_before)
    if not comparable:
        verdict = "not comparable"
    elif low is None or high is None or low_before is None or high_before is None:
        verdict = "too few"
    elif low > high_before:
        verdict = "slower"
    else:
        verdict = "quicker" if high < low_before else "no clear change"
    both = comparable and middle is not None and middle_before is not None
    return {
        "incidents": len(own),
        "incidents_before": len(earlier),
        "change_pct": pct(len(own) - len(earlier), len(earlier)) if comparable else None,
        "timed_incidents": len(timed),
        "timed_before": len(timed_before),
        "median_minutes": in_minutes(middle),
        "median_before": in_minutes(middle_before),
        "median_change_minutes": in_minutes((middle or 0) - (middle_before or 0)) if both else None,
        "median_low_minutes": in_minutes(low),
        "median_high_minutes": in_minutes(high),
        "before_low_minutes": in_minutes(low_before),
        "before_high_minutes": in_minutes(high_before),
        "verdict": verdict,
    }


def streets_by_month(incidents: Sequence[Row], calls: Sequence[Row]) -> Iterator[Row]:
    touching: defaultdict[tuple[str, dt.date], list[Row]] = defaultdict(list)
    for call in calls:
        for street in {call["street"], call["cross_street"]} - {None}:
            touching[street, call["start_time"].date().replace(day=1)].append(call)
    whole = {month: is_whole(incidents, month) for _, month in touching}
    for (street, month), own in touching.items():
        timed = seconds_of(own, "calltime_arrive_seconds")
        yield {
            "street": street,
            "month_start": month,
            "incidents": len(own),
            "block_incidents": sum(call["location_kind"] == "block" for call in own),
            "top_type": most_common(call["initial_type"] for call in own),
            "median_minutes": in_minutes(median(timed)),
            "timed_incidents": len(timed),
            "is_complete": whole[month],
        }


def q25(calls: Sequence[Row], top_cities: Mapping[str, int]) -> Iterator[Row]:
    addressed = [call for call in calls if call["address"] is not None]
    by_address = {address: own for (address,), own in groups(addressed, "address").items()}
    sizes = [len(own) for own in by_address.values()]
    so_far = 0
    ordered = sorted(by_address, key=lambda address: (-len(by_address[address]), address))
    for number, address in enumerate(ordered, start=1):
        own = by_address[address]
        so_far += len(own)
        if len(own) < 2:
            continue
        top_type = most_common(call["initial_type"] for call in own)
        yield {
            "address": address,
            "city": most_common(call["city"] for call in own if call["city"] != "(no city)"),
            "location_kind": own[0]["location_kind"],
            "incidents": len(own),
            "address_rank": rank_of(len(own), sizes),
            "top_type": top_type,
            "top_type_incidents": sum(call["initial_type"] == top_type for call in own),
            "days_with_incidents": len({call["start_time"].date() for call in own}),
            "pct_of_all": pct(len(own), len(calls)),
            "cumulative_pct": pct(so_far, len(addressed)),
            "addresses_pct": pct(number, len(by_address)),
        }


LISTED = (
    "incident_id", "start_time", "city", "address", "street", "cross_street", "initial_type", "close_type", "priority",
    "disposition", "police_district", "sector", "zip", "missing_reason", "is_detail", "latitude", "longitude",
)  # fmt: skip


def listed(incident: Row) -> Row:
    priority = incident["priority"]
    return {column: incident[column] for column in LISTED} | {
        "pair": None if priority is None else f"{incident['initial_type'] or '(none)'}:{priority}",
        "call_to_dispatch_minutes": in_minutes(incident["calltime_dispatch_seconds"]),
        "dispatch_to_arrive_minutes": in_minutes(incident["dispatch_arrive_seconds"]),
        "call_to_arrive_minutes": in_minutes(incident["calltime_arrive_seconds"]),
        "arrive_to_clear_minutes": in_minutes(incident["arrive_cleared_seconds"]),
    }


QUESTIONS: dict[str, tuple[tuple[str, ...], Question]] = {
    "q01_incidents_by_city": (("city",), q01),
    "q02_top_types_by_city": (("city", "initial_type"), q02),
    "q03_type_shares": (("initial_type", "city"), q03),
    "q04_incidents_by_street": (("street",), q04),
    "q04_streets_by_city": (("city", "street"), q04_by_city),
    "q04_street_types": (("street", "initial_type"), q04_types),
    "q05_hotspots": (("cell_id",), q05),
    "q05_hotspots_by_group": (("city", "type_group", "cell_id"), q05_by_group),
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
    "q18_street_priority_mix": (("street", "initial_type", "priority"), q18_streets),
    "q19_hour_of_week": (("city", "iso_weekday", "start_hour"), q19),
    "q21_disposition_streets": (("street", "city", "initial_type", "disposition"), q21),
    "q22_response_by_area": (("area_kind", "area", "priority_label"), q22),
    "q25_repeat_addresses": (("address",), q25),
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
