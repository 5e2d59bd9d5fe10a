"""What landed files hold: how many rows, and how new."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest.files.readable import clean, is_blank, is_local_time
from ingest.times import utc_now
from ingest.zone import durable
from ingest.zone.gzip_text import DamagedFileError, lines_of
from ingest.zone.inventory import incident_of
from terminal.progress import Progress

_FIRST_YEAR = "2000"
"""The warehouse rejects earlier times, and those that are more than a day ahead."""

_VERSION = 2
"""Of what is kept: another one each time that another file counts as whole, or other lines as rows."""


@dataclass(frozen=True)
class Content:
    """What a landed file holds. `newest` is when its newest incident started, local time, or "" if it has none."""

    bytes: int
    rows: int
    newest: str


def contents_of(paths: Iterable[Path], root: Path, cache: Path, progress: Progress) -> dict[str, Content | None]:
    """What each file holds, by its name under `root`; none for a file that cannot be read.

    A landed file never changes, so that each is looked into once: a file of the zone keeps what was in the others.

    Args:
        paths: The files.
        root: A folder that they are in.
        cache: The file that keeps it.
        progress: Shows the rows so far.
    """
    known = _read_cache(cache)
    contents: dict[str, Content | None] = {}
    rows = 0
    progress.start(None)
    for path in paths:
        name = str(path.relative_to(root))
        content = known.get(name)
        if content is None or content.bytes != path.stat().st_size:
            content = _content(path)
        contents[name] = content
        rows += content.rows if content else 0
        progress.update(rows)
    progress.finish()
    readable = {name: content for name, content in contents.items() if content}
    if readable != known:
        document = {"version": _VERSION, "files": {name: asdict(content) for name, content in readable.items()}}
        # Without it the next look is only slower, as where the zone is someone else's.
        with suppress(OSError):
            durable.replace_file(cache, json.dumps(document).encode())
    return contents


def _content(path: Path) -> Content | None:
    rows = 0
    newest = ""
    last = f"{utc_now() + timedelta(days=1):%Y-%m-%dT%H:%M:%S}"
    try:
        for line in lines_of(path):
            # As the warehouse does, which counts no blank line, and needs no newline at the end.
            if not is_blank(line.decode()):
                rows += 1
                time = _start_time(line)
                newest = max(newest, time) if _FIRST_YEAR <= time <= last else newest
        return Content(bytes=path.stat().st_size, rows=rows, newest=newest)
    except (OSError, DamagedFileError):
        return None


def _start_time(line: bytes) -> str:
    start_time = (incident_of(line) or {}).get("start_time")
    text = clean(start_time) if isinstance(start_time, str) else ""
    return text.replace(" ", "T") if is_local_time(text) else ""


def _read_cache(path: Path) -> dict[str, Content]:
    """What an earlier look has found; nothing if the file is not there, not ours or of another version."""
    try:
        kept = json.loads(path.read_bytes())
        if kept["version"] != _VERSION:
            return {}
        return {name: _content_from(document) for name, document in kept["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _content_from(document: dict[str, Any]) -> Content:
    """
    Raises:
        TypeError: It is no document of a content.
    """
    content = Content(**document)
    if not (type(content.bytes) is type(content.rows) is int and type(content.newest) is str):
        raise TypeError("not written by this program")
    return content
