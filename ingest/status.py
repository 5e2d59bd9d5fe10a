"""What has landed, and how far the last pull got."""

import gzip
import json
import re
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest import durable
from ingest.landing import LandingZone
from ingest.progress import Progress
from ingest.s3_zone import S3Zone
from ingest.state import Run, State

_START_TIME = re.compile(rb'"start_time":"(\d{4}-\d\d-\d\dT[\d:.]+)"')


@dataclass(frozen=True)
class Content:
    """What a landed file holds. `newest` is when its newest incident started, local time, or "" if it has none."""

    bytes: int
    rows: int
    newest: str


def survey(zone: LandingZone, progress: Progress) -> dict[str, Content | None]:
    """What each landed file holds, by its name under `incidents/`; none for a file that cannot be read.

    A landed file never changes, so that each is looked into once: a file of the zone keeps what was in the others.
    """
    cache = zone.state / "landed.json"
    known = _read_cache(cache)
    contents: dict[str, Content | None] = {}
    rows = 0
    progress.start(None)
    for path in zone.landed_files():
        name = str(path.relative_to(zone.incidents))
        content = known.get(name)
        if content is None or content.bytes != path.stat().st_size:
            content = _content(path)
        contents[name] = content
        rows += content.rows if content else 0
        progress.update(rows)
    progress.finish()
    readable = {name: content for name, content in contents.items() if content}
    if readable != known:
        document = {name: asdict(content) for name, content in readable.items()}
        # Without it the next look is only slower, as where the zone is someone else's.
        with suppress(OSError):
            durable.replace_file(cache, json.dumps(document).encode())
    return contents


def report(
    zone: LandingZone,
    contents: dict[str, Content | None],
    state: State,
    streams: dict[str, State],
    dead_letters: list[Path],
) -> str:
    """Says in a few lines, for a person, what has landed and what a pull would go on with.

    Args:
        zone: The landing zone.
        contents: What its files hold.
        state: Of pulls into the folder.
        streams: State of pulls into each Firehose stream.
        dead_letters: Rows that could not land.
    """
    readable = [content for content in contents.values() if content]
    rows = sum(content.rows for content in readable)
    size = sum(content.bytes for content in readable)
    newest = max((content.newest for content in readable), default="")
    entries = [
        ("Landing zone", str(zone.root)),
        ("Landed", f"{rows:,} rows in {len(readable):,} files, {size / 1e6:,.1f} MB" if readable else "nothing yet"),
        ("Newest incident", f"{newest[:19].replace('T', ' ')}, Montgomery County time" if newest else "none"),
        ("Watermark", _watermark(state)),
        ("Unfinished", _unfinished(state)),
    ]
    for name, of_stream in sorted(streams.items()):
        entries.append(("Firehose stream", f"{name}; watermark {_watermark(of_stream)}"))
        entries.append(("  unfinished", _unfinished(of_stream)))
    if dead_letters:
        entries.append(
            (
                "Too large",
                f"{len(dead_letters):,} rows are in {zone.dead_letters}, being too large for Firehose: gzip each and "
                "copy it into incidents/ of the bucket, then delete it here",
            )
        )
    entries += [
        ("Damaged", f"{name} cannot be read: move it away") for name, content in contents.items() if not content
    ]
    return "\n".join(f"{label:<17}{text}" for label, text in entries)


def report_bucket(zone: S3Zone, sizes: list[int], state: State, dead_letters: int) -> str:
    """Says the same of a bucket, but for what only reading every object would tell.

    Args:
        zone: The landing zone.
        sizes: Bytes of each landed object.
        state: Of pulls into it.
        dead_letters: How many rows could not land.
    """
    entries = [
        ("Landing zone", zone.address),
        ("Landed", f"{len(sizes):,} objects, {sum(sizes) / 1e6:,.1f} MB" if sizes else "nothing yet"),
        ("Watermark", _watermark(state)),
        ("Unfinished", _unfinished(state)),
    ]
    if dead_letters:
        entries.append(("Too large", f"{dead_letters:,} rows are in {zone.dead_letters}, being too large for Firehose"))
    return "\n".join(f"{label:<17}{text}" for label, text in entries)


def _unfinished(state: State) -> str:
    return "; ".join(_progress_of(run) for run in (state.run, state.range_run) if run) or "nothing"


def _watermark(state: State) -> str:
    if state.watermark is None:
        return "none: the next pull reads everything"
    return f"{state.watermark}: all changes up to then have landed (the portal had {state.count or 0:,} rows)"


def _progress_of(run: Run) -> str:
    selection = run.window.selection
    bounds = [f"{name} {bound}" for name, bound in (("since", selection.since), ("until", selection.until)) if bound]
    of_what = f" of incidents {' '.join(bounds)}" if bounds else ""
    return f"a pull{of_what} begun {run.started}, {run.rows:,} of {run.expected:,} rows landed: pull again to go on"


def _content(path: Path) -> Content | None:
    try:
        lines = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
    newest = max(_START_TIME.findall(lines), default=b"").decode()
    return Content(bytes=path.stat().st_size, rows=lines.count(b"\n"), newest=newest)


def _read_cache(path: Path) -> dict[str, Content]:
    """What an earlier look has found; nothing if the file is not there or not ours."""
    try:
        return {name: Content(**content) for name, content in json.loads(path.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
