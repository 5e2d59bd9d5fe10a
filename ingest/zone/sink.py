"""Where landed lines go."""

from collections.abc import Iterable
from typing import Protocol


class Sink(Protocol):
    def land(self, chunks: Iterable[bytes]) -> int:
        """Lands chunks of whole lines, each ending in a newline, and returns how many objects they became.

        When this returns, the rows are durable. When iterating raises, so does this.
        """


class Destination(Sink, Protocol):
    """A sink that a person can be told of."""

    @property
    def name(self) -> str: ...

    @property
    def noun(self) -> str:
        """What an object is here."""

    @property
    def too_large(self) -> int:
        """Rows that did not land, being larger than a row may be, and are kept as dead letters."""

    def speed(self) -> str:
        """What has gone over the wire, and how fast, such as ", 8.0 MB at 4.1 MB/s"; "" where nothing has."""
