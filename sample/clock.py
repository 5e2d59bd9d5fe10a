"""Times of day, and the seconds from the call to routing, dispatch, arrival and clearing."""

import datetime as dt
import random

from sample.published import Metric
from sample.records import CallTimes, Record, Times

FIRST_DAY = dt.datetime(2024, 6, 10)
DAYS = 4
# Weight of each hour of the day; the shifts have 38.7 % (day), 41.9 % (evening) and 19.4 % (midnight).
HOUR_WEIGHTS = (
    *(3.4, 2.8, 2.2, 1.8, 1.6, 1.7, 2.2, 3.4, 4.4, 4.8, 5.0, 5.2),
    *(5.2, 5.2, 5.4, 5.6, 5.8, 5.9, 5.6, 5.2, 5.0, 4.6, 4.2, 3.6),
)
WAIT_MINUTES = {"0": 1.0, "1": 3.5, "2": 9.0, "3": 20.0, "4": 22.0}  # until a unit is sent, by priority
LONGEST_ROUTING = 900.0  # seconds
NEVER_DISPATCHED_SHARE = 0.12  # of the incidents without times
CLEARED_AFTER_MINUTES = 12  # of an incident without arrival
REPORT_TAKES_MINUTES = 25  # of the telephone reporting unit
UNKNOWN_CLEARED_SECONDS = 900  # behind an end time whose arrive_cleared is missing


def give_times(records: list[Record], rng: random.Random) -> None:
    """Set start, end and the seconds between; the clock has fractions, of which the county shows whole seconds."""
    for record in records:
        record.start_time = _start_time(record, rng)
        routed = min(LONGEST_ROUTING, 60 + 45 * rng.lognormvariate(0, 0.8))
        sent = routed + 15 + 60 * WAIT_MINUTES[record.priority] * rng.lognormvariate(-0.4, 0.9)
        is_dispatched = record.times in (Times.BOTH, Times.NO_ARRIVE_CLEARED) or (
            record.times is Times.NEITHER and rng.random() > NEVER_DISPATCHED_SHARE
        )
        arrived = None
        if record.times is Times.NEITHER:
            minutes = REPORT_TAKES_MINUTES if record.is_telephone_report else CLEARED_AFTER_MINUTES
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
