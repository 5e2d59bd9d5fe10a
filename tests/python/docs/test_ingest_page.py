"""docs/ingest.md: what it says to try is tried, on a port and in a folder of the test's own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.docs.documents import ROOT, tokens


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def test_a_pull_without_the_portal(port: int, tmp_path: Path) -> None:
    (block,) = (
        token.content for token in tokens(ROOT / "docs" / "ingest.md") if "local_portal --port" in token.content
    )
    portal, pull = block.replace("8765", str(port)).replace("/tmp/landing", str(tmp_path / "landing")).splitlines()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with subprocess.Popen(
        f"exec {portal}", shell=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("DISPATCH_PORTAL=")
            pulled = subprocess.run(pull, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True)
        finally:
            server.terminate()
    assert pulled.returncode == 0, pulled.stderr
    assert "Landed" in pulled.stdout
