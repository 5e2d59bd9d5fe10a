"""The file that people read, and the one beside it that a build writes and that takes its place.

`data/dispatch.duckdb` is only ever replaced, never written: whoever holds it open goes on reading that build. A build
works on a copy of it, `data/dispatch.build.duckdb`, which is there for as long as the build takes, or until the next
one where it ended without being published.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingest.zone.durable import make_folder, sync_folder


class BuildError(Exception):
    """A build cannot begin, or cannot be published. The message is one sentence for the person at the terminal."""


class LastBuild(Enum):
    """What became of the last build of a file."""

    PUBLISHED = "published"
    UNDER_WAY = "under way"
    NOT_PUBLISHED = "not published"


class BuildFile:
    """The copy that a build writes.

    Attributes:
        published: The file that people read; links are followed.
        path: The copy beside it.
    """

    def __init__(self, published: Path) -> None:
        self.published = published.resolve()
        self.path = self.published.with_name(f"{self.published.stem}.build{self.published.suffix}")
        self._held: BinaryIO | None = None

    def last_build(self) -> LastBuild:
        """Whether another process builds at this moment, and else how the last build ended."""
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return LastBuild.PUBLISHED
        except BlockingIOError:
            return LastBuild.UNDER_WAY
        return LastBuild.NOT_PUBLISHED

    def begin(self, *, go_on: bool = False) -> bool:
        """Makes the copy, which no other build may touch from now on.

        Args:
            go_on: Take what the last build left, if it was not published, in place of a new copy.

        Returns:
            True if it is what the last build left.

        Raises:
            BuildError: Another build is under way, or the copy cannot be made.
        """
        try:
            make_folder(self.path.parent)
            # A copy that was left in it could be written, and then not published.
            if not os.access(self.path.parent, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            # Neither emptied nor in append mode, in which Linux copies nothing from file to file.
            self._held = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if go_on and os.fstat(self._held.fileno()).st_size:
                return True
            self._copy()
        except BlockingIOError as error:
            raise BuildError(f"another build of {self.published} is under way: wait for its end") from error
        except OSError as error:
            raise BuildError(f"{self.path} cannot be written: {error.strerror}") from error
        return False

    def _copy(self) -> None:
        """Fills the copy: with the published file, or as an empty database where there is none."""
        assert self._held is not None
        self._held.truncate(0)
        wal(self.path).unlink(missing_ok=True)
        if self.published.exists():
            self._take_in_changes()
            with self.published.open("rb") as source:
                before = os.fstat(source.fileno()).st_mtime_ns
                copy_file(source, self._held)
                if os.fstat(source.fileno()).st_mtime_ns != before:
                    raise BuildError(
                        f"another program wrote into {self.published} meanwhile: close it, and build again"
                    )
        else:
            with tempfile.TemporaryDirectory() as folder:
                empty = Path(folder) / "empty.duckdb"
                duckdb.connect(str(empty)).close()
                self._held.write(empty.read_bytes())
        self._held.flush()

    def _take_in_changes(self) -> None:
        """Lets DuckDB take in what a client that wrote into the published file, and was killed, left beside it."""
        if wal(self.published).exists():
            try:
                duckdb.connect(str(self.published)).close()
            except duckdb.Error as error:
                raise BuildError(
                    f"{self.published} has changes of another program beside it ({wal(self.published).name}): "
                    "close that program, or open the file read-only there"
                ) from error

    def publish(self) -> None:
        """Puts the copy, which no database has open any more, in the place of the published file."""
        if wal(self.path).exists():
            raise BuildError(f"{self.path} was not closed: nothing is published")
        if self.published.exists():
            shutil.copymode(self.published, self.path)
        # DuckDB refuses a file beside which the changes of another one lie.
        wal(self.published).unlink(missing_ok=True)
        self.path.replace(self.published)
        sync_folder(self.published.parent)
        self.release()

    def discard(self) -> None:
        """Removes the copy."""
        self.path.unlink(missing_ok=True)
        wal(self.path).unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Lets others have the copy, which stays where it is.

        Only when no database of this process has it open: closing a file gives up the locks that DuckDB has on it.
        """
        if self._held is not None:
            self._held.close()
            self._held = None


def wal(database: Path) -> Path:
    """Where DuckDB keeps the changes that are not in the file itself yet."""
    return database.with_name(f"{database.name}.wal")


def copy_file(source: BinaryIO, target: BinaryIO) -> None:
    """Copies a file's bytes, within the file system where it can: there that is quick, or even free."""
    try:
        while os.copy_file_range(source.fileno(), target.fileno(), 1 << 30):
            pass
    except (AttributeError, OSError):
        source.seek(0)
        target.truncate(0)
        shutil.copyfileobj(source, target, 1 << 24)
