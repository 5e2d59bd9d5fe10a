"""The two kinds of time: UTC stamps of machines, and the county's local wall-clock times without a zone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ingest.errors import UsageError
from terminal.words import words_of_others

Clock = Callable[[], datetime]

_UTC_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_FIRST_YEAR = 2000


def utc_now() -> datetime:
    return datetime.now(UTC)


def utc_stamp(moment: datetime) -> str:
    """Writes a moment as the portal writes its stamps: UTC with milliseconds, ``2026-11-24T16:05:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_utc_stamp(stamp: object) -> datetime:
    """Reads a stamp in the portal's form, the only one that is compared and queried with.

    One of before 2000 is what a program writes for none, such as that of the year 1 or 1970.

    Raises:
        ValueError: It is no text of that form. The message is a part of a sentence.
    """
    try:
        if isinstance(stamp, str) and _UTC_STAMP.fullmatch(stamp):
            moment = datetime.fromisoformat(stamp)
            if moment.year >= _FIRST_YEAR:
                return moment
    except ValueError:
        pass
    raise ValueError(
        f"{words_of_others(repr(stamp))} is no UTC stamp of {_FIRST_YEAR} or later such as 2026-11-24T16:05:00.000Z"
    )


def is_in_future(moment: datetime, now: datetime) -> bool:
    """Whether a stamp is more than a day ahead, which no difference of clocks explains: all later rows would hide
    behind it."""
    return moment > now + timedelta(days=1)


def parse_local(text: str) -> str:
    """Reads a local time that a person typed, a date or a date and time, and writes it as the portal's queries take it.

    Raises:
        UsageError: The text is no such time, or carries a zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise UsageError(
            f"'{text}' is no local time: write 2026-11-24 or 2026-11-24T18:30, by the county's clock, without a zone"
        )
    return moment.isoformat(timespec="seconds")
