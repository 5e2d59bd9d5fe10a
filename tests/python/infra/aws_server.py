"""An AWS account on this machine: ministack, with a CodeBuild that Step Functions can start and that really builds.

As a program (`python -m tests.python.infra.aws_server`) it is the server, which `MinistackServer` starts as a child.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from botocore.config import Config

from local_athena.children import Child, end_with_parent, free_port
from local_athena.moto_server import aws_session, client_environment

ROOT = Path(__file__).parents[3]
ACCOUNT = "000000000000"
START_SECONDS = 60.0

STUBS = "CODEBUILD_STUBS"
"""The environment variable with the folder that comes first in the PATH of a build."""

REFUSALS = {
    "lambda": ("Lambda.TooManyRequestsException", "Rate Exceeded."),
    "codebuild": ("CodeBuild.AccountLimitExceededException", "Cannot have more than 1 builds in queue for the project"),
    "account": ("CodeBuild.AccountLimitExceededException", "Cannot have more than 0 builds in queue for the account"),
}
"""What a state machine is told while another run holds the one place that there is; `account`: where there is none."""

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
        self.stub("pip", "mkdir -p wheels; touch wheels/1.whl")
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

    def refuse_next(self, what: str) -> None:
        """Refuses what comes next: a call of a state machine (`REFUSALS`), or the creation of a kind of resource."""
        (self.stubs / _order(what)).touch()

    def was_refused(self, what: str) -> bool:
        return not (self.stubs / _order(what)).exists()


def _order(what: str) -> str:
    """The file in the stubs that orders a refusal, and is gone when it was given."""
    return f"refuse-{what.replace('::', '-')}"


def run_build(project: Mapping[str, Any], overrides: Mapping[str, str], endpoint: str) -> tuple[int, str]:
    """Does what CodeBuild does: fetches a project's source, and runs the commands of its buildspec until one fails.

    Those after the build run all the same, unless the installation failed.

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
        printed, failed = "", 0
        for name, phase in buildspec["phases"].items():
            if failed and name != "post_build":
                continue
            for command in phase["commands"]:
                run = subprocess.run(
                    [buildspec["env"]["shell"], "-c", command],
                    cwd=folder,
                    env={
                        **client_environment(endpoint),
                        **variables,
                        **overrides,
                        "CODEBUILD_BUILD_SUCCEEDING": "0" if failed else "1",
                        "PATH": path,
                        "HOME": folder,
                    },
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                printed += run.stdout
                failed = failed or run.returncode
                if run.returncode:
                    break
            if failed and name == "install":
                break
    return failed, printed[-2000:]


def _serve() -> None:
    end_with_parent()
    from ministack.services import budgets, codebuild  # type: ignore[import-untyped]
    from ministack.services import stepfunctions as step_functions
    from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    call_lambda = step_functions._call_lambda
    builds = itertools.count(1)

    def is_refused(what: str) -> bool:
        order = Path(os.environ[STUBS], _order(what))
        order_was_there = order.exists()
        order.unlink(missing_ok=True)
        return order_was_there

    def refuse_once(service: str) -> None:
        if is_refused(service):
            raise step_functions._ExecutionError(*REFUSALS[service])

    def refusing(kind: str, create: Callable[..., Any]) -> Callable[..., Any]:
        def create_unless_refused(*arguments: Any) -> Any:
            if is_refused(kind):
                raise ValueError(f"You are not authorized to create {kind}")
            return create(*arguments)

        return create_unless_refused

    alarm_record = provisioners._cw_metric_alarm_record

    def record_of_alarm(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        """An alarm on an expression, as if it were one on the first metric of it: ministack knows no others."""
        if "Metrics" not in properties:
            return dict(alarm_record(name, properties))
        first = properties["Metrics"][0]["MetricStat"]
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        return dict(
            alarm_record(name, {**plain, **first["Metric"], "Statistic": first["Stat"], "Period": first["Period"]})
        )

    def create_budget(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
        del logical_id, stack_name
        status, _, body = budgets._create_budget(properties)
        if status != 200:
            raise ValueError(body)
        return properties["Budget"]["BudgetName"], {}

    def update_budget(name: str, old: Any, new: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
        del old
        delete_budget(name, new)
        return create_budget("", new, stack_name)

    def delete_budget(name: str, properties: Any) -> None:
        del properties
        budgets._delete_budget({"BudgetName": name})

    provisioners._cw_metric_alarm_record = record_of_alarm
    provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = {
        "create": create_budget,
        "update": update_budget,
        "delete": delete_budget,
    }
    for kind, provisioner in provisioners._RESOURCE_HANDLERS.items():
        if "create" in provisioner:
            provisioner["create"] = refusing(kind, provisioner["create"])

    def start_build(resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The integration that ministack lacks."""
        del resource
        refuse_once("codebuild")
        refuse_once("account")
        name = parameters["ProjectName"]
        overrides = {item["Name"]: item["Value"] for item in parameters["EnvironmentVariablesOverride"]}
        overrides["CODEBUILD_BUILD_ID"] = f"{name}:{next(builds)}"
        status, printed = run_build(codebuild._projects[name], overrides, endpoint)
        build = {
            "Id": overrides["CODEBUILD_BUILD_ID"],
            "ProjectName": name,
            "BuildStatus": "FAILED" if status else "SUCCEEDED",
        }
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
