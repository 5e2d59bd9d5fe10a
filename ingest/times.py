"""The two kinds of time: UTC stamps of machines, and the county's local wall-clock times without a zone."""

from collections.abc import Callable
from datetime import UTC, datetime

from ingest.errors import UsageError

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def utc_stamp(moment: datetime) -> str:
    """Writes a moment as the portal writes its stamps: UTC with milliseconds, ``2026-11-24T16:05:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_utc_stamp(stamp: str) -> datetime:
    """Reads a stamp of the portal.

    Raises:
        ValueError: The text is no time, or has no zone.
    """
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        raise ValueError(f"{stamp} has no zone")
    return moment


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
