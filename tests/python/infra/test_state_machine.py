"""Every path of the state machine, with the stack's own functions and the project's own buildspec; its schedules.

What this does not prove: that startBuild.sync hears of a build's end, what AWS calls its errors (here each error of the
function is a Runtime.HandlerError, and the refusals are put in), and the waits, which are cut to a fiftieth. Builds run
stand-ins for dbt and for Python's programs, which note how they were called, and `pip` installs nothing.
"""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import run as runner
from ingest.zone.state import State, to_json
from local_portal.soda_server import Query, SodaServer, incidents, web_page
from tests.python.infra.aws_server import MinistackServer
from tests.python.infra.deployment import PATIENCE_SECONDS, Stack
from tests.python.infra.firehose_delivery import delivered

INGEST = ["WhichTask", "Ingest", "WhatCameOfIt"]
BUILD = ["AnythingToBuild", "WaitForDelivery", "AskForBuild", "Build"]
WELL = ["TellWell", "WhatNext", "Done"]
FAILURE = ["TellFailure", "Failed"]
PROJECT = ["WhichTask", "AskForTask", "Build"]
BUILT, TRIED = "state/built.json", "state/tried.json"
DBT_BUILD = "athena build --selector refresh"
DBT_TEST = "athena test --select result:fail --state built --store-failures --target-path failed"

RESULTS: dict[str, Any] = {
    "results": [
        {"unique_id": "model.dispatch.stg_incidents", "status": "success", "message": "OK", "failures": None},
        {
            "unique_id": "test.dispatch.not_null_incidents_start_time.ab12",
            "status": "fail",
            "message": "Got 3 results, configured to fail if != 0",
            "failures": 3,
        },
    ]
}
FAILED_ROWS: dict[str, Any] = {
    "results": [
        {
            "unique_id": "test.dispatch.not_null_incidents_start_time.ab12",
            "status": "fail",
            "relation_name": '"awsdatacatalog"."dispatch_failed_rows"."not_null_incidents_start_time"',
        }
    ]
}


class Dbt:
    """The stand-in for dbt in the builds: what it was called with, and whether it fails."""

    def __init__(self, aws: MinistackServer, log: Path) -> None:
        self._aws = aws
        self._log = log
        self.succeed()

    def succeed(self) -> None:
        self._aws.stub("dbt", f'{self._note()} mkdir -p target; echo "{{}}" > target/run_results.json')

    def fail(self) -> None:
        """Tests have found something; their rows are kept when asked for."""
        self._aws.stub(
            "dbt",
            f"""{self._note()} mkdir -p target failed
case $1 in
  build) echo '{json.dumps(RESULTS)}' > target/run_results.json; echo "1 of 2 FAIL"; exit 1;;
  test) echo '{json.dumps(FAILED_ROWS)}' > failed/run_results.json; exit 1;;
esac""",
        )

    def break_off(self) -> None:
        self._aws.stub("dbt", f'{self._note()} echo "Database Error in model x"; exit 1')

    def _note(self) -> str:
        return f'echo "$DBT_TARGET $*" >> {self._log}; test -e dbt_project.yml -a -e profiles.yml || exit 3;'

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
    """Subject and text of what was told since the last look."""
    sqs = aws.client("sqs")
    messages = sqs.receive_message(QueueUrl=mailbox, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=mailbox, ReceiptHandle=message["ReceiptHandle"])
    bodies = [json.loads(message["Body"]) for message in messages]
    return [(body["Subject"], body["Message"]) for body in bodies]


def an_hour_passes(stack: Stack, aws: MinistackServer) -> None:
    """Moves back when a build was tried last."""
    tried = json.loads(stack.objects("landing", TRIED)[TRIED])
    at = datetime.fromisoformat(tried["at"]) - timedelta(hours=1)
    tried["at"] = f"{at:%Y-%m-%dT%H:%M:%S.000Z}"
    aws.client("s3").put_object(Bucket=stack.bucket("landing"), Key=TRIED, Body=json.dumps(tried))


def test_what_is_new_is_landed_and_built_once(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(30))

    run = stack.start("refresh")

    assert run.status == "SUCCEEDED", run
    assert run.states == [*INGEST, *BUILD, *WELL]
    assert dbt.calls() == [DBT_BUILD]
    rows = b"".join(stack.objects("landing", "incidents/").values()).splitlines()
    assert {json.loads(row)["incident_id"] for row in rows} == {row["incident_id"] for row in incidents(30)}
    started = datetime.fromisoformat(json.loads(stack.objects("landing", BUILT)[BUILT])["started"])
    assert datetime.now(UTC) - started < timedelta(minutes=5)
    build = run.output["build"]["id"].rpartition(":")[2]
    kept = set(stack.objects("warehouse", "artifacts/"))
    assert {"artifacts/latest/run_results.json", f"artifacts/builds/{build}/run_results.json"} <= kept

    again = stack.start("refresh")

    assert (again.status, again.states) == ("SUCCEEDED", [*INGEST, "AnythingToBuild", *WELL])
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
    assert run.states == ["WhichTask", *INGEST[1:] * calls, *BUILD, *WELL]
    assert len(b"".join(stack.objects("landing", "incidents/").values()).splitlines()) == 150
    assert len(dbt.calls()) == 1


def test_a_failed_build_is_told_once_and_done_again_an_hour_later(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(3))
    dbt.fail()

    run = stack.start("refresh")

    assert (run.status, run.states) == ("FAILED", [*INGEST, *BUILD, *FAILURE])
    assert dbt.calls() == [DBT_BUILD, DBT_TEST]
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: a run failed"
    assert "The test not_null_incidents_start_time failed: Got 3 results, configured to fail if != 0. The rows" in text
    assert 'are in "awsdatacatalog"."dispatch_failed_rows"."not_null_incidents_start_time"' in text
    [folder] = re.findall(r"s3://[^/]+/(artifacts/builds/\S+/)", text)
    assert set(stack.objects("warehouse", folder)) == {f"{folder}run_results.json", f"{folder}failed_rows.json"}
    assert BUILT not in stack.objects("landing")

    waiting = stack.start("refresh")
    assert (waiting.status, waiting.states[-1]) == ("SUCCEEDED", "WaitsWithTheBuild")
    an_hour_passes(stack, aws)
    assert stack.start("refresh").states[-4:] == ["AskForBuild", "Build", *FAILURE]
    assert mails(aws, mailbox) == [], "it is the same failure"

    dbt.succeed()
    an_hour_passes(stack, aws)
    again = stack.start("refresh")

    assert again.states == [*INGEST, *BUILD, *WELL], "the portal has nothing new, but rows wait"
    assert BUILT in stack.objects("landing")
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: well again"
    assert "2 runs had failed since" in text


def test_a_failure_of_another_kind_is_told_too(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(3))
    dbt.fail()
    stack.start("refresh")
    an_hour_passes(stack, aws)
    dbt.break_off()
    stack.start("refresh")

    [(_, first), (_, second)] = sorted(mails(aws, mailbox), key=lambda mail: "States.TaskFailed" in mail[1])
    assert "not_null_incidents_start_time" in first
    assert "States.TaskFailed" in second, "dbt did not come so far as to say anything"


def test_a_failed_ingest_is_told_once(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    for _ in range(2):
        portal.answer_next(web_page(403))
        run = stack.start("refresh")
        assert (run.status, run.states) == ("FAILED", ["WhichTask", "Ingest", *FAILURE])

    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: a run failed"
    assert "403" in text
    assert dbt.calls() == []


def test_where_the_telling_fails_a_plain_mail_is_written(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.answer_next(web_page(403))
    function = {"FunctionName": f"{stack.name}-tell"}
    client = aws.client("lambda")
    client.update_function_configuration(**function, Handler="infra.tell.nothing")
    try:
        run = stack.start("refresh")
    finally:
        client.update_function_configuration(**function, Handler="infra.tell.handler")

    assert run.states == ["WhichTask", "Ingest", "TellFailure", "TellPlainly", "Failed"]
    [(_, text)] = mails(aws, mailbox)
    assert "and so did the function that tells of it" in text


def test_a_warning_is_told_once_and_the_build_goes_on(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert([*incidents(3), {**incidents(1, first=4)[0], "address": "x" * 1_100_000}])

    run = stack.start("refresh")

    assert (run.status, run.states) == ("SUCCEEDED", [*INGEST, "TellWarning", *BUILD, *WELL])
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: the ingest has a warning"
    assert "1 row larger than an incident can be" in text
    assert len(dbt.calls()) == 1


def test_a_column_that_is_gone_stops_the_run_before_the_build(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    portal.insert(incidents(3))
    kind = portal.columns.pop("city")

    for _ in range(2):
        run = stack.start("refresh")
        assert (run.status, run.states) == ("FAILED", [*INGEST, "ColumnsChanged", *FAILURE])
    [(subject, text)] = mails(aws, mailbox)
    assert subject == "dispatch: a run failed"
    assert "ColumnsChanged: the dataset has no city: all rows landed, but the warehouse" in text
    assert dbt.calls() == []

    portal.columns["city"] = kind
    assert stack.start("refresh").states == [*INGEST, *BUILD, *WELL]
    assert [subject for subject, _ in mails(aws, mailbox)] == ["dispatch: well again"]


def test_the_run_that_another_one_took_over_builds_nothing(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    """Another run saves its state while this one waits for the portal."""
    portal.insert(incidents(3))
    s3 = aws.client("s3")

    def overtake(query: Query) -> None:
        s3.put_object(Bucket=stack.bucket("landing"), Key="state/pull.json", Body=to_json(State()))

    portal.on_query = overtake

    run = stack.start("refresh")

    assert (run.status, run.states) == ("SUCCEEDED", [*INGEST, "AnotherRunBuilds"])
    assert run.output["busy"]
    stack.empty_landing()
    assert refresh(stack)[1].endswith("Another run took over, and has ended by now: it has built what it landed\n")
    assert dbt.calls() == []
    assert mails(aws, mailbox) == []


def test_a_function_that_is_busy_is_asked_again(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt
) -> None:
    portal.insert(incidents(3))
    aws.refuse_next("lambda")

    assert stack.start("refresh").states == [*INGEST, *BUILD, *WELL]
    assert aws.was_refused("lambda")
    assert len(dbt.calls()) == 1


def test_a_project_that_is_busy_is_asked_again(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt
) -> None:
    portal.insert(incidents(3))
    aws.refuse_next("codebuild")

    again = ["MayItBuildLater", "WaitForProject", "CountTry", "KeepCount", "Build"]
    assert stack.start("refresh").states == [*INGEST, *BUILD, *again, *WELL]
    assert aws.was_refused("codebuild")
    assert len(dbt.calls()) == 1


def test_an_account_that_may_not_build_is_no_busy_one(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, mailbox: str
) -> None:
    """It was waited for, for an hour."""
    portal.insert(incidents(3))
    aws.refuse_next("account")

    run = stack.start("refresh")

    assert run.states == [*INGEST, *BUILD, "MayItBuildLater", "NoBuildsAllowed", *FAILURE]
    [(_, text)] = mails(aws, mailbox)
    assert "NoBuildsAllowed: This account may not run builds yet" in text
    assert "https://us-east-1.console.aws.amazon.com/servicequotas/home/services/codebuild/quotas" in text


def refresh(stack: Stack, *arguments: str) -> tuple[int, str]:
    """What `make refresh` and its like run."""
    return stack.command(lambda: runner.main(arguments))


def test_a_refresh_by_hand_waits_and_says_what_came_of_it(stack: Stack, portal: SodaServer, dbt: Dbt) -> None:
    portal.insert(incidents(3))
    done = stack.script("refresh.sh")
    assert done.returncode == 0, done.stderr
    assert "Landed 3 rows. Built: dispatch-dbt:" in done.stdout

    portal.answer_next(web_page(403))
    code, printed = refresh(stack)
    assert code == 1
    assert "refresh: the run ended as FAILED:\n" in printed
    assert "403" in printed


def test_all_rows_once_more_by_hand(stack: Stack, portal: SodaServer, dbt: Dbt, aws: MinistackServer) -> None:
    """After a real shrinkage above 5 %, which each refresh takes for a copy that is not whole."""
    portal.insert(incidents(30))
    assert refresh(stack)[0] == 0
    portal.delete([f"P26{number:08}" for number in range(1, 11)])
    code, printed = refresh(stack)
    assert (code, "counts 20 rows where the last run found 30" in printed) == (1, True)

    code, printed = refresh(stack, "pull-all")

    assert (code, "Landed 20 rows. Built: " in printed) == (0, True), printed
    assert refresh(stack) == (0, f"{runner.TASKS['refresh']}\nLanded 0 rows. Nothing to build\n")


def test_a_range_of_time_by_hand(stack: Stack, portal: SodaServer, dbt: Dbt) -> None:
    portal.insert({**row, "start_time": f"2026-11-0{1 + n % 3}T10:00:00.000"} for n, row in enumerate(incidents(30)))
    refresh(stack)

    code, printed = refresh(stack, "backfill", "2026-11-02", "2026-11-03")

    assert (code, "Landed 10 rows. Built: " in printed) == (0, True), printed
    code, printed = refresh(stack, "backfill")
    assert code == 2
    assert printed.startswith("refresh: a backfill needs a time to begin at: make backfill SINCE=")


def test_a_rebuild(stack: Stack, aws: MinistackServer, dbt: Dbt, mailbox: str) -> None:
    """For a release that adds a column: on_schema_change fails each build until then."""
    run = stack.start("rebuild")

    assert (run.status, run.states) == ("SUCCEEDED", [*PROJECT, *WELL])
    assert dbt.calls() == ["athena build --selector refresh --full-refresh"]
    assert BUILT in stack.objects("landing")


def test_a_reconciliation(stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt, tmp_path: Path) -> None:
    """With the ingest that is in the project's archive: what the county deleted is withdrawn, and built."""
    portal.insert(incidents(300))
    stack.start("refresh")
    join_delivered(stack, aws)
    portal.delete(["P2600000007"])

    run = stack.start("reconcile")

    reconciled = ["WhichTask", "WaitBeforeReconcile", "AskForTask", "Build", "TellWell", "WhatNext"]
    assert run.status == "SUCCEEDED", run
    # With so few rows all are of the last day, which looks like a replacement of the dataset.
    refreshed = [*INGEST[1:], "TellWarning", *BUILD, *WELL]
    assert run.states == [*reconciled, "WaitForReconciled", "RefreshNext", *refreshed]
    rows = b"".join(stack.objects("landing", "incidents/").values())
    assert rows.count(b'"incident_id":"P2600000007","deleted":true') == 1
    assert len(dbt.calls()) == 2


def join_delivered(stack: Stack, aws: MinistackServer) -> None:
    """Puts what Firehose would have delivered in the place of what ministack's has."""
    s3, bucket = aws.client("s3"), stack.bucket("landing")
    records = stack.objects("landing", "incidents/")
    for key in records:
        s3.delete_object(Bucket=bucket, Key=key)
    for key, content in delivered(records).items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def test_compaction(stack: Stack, aws: MinistackServer, dbt: Dbt, mailbox: str) -> None:
    """It is another machine's, so that no-runs does not take it for a run."""
    aws.stub(
        "python", 'case "$2" in infra.orphans) echo orphans >> "$HOME/../orphans.log";; *) exec python3 "$@";; esac'
    )
    try:
        run = stack.start("compact", "Upkeep")
        assert (run.status, run.states) == ("SUCCEEDED", [*PROJECT, *WELL])
        assert dbt.calls() == ["athena run-operation compact"]
        assert BUILT not in stack.objects("landing"), "compacting builds nothing"

        dbt.break_off()
        run = stack.start("compact", "Upkeep")
    finally:
        (aws.stubs / "python").unlink()
    assert (run.status, run.states) == ("FAILED", [*PROJECT, *FAILURE])
    assert len(mails(aws, mailbox)) == 1


def test_packages_come_from_the_code_bucket_when_the_index_is_away(
    stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt
) -> None:
    portal.insert(incidents(3))
    assert stack.start("refresh").status == "SUCCEEDED"
    [wheels] = {key.rpartition("/")[0] for key in stack.objects("code", "wheels/")}
    assert {f"{wheels}/1.whl", f"{wheels}/complete"} <= set(stack.objects("code", "wheels/"))
    aws.stub(
        "pip", 'case "$*" in *--no-index*) test -e wheels/1.whl;; *) echo "No matching distribution"; exit 1;; esac'
    )
    try:
        portal.insert(incidents(1, first=4))
        assert stack.start("refresh").status == "SUCCEEDED"
        aws.client("s3").delete_object(Bucket=stack.bucket("code"), Key=f"{wheels}/complete")
        portal.insert(incidents(1, first=5))
        assert stack.start("refresh").status == "FAILED", "a half-filled cache is none"
    finally:
        aws.stub("pip", "mkdir -p wheels; touch wheels/1.whl")


def test_the_schedules_start_it(stack: Stack, aws: MinistackServer, portal: SodaServer, dbt: Dbt) -> None:
    """The schedules as the stack made them, but every minute."""
    portal.insert(incidents(3))
    step_functions = aws.client("stepfunctions")
    machines = [stack.outputs()[name] for name in ("StateMachine", "Upkeep")]

    def executions() -> set[str]:
        found = [step_functions.list_executions(stateMachineArn=machine)["executions"] for machine in machines]
        return {execution["executionArn"] for of_machine in found for execution in of_machine}

    before = executions()
    stack.change_schedules(State="ENABLED", ScheduleExpression="rate(1 minute)")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(started := executions() - before) < 3:
            assert time.monotonic() < deadline, "the schedules have not started anything"
            time.sleep(0.2)
    finally:
        stack.change_schedules(State="DISABLED")

    runs = [stack.wait_for(execution) for execution in started]
    assert {run.states[1] for run in runs} == {"Ingest", "AskForTask", "WaitBeforeReconcile"}
