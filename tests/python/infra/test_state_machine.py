"""Every path of the state machine, with the stack's own Lambda and the project's own buildspec; its two schedules.

What this does not prove: that startBuild.sync hears of a build's end, what AWS calls its errors (here each error of the
function is a Runtime.HandlerError, and the two refusals are put in), and the waits, which are cut to a fiftieth. Builds
run a stand-in for dbt, which notes how it was called, and `pip` installs nothing.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.python.infra.aws_server import MinistackServer
from tests.python.infra.deployment import PATIENCE_SECONDS, Stack
from tests.python.soda_server import SodaServer, incidents, web_page

INGEST = ["WhichTask", "Ingest"]
AFTER_INGEST = ["MoreToLand", "AnythingToTell"]
BUILD = ["AnythingToBuild", "WaitForDelivery", "Build"]
FAILURE = ["TellFailure", "Failed"]
BUILT = "state/built.json"


class Dbt:
    """The stand-in for dbt in the builds: what it was called with, and whether it fails."""

    def __init__(self, aws: MinistackServer, log: Path) -> None:
        self._aws = aws
        self._log = log
        self.succeed()

    def succeed(self) -> None:
        self._aws.stub("dbt", f'echo "$DBT_TARGET $*" >> {self._log}; test -e dbt_project.yml -a -e profiles.yml')

    def fail(self) -> None:
        self._aws.stub("dbt", f'echo "$DBT_TARGET $*" >> {self._log}; echo "Database Error in model x"; exit 1')

    def calls(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def dbt(aws: MinistackServer, tmp_path: Path) -> Dbt:
    return Dbt(aws, tmp_path / "dbt.log")


@pytest.fixture(scope="module")
def mailbox(aws: MinistackServer, stack: Stack) -> str:
    """The URL of a queue that gets what the alerts topic tells."""
    sqs = aws.client("sqs")
    url: str = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.client("sns").subscribe(TopicArn=stack.outputs()["AlertsTopic"], Protocol="sqs", Endpoint=arn)
    return url


@pytest.fixture(autouse=True)
def nothing_has_landed(stack: Stack, aws: MinistackServer, mailbox: str) -> None:
    stack.empty_landing()
    aws.client("sqs").purge_queue(QueueUrl=mailbox)


def mails(aws: MinistackServer, mailbox: str) -> list[tuple[str, str]]:
    """Subject and text of what was told."""
    messages = aws.client("sqs").receive_message(QueueUrl=mailbox, MaxNumberOfMessages=10).get("Messages", [])
    bodies = [json.loads(message["Body"]) for message in messages]
    return [(body["Subject"], body["Message"]) for body in bodies]


def test_what_is_new_is_landed_and_built_once(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(30))

    run = stack.start("refresh")

    assert run.status == "SUCCEEDED", run
    assert run.states == [*INGEST, *AFTER_INGEST, *BUILD, "Done"]
    assert dbt.calls() == ["athena build --exclude-resource-type unit_test"]
    rows = b"".join(stack.objects("landing", "incidents/").values()).splitlines()
    assert {json.loads(row)["incident_id"] for row in rows} == {row["incident_id"] for row in incidents(30)}
    started = datetime.fromisoformat(json.loads(stack.objects("landing", BUILT)[BUILT])["started"])
    assert datetime.now(UTC) - started < timedelta(minutes=5)

    again = stack.start("refresh")

    assert (again.status, again.states) == (
        "SUCCEEDED",
        [*INGEST, *AFTER_INGEST, "AnythingToBuild", "NothingNew"],
    )
    assert len(dbt.calls()) == 1
    assert mails(aws, mailbox) == []


def test_while_there_is_more_it_lands_again(stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt) -> None:
    """With less time than the function keeps in reserve, it lands one page a call."""
    portal.insert(incidents(150))
    portal.page_cap = 100
    function = {"FunctionName": f"{stack.name}-ingest"}
    client = aws.client("lambda")
    client.update_function_configuration(**function, Timeout=100)
    try:
        run = stack.start("refresh")
    finally:
        client.update_function_configuration(**function, Timeout=900)

    assert run.status == "SUCCEEDED", run
    calls = run.states.count("Ingest")
    assert calls >= 2
    assert run.states == ["WhichTask", *["Ingest", "MoreToLand"] * calls, "AnythingToTell", *BUILD, "Done"]
    assert len(b"".join(stack.objects("landing", "incidents/").values()).splitlines()) == 150
    assert len(dbt.calls()) == 1


def test_a_failed_build_is_told_and_done_again(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(3))
    dbt.fail()

    run = stack.start("refresh")

    assert (run.status, run.states) == ("FAILED", [*INGEST, *AFTER_INGEST, *BUILD, *FAILURE])
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: a run failed"
    assert "failed with States.TaskFailed" in text
    assert '"BuildStatus": "FAILED"' in text
    assert BUILT not in stack.objects("landing")

    dbt.succeed()
    again = stack.start("refresh")

    assert again.states == [*INGEST, *AFTER_INGEST, *BUILD, "Done"], "the portal has nothing new, but rows wait"
    assert BUILT in stack.objects("landing")


def test_a_failed_ingest_is_told(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.answer_next(web_page(403))

    run = stack.start("refresh")

    assert (run.status, run.states) == ("FAILED", [*INGEST, *FAILURE])
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: a run failed"
    assert "403" in text
    assert dbt.calls() == []


def test_a_warning_is_told_and_the_build_goes_on(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert([*incidents(3), {**incidents(1, first=4)[0], "address": "x" * 1_100_000}])

    run = stack.start("refresh")

    assert (run.status, run.states) == ("SUCCEEDED", [*INGEST, *AFTER_INGEST, "TellWarning", *BUILD, "Done"])
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: the ingest has a warning"
    assert "1 rows are too large for Firehose" in text
    assert len(dbt.calls()) == 1


@pytest.mark.parametrize("service", ["lambda", "codebuild"])
def test_one_that_is_busy_is_asked_again(
    service: str, stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt
) -> None:
    portal.insert(incidents(3))
    aws.refuse_next(service)

    run = stack.start("refresh")

    assert (run.status, run.states) == ("SUCCEEDED", [*INGEST, *AFTER_INGEST, *BUILD, "Done"])
    assert not (aws.stubs / f"refuse-{service}").exists(), "it was never refused"
    assert len(dbt.calls()) == 1


def test_a_refresh_by_hand_waits_and_says_what_came_of_it(stack: Stack, portal: SodaServer, dbt: Dbt) -> None:
    """`make refresh`."""
    portal.insert(incidents(3))
    done = stack.script("refresh.sh")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"build": f"{stack.name}-dbt:1", "status": "SUCCEEDED"}

    portal.answer_next(web_page(403))
    done = stack.script("refresh.sh")
    assert done.returncode == 1
    assert done.stderr.startswith("refresh: FAILED\n")
    assert "403" in done.stderr


def test_compaction(stack: Stack, aws: MinistackServer, dbt: Dbt, mailbox: str) -> None:
    run = stack.start("compact")
    assert (run.status, run.states) == ("SUCCEEDED", ["WhichTask", "Compact", "Done"])
    assert dbt.calls() == ["athena run-operation compact"]
    assert BUILT not in stack.objects("landing"), "compacting builds nothing"

    dbt.fail()
    run = stack.start("compact")
    assert (run.status, run.states) == ("FAILED", ["WhichTask", "Compact", *FAILURE])
    assert len(mails(aws, mailbox)) == 1


def test_the_schedules_start_it(stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt) -> None:
    """Both schedules as the stack made them, but every minute."""
    portal.insert(incidents(3))
    scheduler, step_functions = aws.client("scheduler"), aws.client("stepfunctions")
    machine = stack.outputs()["StateMachine"]
    schedules = [scheduler.get_schedule(Name=f"{stack.name}-{name}") for name in ("hourly", "weekly")]

    def set_expressions(*expressions: str) -> None:
        for schedule, expression in zip(schedules, expressions, strict=True):
            kept = {key: schedule[key] for key in ("Name", "FlexibleTimeWindow", "Target", "State")}
            scheduler.update_schedule(**kept, ScheduleExpression=expression)

    def executions() -> set[str]:
        found = step_functions.list_executions(stateMachineArn=machine)["executions"]
        return {execution["executionArn"] for execution in found}

    before = executions()
    set_expressions("rate(1 minute)", "rate(1 minute)")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(started := executions() - before) < 2:
            assert time.monotonic() < deadline, "the schedules have not started anything"
            time.sleep(0.2)
    finally:
        set_expressions(*(schedule["ScheduleExpression"] for schedule in schedules))

    runs = [stack.wait_for(execution) for execution in started]
    assert {run.status for run in runs} == {"SUCCEEDED"}
    assert {tuple(run.states[:2]) for run in runs} == {("WhichTask", "Ingest"), ("WhichTask", "Compact")}
    assert sorted(dbt.calls()) == ["athena build --exclude-resource-type unit_test", "athena run-operation compact"]
