"""A Trino server as a child process, and the question whether one answers."""

from __future__ import annotations

import os
import time
from pathlib import Path

from urllib3.exceptions import HTTPError

from tests.local_athena.children import Child
from tests.local_athena.trino_client import TrinoClient, TrinoError
from tests.local_athena.trino_distribution import MAIN_CLASS, SOURCES, Distribution

ETC = SOURCES / "etc"
START_SECONDS = 180.0

# A query with an exchange: a server that says it has started may still have no node that takes work.
PROBE = "SELECT x, count(*) FROM UNNEST(sequence(1, 3)) AS t (x) GROUP BY x"


class TrinoServer:
    """Trino on 127.0.0.1:`port`, with Glue and S3 at these endpoints. Its files and its log are in `folder`."""

    def __init__(self, distribution: Distribution, port: int, glue: str, s3: str, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        folder.mkdir(parents=True, exist_ok=True)
        options = [line for line in (ETC / "jvm.config").read_text().splitlines() if line]
        settings = {
            "node.environment": "local",
            "node.id": "local",
            "node.data-dir": folder,
            "config": ETC / "config.properties",
            "log.levels-file": ETC / "log.properties",
            "plugin.dir": distribution.folder / "plugin",
            "catalog.config-dir": ETC / "catalog",
        }
        self._child = Child(
            "Trino",
            [
                str(distribution.java / "bin" / "java"),
                *options,
                *(f"-D{name}={value}" for name, value in settings.items()),
                "-cp",
                distribution.class_path,
                MAIN_CLASS,
                distribution.version,
            ],
            folder / "trino.log",
            env={**os.environ, **catalog_environment(port, glue, s3)},
            cwd=folder,
        )

    def wait_until_ready(self, client: TrinoClient) -> None:
        """Returns when the server runs a distributed query. Raises ChildDiedError, or TimeoutError."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._child.check()
            try:
                client.run(PROBE)
                return
            except (TrinoError, HTTPError):
                if time.monotonic() > deadline:
                    raise TimeoutError(
                        f"Trino answers no query after {START_SECONDS:.0f} s. Its log is {self._child.log}."
                    ) from None
                time.sleep(0.2)

    def stop(self) -> None:
        self._child.stop()


def catalog_environment(port: int, glue: str, s3: str) -> dict[str, str]:
    """The environment variables that the files of trino/etc read."""
    return {"LOCAL_ATHENA_TRINO_PORT": str(port), "LOCAL_ATHENA_GLUE": glue, "LOCAL_ATHENA_S3": s3}
