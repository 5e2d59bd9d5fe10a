"""A Trino server as a child process, and the question whether one answers."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from urllib3.exceptions import HTTPError

from local_athena.children import Child
from local_athena.trino_client import TrinoClient, TrinoError
from local_athena.trino_distribution import MAIN_CLASS, SOURCES, Distribution

ETC = SOURCES / "etc"
DEFAULT_START_SECONDS = "180"

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

    def wait_until_ready(self, client: TrinoClient, seconds: float) -> None:
        """Returns when the server runs a distributed query. Raises ChildDiedError, or TimeoutError after so long."""
        deadline = time.monotonic() + seconds
        while True:
            self._child.check()
            try:
                client.run(PROBE)
                return
            except (TrinoError, HTTPError):
                if time.monotonic() > deadline:
                    raise TimeoutError(
                        f"Trino answers no query after {seconds:g} s: wait longer (LOCAL_ATHENA_START_SECONDS), or "
                        f"read its log, {self._child.log}."
                    ) from None
                time.sleep(0.2)

    def stop(self) -> None:
        self._child.stop()


def start_seconds(env: Mapping[str, str]) -> float:
    """How long a start may take, by LOCAL_ATHENA_START_SECONDS. Raises StartSecondsError when it is no such number."""
    text = env.get("LOCAL_ATHENA_START_SECONDS") or DEFAULT_START_SECONDS
    if not text.isdecimal() or int(text) == 0:
        raise StartSecondsError(f"LOCAL_ATHENA_START_SECONDS is {text!r}: set it to a number of seconds, such as 600.")
    return float(text)


class StartSecondsError(ValueError):
    """LOCAL_ATHENA_START_SECONDS is no number of seconds."""


def catalog_environment(port: int, glue: str, s3: str) -> dict[str, str]:
    """The environment variables that the files of trino/etc read."""
    return {"LOCAL_ATHENA_TRINO_PORT": str(port), "LOCAL_ATHENA_GLUE": glue, "LOCAL_ATHENA_S3": s3}
