"""The landing zone as a folder: where its files are, and that one run at a time writes to it.

incidents/dt=YYYY-MM-DD/hh=HH/<name>.gz   landed rows, by UTC arrival time; never changed, never overwritten
incoming/                                 files being written; outside what the warehouse reads
state/                                    what the next run needs to know, and the lock
state/dead-letters/                       rows that are too large to land
"""

import fcntl
import gzip
import logging
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date
from fnmatch import fnmatchcase
from pathlib import Path

from ingest.errors import BusyError, IngestError, UsageError
from ingest.times import Clock, utc_now
from ingest.zone import durable
from ingest.zone.contents import contents_of
from ingest.zone.dead_letters import FolderDeadLetters, without_large_rows
from ingest.zone.gzip_text import DamagedFileError, lines_of
from ingest.zone.state import FileStateStore
from ingest.zone.survey import Survey, is_hidden
from terminal.progress import Progress
from terminal.words import words_of_others

SAMPLE_MARK = ".sample"
"""`make demo` puts this file where it is about to land the sample."""

GZIP_LEVEL = 5
"""docs/ingest.md says what other levels take and give."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FolderZone:
    root: Path

    @classmethod
    def at(cls, path: str) -> "FolderZone":
        """The zone in a folder, which need not be there yet.

        Raises:
            UsageError: It is a file, or below one, or begins with ~.
        """
        if path.startswith("~"):
            raise UsageError(
                f"DISPATCH_LANDING is {path}: ~ is your home only where a shell sees it without quotation marks, so "
                "write the whole path"
            )
        root = Path(path)
        if root.exists() and not root.is_dir():
            raise UsageError(f"DISPATCH_LANDING is {path}, which is a file: set it to a folder")
        above = next(filter(Path.exists, root.parents), root)
        if above.exists() and not above.is_dir():
            raise UsageError(f"DISPATCH_LANDING is {path}, and {above} is a file: set it to a folder")
        return cls(root)

    @property
    def address(self) -> str:
        return str(self.root)

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
    def dead_letters(self) -> FolderDeadLetters:
        return FolderDeadLetters(self.state / "dead-letters")

    def sink(self) -> "FolderSink":
        """Lands rows here.

        Raises:
            UsageError: The folder holds the bundled sample.
        """
        if (self.root / SAMPLE_MARK).exists():
            raise UsageError(
                f"{self.root} holds the bundled sample, which other records would mix with: "
                "run make forget-sample, or set DISPATCH_LANDING to another folder"
            )
        return FolderSink(self)

    def state_store(self, stream: str | None = None) -> FileStateStore:
        """The state of pulls into the folder, or of those through a stream from here: what has landed there has not
        landed here."""
        return FileStateStore(self.state / (f"firehose-{stream}.json" if stream else "pull.json"))

    def landed_files(self) -> list[Path]:
        """The files that the warehouse reads, in the order of their names: oldest hour first.

        Raises:
            OSError: A folder cannot be read.
        """
        # A link that leads nowhere is no zone without rows.
        days = entries(self.incidents, "dt=*") if os.path.lexists(self.incidents) else []
        return [
            file
            for day in days
            if _is_date(day.name)
            for hour in entries(day, "hh=*")
            for file in entries(hour, "[!._]*.gz")
        ]

    def misplaced_files(self) -> list[Path]:
        """What is in `incidents/` and yet not where the warehouse looks."""
        landed = set(self.landed_files())
        return sorted(
            path
            for path in self.incidents.rglob("*")
            if path.is_file() and path not in landed and not is_hidden(path.relative_to(self.incidents).as_posix())
        )

    def landed_lines(self, stream: str | None = None) -> Iterator[bytes]:
        """All lines that the warehouse reads.

        Raises:
            UsageError: It is asked for those that a stream has landed: they are in no folder.
            IngestError: A file is damaged, or where the warehouse does not look.
        """
        if stream:
            raise UsageError("what Firehose has landed is in its bucket: set DISPATCH_LANDING to s3://bucket/prefix")
        if misplaced := self.misplaced_files():
            raise IngestError(
                f"{misplaced[0]} is not where the warehouse looks, incidents/dt=YYYY-MM-DD/hh=HH/<name>.gz: "
                "move it there or away, and run this again"
            )
        return self._landed_lines()

    def _landed_lines(self) -> Iterator[bytes]:
        for path in self.landed_files():
            try:
                yield from lines_of(path)
            except DamagedFileError as error:
                raise IngestError(f"{path} cannot be read ({error}): move it away, and run this again") from error

    def survey(self, progress: Progress) -> Survey:
        """Looks into each file, once: a landed file never changes."""
        contents = contents_of(self.landed_files(), self.incidents, self.state / "landed.json", progress)
        readable = [content for content in contents.values() if content]
        return Survey(
            address=self.address,
            noun="file",
            files=len(readable),
            bytes=sum(content.bytes for content in readable),
            rows=sum(content.rows for content in readable),
            newest=max((content.newest for content in readable), default=""),
            misplaced=tuple(str(path.relative_to(self.incidents)) for path in self.misplaced_files()),
            damaged=tuple(name for name, content in contents.items() if not content),
            state=self.state_store().load(),
            streams={stream: self.state_store(stream).load() for stream in self._streams()},
            dead_letters=self.dead_letters,
        )

    def _streams(self) -> list[str]:
        return sorted(path.stem.removeprefix("firehose-") for path in self.state.glob("firehose-*.json"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the zone for one writer, and sweeps out what a killed one left half-written, and what the state says of
        rows that a person has deleted.

        The operating system lets go of the lock when the process ends, in whatever way.

        Raises:
            BusyError: Another process writes to this zone.
        """
        durable.make_folder(self.state)
        with (self.state / "lock").open("a+", errors="replace") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                process = words_of_others(lock.read().strip() or "unknown")
                raise BusyError(
                    f"another ingest (process {process}) is writing to {self.root}: "
                    "wait until it has finished, then run this again"
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            for leftover in self.incoming.glob("*.tmp"):
                leftover.unlink()
            self._forget_what_is_gone()
            yield

    def _forget_what_is_gone(self) -> None:
        """Where no row is left, a watermark would have the next pull say that all have landed.

        Before any command writes here, since what that lands would hide it. In a bucket, or of a stream, no rows prove
        nothing: Firehose may still hold what it took.
        """
        store = self.state_store()
        # A state that cannot be used is the pull's to tell of.
        with suppress(IngestError):
            state = store.load()
            emptied = replace(state, watermark=None, count=None, run=None, range_run=None, newest_landed=None)
            if state != emptied and not self.landed_files():
                if state.newest_landed or state.watermark:
                    log.warning(
                        "no row is in %s, though rows that changed up to %s were read: all are read anew",
                        self.incidents,
                        state.newest_landed or state.watermark,
                    )
                store.save(emptied)


def entries(folder: Path, pattern: str) -> list[Path]:
    """What of a folder has such a name, in order; nothing of what is no folder.

    Raises:
        OSError: It cannot be read. A glob would take it for an empty one.
    """
    try:
        with os.scandir(folder) as found:
            return sorted(folder / entry.name for entry in found if fnmatchcase(entry.name, pattern))
    except NotADirectoryError:
        return []


def _is_date(folder: str) -> bool:
    """Whether a folder is of a landed date that the calendar has: ``dt=2026-11-24``."""
    with suppress(ValueError):
        return folder == f"{date.fromisoformat(folder.removeprefix('dt=')):dt=%Y-%m-%d}"
    return False


class FolderSink:
    """Lands each chunk as one gzip file of a landing zone, all of a call's chunks or none of them.

    All are written and synced under `incoming/` before the first is renamed into its place, so that chunks whose
    iteration fails leave nothing behind.
    """

    noun = "file"

    def __init__(self, zone: FolderZone, clock: Clock = utc_now) -> None:
        self._zone = zone
        self._clock = clock
        self.too_large = 0

    @property
    def name(self) -> str:
        return self._zone.address

    def speed(self) -> str:
        return ""

    def land(self, chunks: Iterable[bytes]) -> int:
        durable.make_folder(self._zone.incoming)
        written: list[Path] = []
        try:
            for chunk in chunks:
                lines, too_large = without_large_rows(chunk, self._zone.dead_letters)
                self.too_large += too_large
                if not lines:
                    continue
                temporary = self._zone.incoming / f"{uuid.uuid4()}.tmp"
                written.append(temporary)
                durable.write_file(temporary, gzip.compress(lines, GZIP_LEVEL))
            self._publish(written)
        except BaseException:
            for temporary in written:
                temporary.unlink(missing_ok=True)
            raise
        return len(written)

    def _publish(self, written: list[Path]) -> None:
        arrival = self._clock().astimezone(UTC)
        folder = self._zone.incidents / f"{arrival:dt=%Y-%m-%d}" / f"{arrival:hh=%H}"
        durable.make_folder(folder)
        for number, temporary in enumerate(written):
            os.replace(temporary, folder / f"{arrival:%Y-%m-%d-%H-%M-%S-%f}-{number:04}-{temporary.stem}.ndjson.gz")
        durable.sync_folder(folder)
