"""How many incidents of each type each city has, and which of their durations are known."""

import random
from collections import Counter

from sample.published import Cell, Figures, Metric
from sample.records import Record, Times
from sample.tables import Tables
from sample.whole_numbers import fill_table

# Officers are told of it at their station: all of a city's lie in the one area of that station.
STATION_RESPONSE = "STATION RESPONSE"


def count_records(figures: Figures, tables: Tables, rng: random.Random) -> list[Record]:
    """Return a record for each incident, with its city, its type and which of its durations are known."""
    incidents, untimed = _incidents_by_cell(figures, tables, rng)
    timed_in_buckets = {metric: figures.timed_in_buckets(metric) for metric in Metric}
    records = []
    for (city, kind), number in incidents.items():
        cell = city, kind
        times = [Times.NEITHER] * untimed[cell] + [Times.BOTH] * (number - untimed[cell])
        if cell in timed_in_buckets[Metric.ARRIVE_CLEARED]:
            surplus = timed_in_buckets[Metric.ARRIVE_CLEARED][cell] - timed_in_buckets[Metric.DISPATCH_ARRIVE][cell]
            lacking = Times.NO_DISPATCH_ARRIVE if surplus > 0 else Times.NO_ARRIVE_CLEARED
            for i in range(abs(surplus)):
                times[-1 - i] = lacking
        rng.shuffle(times)
        records += [Record(city, kind, known) for known in times]
    return records


def _incidents_by_cell(figures: Figures, tables: Tables, rng: random.Random) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """Return the incidents of every city and type, and how many of them have no times."""
    # What streets.csv needs of a cell at least.
    on_streets, timed_on_streets, untimed_on_streets = Counter[Cell](), Counter[Cell](), Counter[Cell]()
    for stretch in tables.stretches:
        for part in stretch.incidents:
            cell = stretch.city, part.initial_type
            on_streets[cell] += part.incidents
            if part.timed is not None:
                timed_on_streets[cell] += part.timed
                untimed_on_streets[cell] += part.incidents - part.timed

    def least(city: str, kind: str) -> int:
        cell = city, kind
        if cell in figures.cell_incidents:
            return figures.cell_incidents[cell]
        return max(on_streets[cell], (figures.timed_incidents(city, kind) or 0) + untimed_on_streets[cell])

    def most(city: str, kind: str) -> int:
        if (city, kind) in figures.cell_incidents or kind == STATION_RESPONSE:
            return least(city, kind)
        if city not in figures.top_cities:
            return tables.types[kind].incidents
        below_fourth = figures.fourth_type_incidents[city] - 1
        if figures.timed_incidents(city, kind) is None:
            return below_fourth
        return min(below_fourth, least(city, kind) + tables.types[kind].both_missing // 4)

    totals = {kind.name: kind.incidents for kind in tables.types.values()}
    incidents = fill_table(figures.city_incidents, totals, least, most, rng)

    def least_untimed(city: str, kind: str) -> int:
        timed = figures.timed_incidents(city, kind)
        return untimed_on_streets[city, kind] if timed is None else incidents[city, kind] - timed

    def most_untimed(city: str, kind: str) -> int:
        if kind == STATION_RESPONSE:
            return incidents[city, kind] // 2
        return incidents[city, kind] - (figures.timed_incidents(city, kind) or timed_on_streets[city, kind])

    untimed_totals = {kind.name: kind.both_missing for kind in tables.types.values()}
    untimed_by_city = dict.fromkeys(figures.city_incidents, 0)
    for area in tables.areas.values():
        untimed_by_city[area.city] += area.both_missing
    untimed = fill_table(untimed_by_city, untimed_totals, least_untimed, most_untimed, rng)
    return incidents, untimed
