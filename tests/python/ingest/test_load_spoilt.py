"""Whatever is in a file, `load` lands lines of it or says in a sentence why not: 40 spoilt copies of each case."""

import gzip
import random
from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.zone.folder import FolderZone
from tests.python.ingest.conftest import Load
from tests.python.ingest.files import CASES, FILES
from tests.python.ingest.landed import landed_lines

COPIES = 40
PIECES = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"\\",
    b"\\ud800",
    b"{",
    b"]",
    b",",
    b"\n",
    b"\r",
    b";" * 30,
    b"NaN",
    b"1e999999999",
)


def spoil(data: bytes, draw: random.Random) -> bytes:
    for _ in range(draw.randint(1, 3)):
        start = draw.randrange(len(data) + 1)
        end = min(len(data), start + draw.choice((0, 1, 1, 40, len(data))))
        match draw.randrange(3):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start] + draw.choice(PIECES) + data[start:]
            case 2:
                data = data[:end] + data[start:]
    return data


@pytest.mark.parametrize("case", [path.name for path in FILES])
def test_a_spoilt_file_ends_in_a_sentence(load: Load, zone: FolderZone, tmp_path: Path, case: str) -> None:
    draw = random.Random(case)
    path = tmp_path / case
    landed = 0
    for _ in range(COPIES):
        data = spoil((CASES / case).read_bytes(), draw)
        path.write_bytes(gzip.compress(data) if draw.random() < 0.1 else data)
        try:
            rows, said = load(path).rows, ""
        except UsageError as error:
            rows, said = 0, str(error)
        assert not said or said.endswith("; nothing of it has landed")
        landed += rows
    assert len(landed_lines(zone.root)) == landed
