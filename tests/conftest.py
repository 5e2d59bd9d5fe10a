"""What all tests share: one local Athena for the whole session, started when the first test asks for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.local_athena.client import Client
    from tests.local_athena.server import LocalAthena

NOT_RUN = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def local_athena(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[LocalAthena]:
    """A running local Athena (tests/local_athena/README.md), one for all tests: let each use databases of its own.

    Without Java or Maven the tests that need it are skipped, and the run's last line says so; with CI=true they fail.
    """
    # Imported here, so that a run without these tests needs nothing of it.
    from tests.local_athena.server import local_athena as run_local_athena
    from tests.local_athena.trino_distribution import MissingToolError

    try:
        with run_local_athena(tmp_path_factory.mktemp("local-athena")) as athena:
            yield athena
    except MissingToolError as missing:
        pytestconfig.stash[NOT_RUN] = str(missing)
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing} With CI=true the Athena half of the tests must run.", pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def athena(local_athena: LocalAthena) -> Client:
    """Runs statements on the local Athena."""
    from tests.local_athena.client import Client

    return Client(local_athena)


def pytest_configure() -> None:
    """A shell ignores Ctrl-C in what it runs in the background, and children inherit that: some tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last words of a run, after pytest's own summary."""
    reason = config.stash.get(NOT_RUN, None)
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if reason is not None and terminal is not None:
        terminal.write_line(f"The Athena half of the tests DID NOT RUN. {reason}", red=True)
