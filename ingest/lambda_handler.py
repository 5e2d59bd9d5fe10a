"""The pull as an AWS Lambda function: through Firehose, with its state in the bucket, as far as the time allows.

`settings` says what the environment has to say.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ingest import aws
from ingest.errors import BusyError, UsageError
from ingest.portal.paging import Selection
from ingest.portal.portal import Portal
from ingest.pull import Pull
from ingest.settings import Settings
from ingest.times import parse_local
from ingest.zone.bucket import BucketZone
from ingest.zone.builds import NOTHING, Builds
from ingest.zone.firehose import BYTES_PER_SECOND, MIB, FirehoseSink, Pace
from terminal.progress import Progress
from terminal.words import counted

RESERVE_MILLISECONDS = 180_000
"""With less time left no further page is begun. One takes seconds; the rest is for a slow portal, and for Firehose.

A run that is cut off all the same has lost nothing: the next one sends that page again.
"""

FIREHOSE_DEADLINE_SECONDS = 60.0
ATTEMPTS = 5

TASKS = ("refresh", "pull-all", "backfill", "accept-columns")
"""What may be asked for: what is new; all rows once more, whatever has landed and however few they have become; the
incidents of a range of time, `since` and `until`; what is new, and the dataset's columns as they are now."""

log = logging.getLogger("ingest")
log.setLevel(logging.INFO)


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Lands what the portal has and the bucket has not, and stops between two pages when the time runs short.

    Args:
        event: What to do, ``{"task": "backfill", "since": "2026-11-01", "until": ""}``, by default a refresh; or the
            answer of the call before, where that had more to do.
        context: Lambda's.

    Returns:
        task, since, until: As in the event.
        landed: Rows that Firehose has acknowledged in this call.
        landed_in_all: Those of the calls before too, as their answers say.
        dead_letters: Rows, in all these calls, that were too large to land and are kept in `state/dead-letters/`.
        has_more: Whether to call again.
        to_build: Whether rows have landed that no build has seen, and may be built, and it is time to.
        waits_until: When they are built, UTC, where a build of them has failed; "" otherwise.
        columns_changed: Whether the dataset lacks a column that the warehouse reads, has it with another type, or has
            one of a name that is this program's, and nobody has accepted it. Then nothing may be built: it could empty
            a column.
        busy: Whether another run took over, which goes on and builds; this one has stopped.
        watermark: All changes up to this UTC time have landed; None before the first pull has come to its end.
        warning: What a person should know although nothing failed, a sentence a line; "" for nothing.

    Raises:
        UsageError: There is no such task, or a setting is wrong.
        IngestError: The pull failed. Nothing is lost: the next call goes on.
    """
    asked = _Asked.of(event)
    settings = Settings.from_environment()
    zone = BucketZone.at(settings.landing, settings.region)
    sink = _sink(settings, zone)
    pull = Pull(
        Portal(settings.portal, _token(settings), api=settings.api),
        sink,
        zone.state_store(),
        progress=LoggedProgress(),
        keep_going=lambda: context.get_remaining_time_in_millis() >= RESERVE_MILLISECONDS,
        landed_lines=zone.landed_lines,
    )
    warnings = event.get("warning", "").splitlines()
    has_more = busy = False
    try:
        summary = pull.run(
            asked.selection,
            start_over=asked.is_new and asked.task == "pull-all",
            accept_columns=asked.is_new and asked.task == "accept-columns",
        )
        has_more = summary.has_more
        warnings += [*summary.notices, summary.ahead]
    except BusyError as error:
        busy = True
        log.info("%s", error)
    state = zone.state_store().load()
    warnings.append(state.harm.warning)
    landed_in_all = event.get("landed_in_all", 0) + sink.rows_landed
    dead_letters = event.get("dead_letters", 0) + sink.too_large
    if dead_letters and not has_more:
        rows = counted(dead_letters, "row")
        warnings.append(f"{rows} larger than an incident can be (1,000 KiB): kept in {zone.dead_letters.address}")
    # The run that took over builds: this one has seen a part of its rows.
    is_over = not has_more and not busy
    decision = Builds(zone).decide(landed_in_all > 0) if is_over and not state.harm else NOTHING
    answer = {
        "task": asked.task,
        "since": asked.since,
        "until": asked.until,
        "landed": sink.rows_landed,
        "landed_in_all": landed_in_all,
        "dead_letters": dead_letters,
        "has_more": has_more,
        "to_build": decision.to_build,
        "waits_until": decision.waits_until,
        "columns_changed": bool(state.harm),
        "busy": busy,
        "watermark": state.watermark,
        "warning": "\n".join(dict.fromkeys(filter(None, warnings))),
    }
    log.info("%s", json.dumps(answer))
    return answer


@dataclass(frozen=True)
class _Asked:
    """What an event asks for.

    Attributes:
        is_new: Whether it is not the answer of a call that had more to do.
    """

    task: str
    since: str
    until: str
    is_new: bool

    @classmethod
    def of(cls, event: dict[str, Any]) -> "_Asked":
        asked = cls(
            task=event.get("task") or "refresh",
            since=event.get("since") or "",
            until=event.get("until") or "",
            is_new=not event.get("has_more", False),
        )
        if asked.task not in TASKS:
            raise UsageError(f"there is no task '{asked.task}': the tasks are {', '.join(TASKS)}")
        if asked.task == "backfill" and not asked.since:
            raise UsageError("a backfill needs a time to begin at: since")
        return asked

    @property
    def selection(self) -> Selection:
        if self.task != "backfill":
            return Selection()
        return Selection(since=parse_local(self.since), until=parse_local(self.until) if self.until else None)


class LoggedProgress(Progress):
    """A line of the log for each page, since nobody looks on while it runs."""

    def update(self, done: int) -> None:
        log.info("%s", self.text(done))

    def finish(self) -> None:
        pass


def _sink(settings: Settings, zone: BucketZone) -> FirehoseSink:
    if settings.stream is None:
        raise UsageError("DISPATCH_STREAM is not set")
    client = aws.client("firehose", settings.region, attempts=1)
    rate = int(settings.mib_per_second * MIB) if settings.mib_per_second else BYTES_PER_SECOND
    pace = Pace(bytes_per_second=rate, deadline_seconds=FIREHOSE_DEADLINE_SECONDS)
    return FirehoseSink(client, settings.stream, zone.dead_letters, pace)


def _token(settings: Settings) -> str | None:
    name = settings.token_parameter
    if name is None:
        return None
    ssm = aws.client("ssm", settings.region, attempts=ATTEMPTS)
    try:
        answer = ssm.get_parameter(Name=name, WithDecryption=True)
    except ssm.exceptions.ParameterNotFound as error:
        raise UsageError(f"SOCRATA_TOKEN_PARAMETER is {name}, and there is no such parameter: create it") from error
    except (ClientError, BotoCoreError) as error:
        raise aws.failure(f"the parameter {name} cannot be read", error) from error
    return str(answer["Parameter"]["Value"]).strip() or None
