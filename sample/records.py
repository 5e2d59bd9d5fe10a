"""A record in the making: one incident, whose fields the steps fill in one after the other."""

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

from county.tables import Area, Position
from sample.published import Cell, Metric
from sample.tables import Stretch


class Times(Enum):
    """Which of an incident's two durations are known."""

    BOTH = "both"
    NEITHER = "neither"
    NO_DISPATCH_ARRIVE = "no dispatch_arrive"
    NO_ARRIVE_CLEARED = "no arrive_cleared"

    def has(self, metric: Metric) -> bool:
        """Return whether the duration is known."""
        return self not in (Times.NEITHER, LACKING[metric])


LACKING = {Metric.DISPATCH_ARRIVE: Times.NO_DISPATCH_ARRIVE, Metric.ARRIVE_CLEARED: Times.NO_ARRIVE_CLEARED}


@dataclass(frozen=True)
class CallTimes:
    """Whole seconds, the first four since the call was picked up: the county's `calltime_*` fields."""

    callroute: int
    dispatch: int | None
    arrive: int | None
    cleared: int | None
    callroute_dispatch: int | None


@dataclass(eq=False)
class Record:
    """One incident. A field that has no default does not exist before its step (sample/make_sample.py) has run."""

    city: str
    initial_type: str
    times: Times
    # Placement. A known incident has its reporting area and disposition from here on.
    area: Area = field(init=False)
    stretch: Stretch | None = None
    pra: str = ""
    disposition: str = ""
    # Disposition, priority and close type.
    priority: str = field(init=False)
    close_type: str = field(init=False)
    # Durations in seconds, and whether the study averaged this incident with others of its street: it added up the
    # means of blocks, so one block for all makes its mean right (True), and a block for each makes it wrong (False).
    seconds: dict[Metric, int] = field(default_factory=dict)
    shares_block: bool | None = None
    # Address, and its position with the decimals that the county writes.
    address: str = field(init=False)
    position: Position = field(init=False)
    decimals: tuple[int, int] = field(init=False)
    # Times of day.
    start_time: dt.datetime = field(init=False)
    end_time: dt.datetime = field(init=False)
    call_times: CallTimes = field(init=False)

    @property
    def cell(self) -> Cell:
        """Its city and initial type."""
        return self.city, self.initial_type

    @property
    def is_telephone_report(self) -> bool:
        """Whether the telephone reporting unit took it, so that nobody drove out."""
        return "TELEPHONE" in self.initial_type
