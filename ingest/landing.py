"""The landing zone as a folder: where its files are, and that one run at a time writes to it.

incidents/dt=YYYY-MM-DD/hh=HH/<name>.gz   landed rows, by UTC arrival time; never changed, never overwritten
incoming/                                 files being written; outside what the warehouse reads
state/                                    what the next run needs to know, and the lock
state/dead-letters/                       rows that are too large for Firehose
"""

import fcntl
import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest import durable
from ingest.errors import BusyError, IngestError


@dataclass(frozen=True)
class LandingZone:
    root: Path

    @property
    def incidents(self) -> Path:
        return self.root / "incidents"

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def dead_letters(self) -> Path:
        return self.state / "dead-letters"

    def landed_files(self) -> list[Path]:
        """The files that the warehouse reads, in the order of their names: oldest hour first."""
        return sorted(self.incidents.glob("*/*/*.gz"))

    def landed_lines(self) -> Iterator[bytes]:
        """All lines that the warehouse reads.

        Raises:
            IngestError: A file is damaged.
        """
        for path in self.landed_files():
            try:
                with gzip.open(path) as lines:
                    yield from lines
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise IngestError(f"{path} cannot be read ({error}): move it away, and run this again") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the zone for one writer, and sweeps out what a killed one left half-written.

        The operating system lets go of the lock when the process ends, in whatever way.

        Raises:
            BusyError: Another process writes to this zone.
        """
        durable.make_folder(self.state)
        with (self.state / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise BusyError(
                    f"another ingest (process {lock.read().strip() or 'unknown'}) is writing to {self.root}: "
                    "wait until it has finished, then run this again"
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            for leftover in self.incoming.glob("*.tmp"):
                leftover.unlink()
            yield
