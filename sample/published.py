"""The published figures as whole numbers: percents turned back into counts, and minutes into seconds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import yaml

# A city and an initial type: what the study counted most figures of.
Cell = tuple[str, str]

TOP_CITIES = 4

# Of the findings' text, minutes of CHECK WELFARE:1, the same number of incidents on each street. No single incident of
# whole seconds takes 7.81 or 15.54 minutes to two decimals, and nor do two blocks whose means are summed: so two
# incidents on each.
CHECK_WELFARE_MINUTES = {"VEIRS MILL RD": 7.81, "GEORGIA AVE": 14.53, "ROCKVILLE PIKE": 15.54}
CHECK_WELFARE_INCIDENTS = 2

# Its mean is a line of the text and no panel row, so it does not say that the other cities have none.
MEAN_OF_THE_TEXT = "DOMESTIC DISTURBANCE/VIOLENCE"


class Metric(StrEnum):
    """A duration of an incident, by its name in the county's data."""

    DISPATCH_ARRIVE = "dispatch_arrive"
    ARRIVE_CLEARED = "arrive_cleared"


# The study's abbreviations: average dispatch-arrive minutes and average clearance minutes.
ABBREVIATIONS = {Metric.DISPATCH_ARRIVE: "adm", Metric.ARRIVE_CLEARED: "acm"}


class MeanKey(NamedTuple):
    """What a published mean is of; `place` is a city or a street."""

    metric: Metric
    initial_type: str
    place: str


@dataclass(frozen=True)
class Mean:
    """A published mean: seconds of all its incidents together, and their number.

    `summed` means that the study added up the means of a street's blocks, so that each incident has a block of its own.
    """

    total_seconds: int
    incidents: int
    summed: bool


@dataclass(frozen=True)
class BucketPanel:
    """Shares of the time buckets of one type and metric; only the panel's ten greatest were published."""

    timed: dict[str, int]  # city -> incidents with a time
    counts: dict[str, dict[str, int]]  # city -> bucket -> incidents
    least_percent: float


@dataclass(frozen=True)
class KnownIncident:
    """One of the incidents that the study lists singly (question 12); no seconds means that it has no times."""

    initial_type: str
    city: str
    sector: str
    pra: str
    disposition: str
    seconds: dict[Metric, int]


@dataclass(frozen=True)
class Figures:
    """The published figures that the sample must hold, as whole numbers of incidents and seconds."""

    city_incidents: dict[str, int]
    top_cities: list[str]
    dispatch_arrive_missing: int
    both_missing: int
    cell_incidents: dict[Cell, int]
    fourth_type_incidents: dict[str, int]  # top city -> incidents of its fourth most frequent type
    priorities: dict[Cell, dict[str, int]]
    dispositions: dict[Cell, dict[str, int]]  # the first three of each cell
    buckets: dict[Metric, dict[str, BucketPanel]]  # metric -> initial type
    city_means: dict[MeanKey, Mean]
    street_means: dict[MeanKey, Mean]
    known_incidents: list[KnownIncident]

    def timed_in_buckets(self, metric: Metric) -> dict[Cell, int]:
        """Return the incidents with a time of every cell of the bucket panels."""
        panels = self.buckets[metric]
        return {(city, kind): n for kind, panel in panels.items() for city, n in panel.timed.items()}

    def timed_incidents(self, city: str, initial_type: str) -> int | None:
        """Return how many incidents with times the city has of the type; None where nothing published says."""
        cell = city, initial_type
        in_buckets = [timed[cell] for metric in Metric if cell in (timed := self.timed_in_buckets(metric))]
        if in_buckets:
            return max(in_buckets)
        known = [k for k in self.known_incidents if (k.city, k.initial_type) == cell]
        if known:
            return sum(bool(k.seconds) for k in known)
        by_city = {key.place: m.incidents for key, m in self.city_means.items() if key.initial_type == initial_type}
        if city in by_city:
            return by_city[city]
        if by_city and city in self.top_cities and initial_type != MEAN_OF_THE_TEXT:
            return 0  # a panel row leaves out the cities that have none
        return None


def read_figures(path: Path) -> Figures:
    """Read the published figures from their YAML file."""
    published = yaml.safe_load(path.read_text(encoding="utf-8"))
    cities: dict[str, int] = published["incidents_by_city"]
    top_cities = sorted(cities, key=lambda city: (-cities[city], city))[:TOP_CITIES]

    priorities: dict[Cell, dict[str, int]] = {}
    for city, mix in published["priority_type_percent_of_city"].items():
        if "wrong" in mix:
            continue  # Gaithersburg's panel shows another city's incidents
        for name, percent in mix.items():
            priority, kind = name.split(" : ")
            priorities.setdefault((city, kind), {})[priority] = _count(percent, cities[city])

    cell_incidents = {cell: sum(mix.values()) for cell, mix in priorities.items()}
    for city, shares in published["top4_types_percent_of_city"].items():
        cell_incidents |= {(city, kind): _count(percent, cities[city]) for kind, percent in shares.items()}
    fourth = {city: min(n for (c, _), n in cell_incidents.items() if c == city) for city in top_cities}
    known_incidents = list(_known_incidents(published["incidents_behind"]))
    cell_incidents |= Counter((known.city, known.initial_type) for known in known_incidents)

    check_welfare = {
        MeanKey(Metric.DISPATCH_ARRIVE, "CHECK WELFARE", street): Mean(
            round(minutes * 60 * CHECK_WELFARE_INCIDENTS), CHECK_WELFARE_INCIDENTS, summed=False
        )
        for street, minutes in CHECK_WELFARE_MINUTES.items()
    }
    return Figures(
        city_incidents=cities,
        top_cities=top_cities,
        dispatch_arrive_missing=published["totals"]["dispatch_arrive_missing"],
        both_missing=published["totals"]["both_missing"],
        cell_incidents=cell_incidents,
        fourth_type_incidents=fourth,
        priorities=priorities,
        dispositions={
            (city, kind): counts
            for city, kinds in published["dispositions_of_top4_types"].items()
            for kind, counts in kinds.items()
        },
        buckets={
            metric: {kind: _bucket_panel(panel) for kind, panel in published[f"{metric}_buckets"].items()}
            for metric in Metric
        },
        city_means=dict(_means(published, "city")),
        street_means=dict(_means(published, "street")) | check_welfare,
        known_incidents=known_incidents,
    )


def _count(percent: float, whole: int) -> int:
    """Return the count that a percent of so many incidents stands for."""
    return round(percent * whole / 100)


def _bucket_panel(panel: dict[str, Any]) -> BucketPanel:
    counts: dict[str, dict[str, int]] = {city: {} for city in panel["n"]}
    for name, percent in panel["percent"].items():
        city, bucket = name.split(":")
        counts[city][bucket] = _count(percent, panel["n"][city])
    return BucketPanel(panel["n"], counts, min(panel["percent"].values()))


def _means(published: dict[str, Any], place: str) -> Iterator[tuple[MeanKey, Mean]]:
    """Yield the means by `place` (city or street), with minutes as seconds of all incidents together."""
    for metric, abbreviation in ABBREVIATIONS.items():
        for pair, rows in published[f"{abbreviation}_by_type_priority_{place}"].items():
            for where, (minutes, incidents, *marks) in rows.items():
                summed = "summed" in marks
                total_seconds = round(minutes * 60 * (1 if summed else incidents))
                yield MeanKey(metric, _type_of(pair), where), Mean(total_seconds, incidents, summed)


def _known_incidents(behind: dict[str, Any]) -> Iterator[KnownIncident]:
    for pair, places in behind.items():
        for city, rows in places.items():
            for row in rows:
                seconds: dict[Metric, int] = {}
                if row["arrive_cleared"] is not None:
                    if "dispatch_arrive_minutes" in row:
                        dispatch_arrive = row["dispatch_arrive_minutes"] * 60
                    else:
                        dispatch_arrive = row["dispatch_arrive_thousands"] * 1000
                    seconds[Metric.DISPATCH_ARRIVE] = round(dispatch_arrive)
                    seconds[Metric.ARRIVE_CLEARED] = row["arrive_cleared"]
                yield KnownIncident(_type_of(pair), city, row["sector"], row["pra"], row["disposition_desc"], seconds)


def _type_of(pair: str) -> str:
    """'CHECK WELFARE:1' -> 'CHECK WELFARE'. A type can hold a colon itself."""
    return pair.rpartition(":")[0]
