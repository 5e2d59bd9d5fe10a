"""Times of day, and the seconds from the call to routing, dispatch, arrival and clearing."""

import datetime as dt
import random

from county.habits import HOUR_WEIGHTS, LONGEST_ROUTING_SECONDS, REPORT_MINUTES, UNARRIVED_MINUTES, WAIT_MINUTES
from sample.published import Metric
from sample.records import CallTimes, Record, Times

FIRST_DAY = dt.datetime(2024, 6, 10)
DAYS = 4
NEVER_DISPATCHED_SHARE = 0.12  # of the incidents without times
UNKNOWN_CLEARED_SECONDS = 900  # behind an end time whose arrive_cleared is missing


def give_times(records: list[Record], rng: random.Random) -> None:
    """Set start, end and the seconds between; the clock has fractions, of which the county shows whole seconds."""
    for record in records:
        record.start_time = _start_time(record, rng)
        routed = min(LONGEST_ROUTING_SECONDS, 60 + 45 * rng.lognormvariate(0, 0.8))
        sent = routed + 15 + 60 * WAIT_MINUTES[record.priority] * rng.lognormvariate(-0.4, 0.9)
        is_dispatched = record.times in (Times.BOTH, Times.NO_ARRIVE_CLEARED) or (
            record.times is Times.NEITHER and rng.random() > NEVER_DISPATCHED_SHARE
        )
        arrived = None
        if record.times is Times.NEITHER:
            minutes = REPORT_MINUTES if record.is_telephone_report else UNARRIVED_MINUTES
            cleared = sent + 60 * minutes * rng.lognormvariate(0, 0.7)
        else:
            arrived = sent + record.seconds.get(Metric.DISPATCH_ARRIVE, 0) + rng.random()
            cleared = arrived + record.seconds.get(Metric.ARRIVE_CLEARED, UNKNOWN_CLEARED_SECONDS) + rng.random()
        record.call_times = CallTimes(
            callroute=int(routed),
            dispatch=int(sent) if is_dispatched else None,
            arrive=None if arrived is None else int(arrived),
            cleared=None if record.times is Times.NO_ARRIVE_CLEARED else int(cleared),
            callroute_dispatch=int(sent - routed) if is_dispatched else None,
        )
        carry = rng.random() < 0.2  # the fractions of start and clearing can make another second
        record.end_time = record.start_time + dt.timedelta(seconds=int(cleared) + carry)


def _start_time(record: Record, rng: random.Random) -> dt.datetime:
    hour = rng.choices(range(24), HOUR_WEIGHTS)[0]
    if record.is_telephone_report and not 7 <= hour <= 22:
        hour = rng.randint(8, 21)  # the telephone reporting unit keeps hours
    day, minute, second = rng.randrange(DAYS), rng.randrange(60), rng.randrange(60)
    return FIRST_DAY + dt.timedelta(days=day, hours=hour, minutes=minute, seconds=second)
