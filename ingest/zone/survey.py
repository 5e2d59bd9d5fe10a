"""What a landing zone holds, for `status`."""

from dataclasses import dataclass, field

from ingest.zone.dead_letters import DeadLetters
from ingest.zone.state import State


def is_hidden(name: str) -> bool:
    """Whether a file below ``incidents/``, or a folder that it is in, is nobody's, as Athena has it: macOS, for one,
    leaves ``._x.gz`` beside an ``x.gz`` that it copies."""
    return any(part.startswith((".", "_")) for part in name.split("/"))


@dataclass(frozen=True)
class Survey:
    """What has landed, and what pulls would go on with.

    Attributes:
        address: The zone's.
        noun: What an object is here.
        files: How many of them can be read.
        bytes: Their size.
        state: Of pulls into the zone.
        dead_letters: Rows that could not land.
        rows: Landed rows; None where only reading every object would tell.
        newest: When the newest incident started, local time; "" if there is none, and None as for `rows`.
        damaged: Names of objects that cannot be read.
        misplaced: Names of objects beside those where the warehouse looks.
        streams: State of pulls from here into each Firehose stream, by its name.
    """

    address: str
    noun: str
    files: int
    bytes: int
    state: State
    dead_letters: DeadLetters
    rows: int | None = None
    newest: str | None = None
    damaged: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    streams: dict[str, State] = field(default_factory=dict)
