"""The stack on a local AWS account, deployed by the scripts that a user runs."""

import io
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from infra import deploy
from local_athena.moto_server import REGION
from tests.python.infra.aws_server import ACCOUNT, ROOT, MinistackServer

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Execution:
    """A run of the state machine that has ended.

    Attributes:
        status: SUCCEEDED or FAILED.
        states: The names of the states that it entered, in order.
        output: What it gave back; nothing if it failed.
    """

    status: str
    states: list[str]
    output: dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A stack of a name, which may be there or not."""

    name: str
    aws: MinistackServer
    archives: Path

    def script(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a script of `infra/`, as the Makefile does."""
        return subprocess.run(
            [str(ROOT / "infra" / script), *arguments],
            env=self._environment(variables),
            capture_output=True,
            text=True,
        )

    def command(self, main: Callable[[], int], **variables: str) -> tuple[int, str]:
        """Runs what a script of `infra/` runs, in this process: its exit code, and what it printed."""
        printed = io.StringIO()
        environment = patch.dict(os.environ, self._environment(variables), clear=True)
        with environment, redirect_stdout(printed), redirect_stderr(printed):
            code = main()
        return code, printed.getvalue()

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "DISPATCH_"))}
        return {
            **own,
            **self.aws.environment(),
            "STACK": self.name,
            "BUILD": str(self.archives),
            "POLL_SECONDS": "0.1",
            **variables,
        }

    def deploy(self, **variables: str) -> str:
        """Makes the stack or brings it up to date; returns what was printed."""
        code, printed = self.command(deploy.main, **variables)
        assert code == 0, printed
        return printed

    def change_schedules(self, **changes: str) -> None:
        """Changes what the schedules of the stack have in common: State, ScheduleExpression."""
        scheduler = self.aws.client("scheduler")
        for name in ("hourly", "weekly", "reconcile"):
            made = scheduler.get_schedule(Name=f"{self.name}-{name}")
            kept = {key: made[key] for key in ("Name", "FlexibleTimeWindow", "Target", "ScheduleExpression", "State")}
            scheduler.update_schedule(**{**kept, **changes})

    def delete(self) -> None:
        client = self.aws.client("cloudformation")
        client.delete_stack(StackName=self.name)
        client.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig={"Delay": 1})

    def outputs(self) -> dict[str, str]:
        [stack] = self.aws.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def bucket(self, purpose: str) -> str:
        """The name of the bucket for `landing`, `warehouse` or `code`."""
        return f"{self.name}-{purpose}-{ACCOUNT}-{REGION}"

    def objects(self, purpose: str, prefix: str = "") -> dict[str, bytes]:
        """The contents of a bucket by key."""
        s3 = self.aws.client("s3")
        bucket = self.bucket(purpose)
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def empty_landing(self) -> None:
        """Deletes what has landed, and the state: the stack is then as if it had just been made."""
        s3 = self.aws.client("s3")
        for key in self.objects("landing"):
            s3.delete_object(Bucket=self.bucket("landing"), Key=key)

    def invoke(self, event: Mapping[str, object]) -> dict[str, Any]:
        """Calls the Lambda function; its answer, or its error."""
        answer = self.aws.client("lambda").invoke(FunctionName=f"{self.name}-ingest", Payload=json.dumps(event))
        content: dict[str, Any] = json.loads(answer["Payload"].read())
        return content

    def start(self, task: str, machine: str = "StateMachine", options: str = "") -> Execution:
        """Runs a state machine with the input of a schedule, to its end."""
        client = self.aws.client("stepfunctions")
        event = json.dumps({"task": task, "options": options})
        arn = client.start_execution(stateMachineArn=self.outputs()[machine], input=event)["executionArn"]
        return self.wait_for(arn)

    def wait_for(self, execution: str) -> Execution:
        client = self.aws.client("stepfunctions")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (described := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the state machine does not come to its end"
            time.sleep(0.05)
        events = client.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        states = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
        return Execution(described["status"], states, json.loads(described.get("output") or "{}"))
