"""Runs a task of the stack and waits for its end.

    python -m infra.run [TASK]

refresh         what the schedule does every hour: lands what is new, and builds (the default)
rebuild         builds every table from nothing, as a release with a new column needs
pull-all        lands all rows once more, whatever has landed and however few the portal has become
reconcile       holds what has landed against the portal: what is missing lands, what the county deleted is withdrawn.
                With --yes also more than 1 % of a month
backfill        lands the incidents that started from SINCE on, and before UNTIL: backfill 2026-11-01 2026-11-08
accept-columns  accepts the dataset's columns as they are now
compact         the weekly upkeep

AWS_REGION and STACK are those of infra/deploy.py.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import boto3

from infra.deploy import DEFAULT_STACK, region_of, told
from infra.errors import SettingError, StackError
from terminal.words import counted

TASKS = {
    "refresh": "Landing and building: all of the county's records the first time, then what is new",
    "rebuild": "Building every table from nothing",
    "pull-all": "Landing all rows once more, and building",
    "reconcile": "Comparing every month with the portal, and building",
    "backfill": "Landing a range of time, and building",
    "accept-columns": "Taking the dataset's columns as they are now, and building",
    "compact": "Compacting the merged table, and clearing away what no table names",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a task, and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="infra/refresh.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=TASKS, nargs="?", default="refresh")
    parser.add_argument("since", nargs="?", default="", help="a local time, 2026-11-01 or 2026-11-01T18:30")
    parser.add_argument("until", nargs="?", default="", help="a later one; without it, all up to now")
    parser.add_argument("--yes", action="store_true", help="for reconcile")
    options = parser.parse_args(arguments)
    return told("refresh", lambda: run(options, os.environ))


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """
    Raises:
        StackError: The task failed, or there is no stack.
    """
    if options.task == "backfill" and not options.since:
        raise SettingError("a backfill needs a time to begin at: make backfill SINCE=2026-11-01 UNTIL=2026-11-08")
    region = region_of(environment, "export AWS_REGION=us-east-1, or where the stack is")
    stack = environment.get("STACK") or DEFAULT_STACK
    poll_seconds = float(environment.get("POLL_SECONDS") or 10)
    described = boto3.client("cloudformation", region_name=region).describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    machine = outputs["Upkeep" if options.task == "compact" else "StateMachine"]
    client = boto3.client("stepfunctions", region_name=region)
    event = {
        "task": options.task,
        "since": options.since,
        "until": options.until,
        "options": "--yes" if options.yes else "",
    }
    execution = client.start_execution(stateMachineArn=machine, input=json.dumps(event))["executionArn"]
    print(TASKS[options.task])
    output = wait(client, execution, poll_seconds)
    if output.get("busy"):
        others = client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        print("Another run had begun, which goes on; waiting for it")
        for other in others:
            output = wait(client, other["executionArn"], poll_seconds)
    print(summary(output))


def wait(client: Any, execution: str, poll_seconds: float) -> dict[str, Any]:
    """Waits for the end of an execution; its output.

    Raises:
        StackError: It failed. The message has what each failed task said.
    """
    while (described := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(poll_seconds)
    if described["status"] != "SUCCEEDED":
        said = "\n".join(failures(client, execution))
        raise StackError(f"the run ended as {described['status']}:\n{said}")
    return dict(json.loads(described.get("output") or "{}"))


def failures(client: Any, execution: str) -> list[str]:
    """What failed in an execution: each task's error and cause, in order."""
    said = []
    for page in client.get_paginator("get_execution_history").paginate(executionArn=execution):
        for event in page["events"]:
            about = event.get("taskFailedEventDetails")
            if about:
                said.append(f"{about.get('error', '')} {about.get('cause', '')}")
    return said


def summary(output: Mapping[str, Any]) -> str:
    """What came of a task, in a sentence."""
    if output.get("busy"):
        return "Another run took over, and has ended by now: it has built what it landed"
    rows = output.get("landed_in_all")
    landed = f"Landed {counted(rows, 'row')}. " if rows is not None else ""
    if "build" in output:
        return f"{landed}Built: {output['build']['id']}"
    if output.get("waits_until"):
        return f"{landed}A build of these rows failed; the next is at {output['waits_until']}, or make rebuild"
    return f"{landed}Nothing to build"


if __name__ == "__main__":
    sys.exit(main())
