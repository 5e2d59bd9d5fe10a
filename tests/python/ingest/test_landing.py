"""A landing zone holds whole files only, and one writer at a time."""

import gzip
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest.errors import IngestError, UsageError
from ingest.zone import durable
from ingest.zone.folder import FolderSink, FolderZone
from tests.python.ingest.landed import landed_lines


def files_in(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestFolderSink:
    def test_a_file_is_named_by_its_arrival_in_utc(self, zone: FolderZone) -> None:
        """The last second of a day in the county, where it is five hours earlier than in UTC."""
        county = timezone(timedelta(hours=-5))
        sink = FolderSink(zone, clock=lambda: datetime(2026, 12, 31, 23, 59, 59, 7, tzinfo=county))

        assert sink.land([b'{"a":1}\n{"a":2}\n', b'{"a":3}\n']) == 2

        first, second = files_in(zone.root)
        uuid = r"[0-9a-f-]{36}"
        assert re.fullmatch(rf"incidents/dt=2027-01-01/hh=04/2027-01-01-04-59-59-000007-0000-{uuid}\.ndjson\.gz", first)
        assert re.fullmatch(
            rf"incidents/dt=2027-01-01/hh=04/2027-01-01-04-59-59-000007-0001-{uuid}\.ndjson\.gz", second
        )
        assert gzip.decompress((zone.root / first).read_bytes()) == b'{"a":1}\n{"a":2}\n'
        assert landed_lines(zone.root) == ['{"a":1}', '{"a":2}', '{"a":3}']

    def test_nothing_lands_beside_the_sample(self, zone: FolderZone) -> None:
        zone.root.mkdir(parents=True, exist_ok=True)
        (zone.root / ".sample").touch()
        with pytest.raises(UsageError, match=r"holds the bundled sample, .* run make forget-sample"):
            zone.sink()

    def test_two_landings_of_a_moment_do_not_meet(self, zone: FolderZone) -> None:
        sink = FolderSink(zone, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))

        sink.land([b"a\n"])
        sink.land([b"b\n"])

        assert sorted(landed_lines(zone.root)) == ["a", "b"]

    def test_all_chunks_or_none(self, zone: FolderZone) -> None:
        def chunks() -> Iterator[bytes]:
            yield b"a\n"
            assert len(list(zone.incoming.iterdir())) == 1
            raise IngestError("no more")

        with pytest.raises(IngestError):
            FolderSink(zone).land(chunks())

        assert files_in(zone.root) == []

    def test_a_full_disk(self, zone: FolderZone, monkeypatch: pytest.MonkeyPatch) -> None:
        def fsync(descriptor: int) -> None:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space left"):
            FolderSink(zone).land([b"a\n"])

        assert files_in(zone.root) == []

    def test_data_are_synced_before_their_name_and_the_name_before_the_return(
        self, zone: FolderZone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps: list[str] = []
        fsync, replace = os.fsync, os.replace

        def record_fsync(descriptor: int) -> None:
            steps.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
            fsync(descriptor)

        def record_replace(source: Path, target: Path) -> None:
            steps.append("rename")
            replace(source, target)

        FolderSink(zone).land([b"folders are there now\n"])
        monkeypatch.setattr(os, "fsync", record_fsync)
        monkeypatch.setattr(os, "replace", record_replace)

        FolderSink(zone).land([b"a\n", b"b\n"])

        assert steps == ["sync file", "sync file", "rename", "rename", "sync folder"]


def test_a_new_folder_outlives_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durable, "sync_folder", synced.append)

    durable.make_folder(tmp_path / "a" / "b")

    assert synced == [tmp_path, tmp_path / "a"]


class TestLock:
    def test_the_first_left_no_readable_name(self, zone: FolderZone) -> None:
        with zone.locked():
            (zone.state / "lock").write_bytes(b"\x80\x1b[31m")
            with pytest.raises(IngestError, match=r"\(process \ufffd\\x1b\[31m\)"), zone.locked():
                pass

    def test_what_a_killed_writer_left_is_swept_out(self, zone: FolderZone) -> None:
        FolderSink(zone).land([b"landed\n"])
        (zone.incoming / "half.tmp").write_bytes(b"half")

        with zone.locked():
            assert list(zone.incoming.iterdir()) == []
        assert landed_lines(zone.root) == ["landed"]
