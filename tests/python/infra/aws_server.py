"""An AWS account on this machine: ministack, with a CodeBuild that Step Functions can start and that really builds.

As a program (`python -m tests.python.infra.aws_server`) it is the server, which `MinistackServer` starts as a child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from botocore.config import Config

from tests.local_athena.children import Child, end_with_parent, free_port
from tests.local_athena.moto_server import aws_session, client_environment

ROOT = Path(__file__).parents[3]
ACCOUNT = "000000000000"
START_SECONDS = 60.0

STUBS = "CODEBUILD_STUBS"
"""The environment variable with the folder that comes first in the PATH of a build."""

REFUSALS = {
    "lambda": ("Lambda.TooManyRequestsException", "Rate Exceeded."),
    "codebuild": ("CodeBuild.AccountLimitExceededException", "Cannot have more than 1 builds in queue for the project"),
}
"""What a state machine is told while another run holds the one place that there is."""

WAIT_SCALE = 0.02
"""How much of a wait, and of a pause before a retry, is waited: 90 s become 1.8 s."""


class MinistackServer:
    """A running server. Everything in it is gone when it stops.

    Attributes:
        endpoint: Its address.
        stubs: A folder of programs that a build finds before all others. `pip` is one, which installs nothing.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.stubs = folder / "stubs"
        self.stubs.mkdir()
        self.stub("pip", "true")
        self._child = Child(
            "ministack",
            [sys.executable, "-m", "tests.python.infra.aws_server"],
            folder / "ministack.log",
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DISPATCH_"))},
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                # Another listener, and on all interfaces.
                "IOT_MTLS_ENABLED": "0",
                "SFN_WAIT_SCALE": str(WAIT_SCALE),
                "NO_PROXY": "127.0.0.1",
                STUBS: str(self.stubs),
                **environment,
            },
            cwd=ROOT,
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._child.check()
            try:
                urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=5).read()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        self._child.stop()

    def client(self, service: str, **credentials: str) -> Any:
        """A client of a service, of the account's root or of other credentials."""
        config = Config(retries={"total_max_attempts": 1}, read_timeout=120, s3={"addressing_style": "path"})
        # Any service: the session's types want one that they know.
        session: Any = aws_session()
        return session.client(service, endpoint_url=self.endpoint, config=config, **credentials)

    def environment(self) -> dict[str, str]:
        """What sends a program to this account."""
        return client_environment(self.endpoint)

    def stub(self, program: str, script: str) -> None:
        """Puts a shell script in the place of a program that builds run."""
        path = self.stubs / program
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def refuse_next(self, service: str) -> None:
        """Lets `lambda` or `codebuild` refuse the next call of a state machine, as while another run is there."""
        (self.stubs / f"refuse-{service}").touch()


def run_build(project: Mapping[str, Any], overrides: Mapping[str, str], endpoint: str) -> tuple[int, str]:
    """Does what CodeBuild does: fetches a project's source, and runs the commands of its buildspec until one fails.

    Returns:
        The exit status, and the last of what was printed.
    """
    source = project["source"]
    bucket, _, key = source["location"].partition("/")
    s3 = aws_session().client("s3", endpoint_url=endpoint)
    archive = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    variables = {item["name"]: item["value"] for item in project["environment"]["environmentVariables"]}
    path = os.pathsep.join([os.environ[STUBS], str(Path(sys.executable).parent), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(BytesIO(archive)).extractall(folder)
        buildspec = yaml.safe_load(Path(folder, source["buildspec"]).read_text())
        printed = ""
        for phase in buildspec["phases"].values():
            for command in phase["commands"]:
                run = subprocess.run(
                    [buildspec["env"]["shell"], "-c", command],
                    cwd=folder,
                    env={**client_environment(endpoint), **variables, **overrides, "PATH": path, "HOME": folder},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                printed += run.stdout
                if run.returncode:
                    return run.returncode, printed[-2000:]
    return 0, printed[-2000:]


def _serve() -> None:
    end_with_parent()
    from ministack.services import codebuild  # type: ignore[import-untyped]
    from ministack.services import stepfunctions as step_functions

    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    call_lambda = step_functions._call_lambda

    def refuse_once(service: str) -> None:
        order = Path(os.environ[STUBS], f"refuse-{service}")
        if order.exists():
            order.unlink()
            raise step_functions._ExecutionError(*REFUSALS[service])

    def start_build(resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The integration that ministack lacks."""
        del resource
        refuse_once("codebuild")
        name = parameters["ProjectName"]
        overrides = {item["Name"]: item["Value"] for item in parameters["EnvironmentVariablesOverride"]}
        status, printed = run_build(codebuild._projects[name], overrides, endpoint)
        build = {"Id": f"{name}:1", "ProjectName": name, "BuildStatus": "FAILED" if status else "SUCCEEDED"}
        if status:
            raise step_functions._ExecutionError("States.TaskFailed", json.dumps({"Build": build, "Printed": printed}))
        return {"Build": build}

    def call_lambda_unless_refused(function: str, event: Any) -> Any:
        """ministack itself answers Lambda.Unknown where a function's concurrency is used up."""
        refuse_once("lambda")
        return call_lambda(function, event)

    step_functions._SERVICE_DISPATCH["arn:aws:states:::codebuild:startBuild"] = start_build
    step_functions._call_lambda = call_lambda_unless_refused
    # Importing ministack.__main__ would start a second server.
    from ministack.app import main  # type: ignore[import-untyped]

    sys.argv = ["ministack"]
    main()


if __name__ == "__main__":
    _serve()
