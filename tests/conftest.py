"""What tests of several folders share, made once in each process that has a test that asks for it.

A fixture of a whole session stands in one conftest only: imported into another it would be a second one, made anew.

`make test` runs the tests in as many processes as there are cores (pytest-xdist). The tests of one group run in one of
them, one after the other, so that what a session shares is made once.
"""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.python.shared import build_once

if TYPE_CHECKING:
    # Imported where they are used, so that a run without the tests that need them does not wait for them.
    from dbt.contracts.graph.manifest import Manifest
    from playwright.sync_api import Browser

    from local_athena.client import Client
    from local_athena.server import LocalAthena
    from tests.python.dbt_project.project import Project

NO_CHROMIUM = (
    "There is no Chromium: the report was NOT looked at in a browser. Install it (on Debian: apt install chromium)."
)
NOT_RUN = pytest.StashKey[str]()
PYTHON_TESTS = Path(__file__).parent / "python"
# Whoever has ended takes the next group: a long one that starts last would leave the other processes idle.
LONGEST_FIRST = ("athena", "local_athena", "dbt_project", "infra", "warehouse", "grafana", "report", "ingest")


@pytest.fixture(scope="session")
def local_athena(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[LocalAthena]:
    """A running local Athena (local_athena/README.md), one for the tests of a process: let each use its own databases.

    Without Java or Maven the tests that need it are skipped, and the run's last line says so; with CI=true they fail.
    """
    from local_athena.server import local_athena as run_local_athena
    from local_athena.trino_distribution import MissingToolError

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
    from local_athena.client import Client

    return Client(local_athena)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The parsed project."""
    from tests.python.dbt_project.project import parse

    return parse(tmp_path_factory.mktemp("parse"))


@pytest.fixture
def project(manifest: Manifest, tmp_path: Path) -> Project:
    """A project with nothing landed, for this test alone."""
    from tests.python.dbt_project.project import Project

    return Project(tmp_path, manifest)


@pytest.fixture(scope="session")
def warehouse(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DuckDB file that dbt builds of the bundled sample and fourteen months before it; shared, so to be read only.

    The sample ends the data, so that pages open with its days; the months give trends something to show.
    """
    from bench.generate import Feed, generate
    from tests.python.dbt_project.project import ROOT, Project

    def build(folder: Path) -> None:
        project = Project(folder, manifest)
        generate(Feed(incidents=6_000, first_day=date(2023, 4, 1), days=426, releases_a_day=1), project.landing)
        sample = gzip.decompress((ROOT / "sample" / "incidents_2024-06.ndjson.gz").read_bytes())
        project.land(sample.decode().splitlines(), "2024-06-14")
        project.build_tables()

    return build_once(tmp_path_factory, "warehouse", build) / "dispatch.duckdb"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one the tests say so, and with CI=true they fail."""
    from grafana.pictures import NoBrowserError, open_browser

    with ExitStack() as stack:
        try:
            opened = stack.enter_context(open_browser())
        except NoBrowserError:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_CHROMIUM)
            pytest.skip(NO_CHROMIUM)
        yield opened


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups the tests by folder, but for what runs on the local Athena; the longest groups come first.

    In the folder of that name one half is about the builds of `county`, made one after the other. The other half needs
    none of them: it runs with other folders' tests on the local Athena, in another process with a server of its own.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            fixtures = getattr(item, "fixturenames", ())
            folder = item.path.relative_to(PYTHON_TESTS).parts[0]
            is_elsewhere = "settled_town" in fixtures or (folder != "athena" and "local_athena" in fixtures)
            item.add_marker(pytest.mark.xdist_group("local_athena" if is_elsewhere else folder))
    order = {group: place for place, group in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(group_of(item), len(order)))


def group_of(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else ""


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: what it left out, the last line of the whole run says."""
    if reason := getattr(node, "workeroutput", {}).get("not_run"):
        node.config.stash[NOT_RUN] = reason


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["not_run"] = session.config.stash.get(NOT_RUN, None)


def pytest_configure() -> None:
    """A shell ignores Ctrl-C in what it runs in the background, and children inherit that: some tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last words of a run, after pytest's own summary."""
    reason = config.stash.get(NOT_RUN, None)
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if reason is not None and terminal is not None:
        terminal.write_line(f"The Athena half of the tests DID NOT RUN. {reason}", red=True)
