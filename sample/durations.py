"""The seconds of dispatch_arrive and arrive_cleared: published means first, then published buckets, then usual ones."""

import math
import random
from collections import Counter
from dataclasses import dataclass

from county.apportion import by_webster
from county.habits import DRIVE_MINUTES
from sample.published import BucketPanel, Figures, Mean, MeanKey, Metric
from sample.records import Record
from sample.tables import Tables
from sample.whole_numbers import split


@dataclass(frozen=True)
class Bucket:
    """A time bucket in whole seconds, both ends included, and how often it occurs where its share is not published."""

    first_second: int
    last_second: int
    weight: float


BUCKETS = {
    "at once": Bucket(0, 0, 0.4),
    "0-5 mins": Bucket(1, 300, 3),
    "5-10 mins": Bucket(301, 600, 3),
    "10-15 mins": Bucket(601, 900, 2),
    "15-20 mins": Bucket(901, 1200, 1.5),
    "20-30 mins": Bucket(1201, 1800, 1.5),
    "30-40 mins": Bucket(1801, 2400, 1),
    "40-50 mins": Bucket(2401, 3000, 0.7),
    "50+ mins": Bucket(3001, 6600, 0.5),
}


def give_durations(figures: Figures, tables: Tables, records: list[Record], rng: random.Random) -> None:
    """Set the seconds of every duration that is known."""
    for metric in Metric:
        timed = [record for record in records if record.times.has(metric)]
        for key, mean in figures.street_means.items():
            if key.metric is metric:
                on_street = [r for r in timed if r.stretch is not None and r.stretch.street == key.place]
                newly_timed = _give_mean(on_street, key, mean, rng)
                if mean.incidents > 1:
                    for record in newly_timed:
                        record.shares_block = not mean.summed
        for key, mean in figures.city_means.items():
            if key.metric is metric:
                _give_mean([r for r in timed if r.city == key.place], key, mean, rng)
        for kind, panel in figures.buckets[metric].items():
            for city in panel.timed:
                _give_buckets([r for r in timed if r.cell == (city, kind)], metric, city, panel, rng)
        for record in timed:
            if metric is Metric.DISPATCH_ARRIVE:
                minutes = DRIVE_MINUTES[record.priority]
            else:
                minutes = tables.types[record.initial_type].cleared_minutes
            # Drawn for every record, so that a change of one figure leaves the later draws as they are.
            drawn = round(60 * minutes * rng.lognormvariate(0, 0.6))
            record.seconds.setdefault(metric, drawn)


def _give_mean(timed_there: list[Record], key: MeanKey, mean: Mean, rng: random.Random) -> list[Record]:
    """Share a mean's seconds out among its incidents that have none yet, and return these."""
    members = [record for record in timed_there if record.initial_type == key.initial_type]
    if len(members) != mean.incidents:
        raise ValueError(f"{key} needs {mean.incidents} timed incidents, the tables give it {len(members)}")
    open_records = [record for record in members if key.metric not in record.seconds]
    rest = mean.total_seconds - sum(record.seconds.get(key.metric, 0) for record in members)
    for record, seconds in zip(open_records, split(rest, len(open_records), rng), strict=True):
        record.seconds[key.metric] = seconds
    return open_records


def _give_buckets(records: list[Record], metric: Metric, city: str, panel: BucketPanel, rng: random.Random) -> None:
    """Fill the published buckets of a city; the others stay at or below the panel's least share."""
    published, timed = panel.counts[city], panel.timed[city]
    have = Counter(_bucket(record.seconds[metric]) for record in records if metric in record.seconds)
    others = [name for name in BUCKETS if name not in published]
    most = math.floor(panel.least_percent * timed / 100 + 0.01)
    missing = by_webster(
        timed - sum(published.values()) - sum(have[name] for name in others),
        {name: BUCKETS[name].weight for name in others},
        {name: most - have[name] for name in others},
    )
    for name, count in published.items():
        missing[name] = count - have[name]
    values = [
        rng.randint(BUCKETS[name].first_second, BUCKETS[name].last_second)
        for name, count in missing.items()
        for _ in range(count)
    ]
    rng.shuffle(values)
    open_records = [record for record in records if metric not in record.seconds]
    for record, seconds in zip(open_records, values, strict=True):
        record.seconds[metric] = seconds


def _bucket(seconds: int) -> str:
    return next(name for name, bucket in BUCKETS.items() if seconds <= bucket.last_second)
