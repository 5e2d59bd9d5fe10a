"""The pull as an AWS Lambda function: through Firehose, with its state in the bucket, as far as the time allows.

Environment: DISPATCH_LANDING (``s3://bucket/prefix``), DISPATCH_STREAM, SOCRATA_TOKEN_PARAMETER (the name of an SSM
parameter with the app token; empty for none), DISPATCH_PORTAL, DISPATCH_API (``soda2`` or ``soda3``).
"""

import json
import logging
import os
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ingest import aws, settings
from ingest.errors import BusyError, UsageError
from ingest.firehose import FirehoseSink, Pace
from ingest.paging import Selection
from ingest.progress import LoggedProgress
from ingest.pull import Pull
from ingest.s3_zone import S3Zone

RESERVE_MILLISECONDS = 180_000
"""With less time left no further page is begun. One takes seconds; the rest is for a slow portal, and for Firehose.

A run that is cut off all the same has lost nothing: the next one sends that page again.
"""

FIREHOSE_DEADLINE_SECONDS = 60.0
ATTEMPTS = 5

log = logging.getLogger("ingest")
log.setLevel(logging.INFO)


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Lands what the portal has and the bucket has not, and stops between two pages when the time runs short.

    Args:
        event: The answer of the call before, where that had more to do; otherwise anything.
        context: Lambda's.

    Returns:
        landed: Rows that Firehose has acknowledged in this call.
        landed_in_all: Those of the calls before too, as their answers say.
        dead_letters: Rows, in all these calls, that were too large for Firehose and are kept beside it.
        has_more: Whether to call again.
        to_build: Whether rows have landed that no build has seen.
        busy: Whether another run took over, which goes on; this one has stopped.
        watermark: All changes up to this UTC time have landed; None before the first pull has come to its end.
        warning: What a person should know although nothing failed, a sentence a line; "" for nothing.

    Raises:
        IngestError: The pull failed. Nothing is lost: the next call goes on.
    """
    zone = S3Zone.at(_setting("DISPATCH_LANDING"))
    pace = Pace(deadline_seconds=FIREHOSE_DEADLINE_SECONDS)
    sink = FirehoseSink(aws.client("firehose", attempts=1), _setting("DISPATCH_STREAM"), zone, pace)
    pull = Pull(
        settings.portal(_token()),
        sink,
        zone.state_store(),
        progress=LoggedProgress(),
        keep_going=lambda: context.get_remaining_time_in_millis() >= RESERVE_MILLISECONDS,
    )
    warnings = event.get("warning", "").splitlines()
    has_more = busy = False
    try:
        summary = pull.run(Selection())
        has_more = summary.has_more
        warnings += [*summary.notices, summary.drift.warning]
    except BusyError as error:
        busy = True
        warnings.append(str(error))
    landed_in_all = event.get("landed_in_all", 0) + sink.rows_landed
    dead_letters = event.get("dead_letters", 0) + sink.too_large
    if dead_letters and not has_more:
        warnings.append(f"{dead_letters:,} rows are too large for Firehose, and were kept in {zone.dead_letters}")
    answer = {
        "landed": sink.rows_landed,
        "landed_in_all": landed_in_all,
        "dead_letters": dead_letters,
        "has_more": has_more,
        "to_build": landed_in_all > 0 or zone.has_unbuilt_rows(),
        "busy": busy,
        "watermark": zone.state_store().load().watermark,
        "warning": "\n".join(dict.fromkeys(filter(None, warnings))),
    }
    log.info("%s", json.dumps(answer))
    return answer


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise UsageError(f"{name} is not set")
    return value


def _token() -> str | None:
    name = os.environ.get("SOCRATA_TOKEN_PARAMETER")
    if not name:
        return None
    ssm = aws.client("ssm", attempts=ATTEMPTS)
    try:
        answer = ssm.get_parameter(Name=name, WithDecryption=True)
    except ssm.exceptions.ParameterNotFound as error:
        raise UsageError(f"SOCRATA_TOKEN_PARAMETER is {name}, and there is no such parameter: create it") from error
    except (ClientError, BotoCoreError) as error:
        raise aws.failure(f"the parameter {name} cannot be read", error) from error
    return str(answer["Parameter"]["Value"]).strip() or None
