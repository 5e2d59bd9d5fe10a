"""Landed files: their lines, and what is wrong with the bytes of one at which every build stops."""

import gzip
import json
from pathlib import Path

import pytest

from ingest.zone.folder import FolderZone
from ingest.zone.gzip_text import DamagedFileError, gzip_fault, lines_of
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.files import GOOD

Output = pytest.CaptureFixture[str]

WHOLE = gzip.compress('{"city":"CAFÉ"}\n'.encode(), mtime=0)
FAULTS = {
    "empty": (b"", "it has no bytes"),
    "latin-1": (gzip.compress('{"city":"CAFÉ"}\n'.encode("latin-1")), "a byte of it is no UTF-8"),
    "cut letter": (gzip.compress('{"city":"CAFÉ'.encode()[:-1]), "a byte of it is no UTF-8"),
    "zeros": (gzip.compress(b'{"city":"A"}\n') + bytes(512), "zeros stand behind its end"),
    "cut": (WHOLE[:-9], "Compressed file ended before the end-of-stream marker was reached"),
    "no gzip": (b"plain", "Not a gzipped file (b'pl')"),
}


@pytest.mark.parametrize(("content", "fault"), FAULTS.values(), ids=FAULTS)
def test_faults(tmp_path: Path, content: bytes, fault: str) -> None:
    """At the first four DuckDB stops without their name."""
    file = tmp_path / "a.gz"
    file.write_bytes(content)

    assert gzip_fault(file) == fault
    with pytest.raises(DamagedFileError) as error:
        list(lines_of(file))
    assert str(error.value) == fault


@pytest.mark.parametrize("content", [WHOLE, WHOLE + gzip.compress(b""), gzip.compress(b"")], ids=["one", "two", "none"])
def test_whole_ones(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.gz"
    file.write_bytes(content)

    assert gzip_fault(file) is None
    assert b"".join(lines_of(file)) == gzip.decompress(content)


def test_lines_end_where_the_warehouse_ends_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a carriage return too, wherever a chunk ends: also within a letter."""
    file = tmp_path / "a.gz"
    text = "é\r\né\ré\n\nééé".encode()
    file.write_bytes(gzip.compress(text))
    for size in range(1, 20):
        monkeypatch.setattr("ingest.zone.gzip_text.CHUNK_BYTES", size)
        assert list(lines_of(file)) == ["é\r\n".encode(), "é\r".encode(), "é\n".encode(), b"\n", "ééé".encode()]


@pytest.mark.parametrize("content", [content for content, _ in FAULTS.values()], ids=FAULTS)
def test_status_and_reconcile_find_each(ingest: Ingest, zone: FolderZone, capsys: Output, content: bytes) -> None:
    ingest("load", GOOD)
    [landed] = zone.landed_files()
    damaged = landed.with_name("z.gz")
    damaged.write_bytes(content)
    # What a version that knew fewer faults has kept of it.
    name = str(damaged.relative_to(zone.incidents))
    (zone.state / "landed.json").write_text(json.dumps({name: {"bytes": len(content), "rows": 1, "newest": ""}}))
    capsys.readouterr()

    for _ in range(2):
        assert ingest("status") == 1
        told = capsys.readouterr().out.splitlines()
        assert told[1].startswith("Landed           6 rows in 1 file")
        assert told[-1] == f"Damaged          {name} cannot be read: move it away, then reconcile"

    assert ingest("reconcile") == 1
    assert f"{damaged} cannot be read (" in capsys.readouterr().err


def test_what_was_counted_is_counted_once(
    ingest: Ingest, zone: FolderZone, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest("load", GOOD)
    assert ingest("status") == 0
    told = capsys.readouterr().out

    monkeypatch.setattr("ingest.zone.contents.lines_of", None)
    assert ingest("status") == 0
    assert capsys.readouterr().out in told
