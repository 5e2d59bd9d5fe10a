"""One account for the whole session, and the stack in it, deployed as a user deploys it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_athena.children import free_port
from local_portal.soda_server import SodaServer
from tests.python.infra.aws_server import ROOT, MinistackServer
from tests.python.infra.deployment import Stack


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what `make package` makes."""
    folder = tmp_path_factory.mktemp("build")
    subprocess.run([sys.executable, "-m", "infra.package", "--output", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinistackServer]:
    server = MinistackServer(tmp_path_factory.mktemp("ministack"))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def portal_port() -> int:
    """Where the stack looks for the portal."""
    return free_port()


@pytest.fixture(scope="session")
def stack(aws: MinistackServer, archives: Path, portal_port: int) -> Stack:
    """The stack, made by infra/deploy.sh. Its schedules rest: an hourly run would begin in the middle of some test."""
    stack = Stack("dispatch", aws, archives)
    stack.deploy(DISPATCH_PORTAL=f"http://127.0.0.1:{portal_port}")
    stack.change_schedules(State="DISABLED")
    return stack


@pytest.fixture
def portal(portal_port: int) -> Iterator[SodaServer]:
    """An empty portal, where the stack looks for it."""
    with SodaServer(portal_port) as running:
        yield running
