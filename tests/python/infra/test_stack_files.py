"""The stack before it is deployed: cfn-lint, statelint, and checks of our own for what those two miss.

Every check is also seen to fail, on the stack with a mistake put in. What this does not prove: that AWS accepts the
template, and that the permissions suffice.
"""

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]

from tests.python.infra.stack_faults import faults
from tests.python.infra.stack_files import TEMPLATE, StackFiles, read_stack_files

REGION = "us-east-1"
"""cfn-lint knows what each region has; for all of them it takes minutes."""

GONE = object()
"""In place of a value: the key is taken out."""


@dataclass(frozen=True)
class Mistake:
    """A value that is put into one of the files, and the words with which the fault is told.

    Attributes:
        path: The keys and positions that lead to the value; in the template, from a resource's logical name on.
    """

    path: tuple[str | int, ...]
    value: Any
    words: str

    def made_in(self, tree: Any) -> Any:
        changed = copy.deepcopy(tree)
        *way, last = self.path
        place = changed
        for step in way:
            place = place[step]
        if self.value is GONE:
            del place[last]
        else:
            place[last] = self.value
        return changed


@pytest.fixture(scope="module")
def files() -> StackFiles:
    return read_stack_files()


def names(mistakes: Iterable[Mistake]) -> list[str]:
    return [re.sub(r"\W+", "-", mistake.words) for mistake in mistakes]


def props(resource: str, *path: str | int) -> tuple[str | int, ...]:
    return (resource, "Properties", *path)


def statement(role: str, policy: int, number: int, *path: str | int) -> tuple[str | int, ...]:
    return props(role, "Policies", policy, "PolicyDocument", "Statement", number, *path)


def state(name: str, *path: str | int) -> tuple[str | int, ...]:
    return ("States", name, *path)


DESTINATION = props("Stream", "ExtendedS3DestinationConfiguration")
TLS_ONLY = props("LandingBucketPolicy", "PolicyDocument", "Statement", 0)
ENVIRONMENT = props("DbtProject", "Environment")

IN_TEMPLATE = [
    Mistake(
        props("WarehouseBucket", "PublicAccessBlockConfiguration", "BlockPublicPolicy"), False, "may be made public"
    ),
    Mistake(props("LandingBucket", "BucketEncryption"), GONE, "LandingBucket is not encrypted"),
    Mistake((*TLS_ONLY, "Condition", "Bool", "aws:SecureTransport"), "true", "LandingBucket can be read without TLS"),
    Mistake((*TLS_ONLY, "Effect"), "Allow", "LandingBucket can be read without TLS"),
    Mistake(
        props("WarehouseBucket", "LifecycleConfiguration", "Rules", 0, "ExpirationInDays"),
        GONE,
        "rule query-results does nothing",
    ),
    Mistake(("LandingBucket", "DeletionPolicy"), GONE, "LandingBucket is deleted with the stack"),
    Mistake(("WarehouseBucket", "DeletionPolicy"), "Retain", "WarehouseBucket outlives a creation that fails"),
    Mistake(props("LandingBucket", "VersioningConfiguration"), GONE, "keeps no versions"),
    Mistake(
        props("LandingBucket", "LifecycleConfiguration", "Rules", 0, "ExpirationInDays"), 400, "deletes what has landed"
    ),
    Mistake((*DESTINATION, "Prefix"), "incidents/dt=!{timestamp:YYYY-MM-dd}/hh=!{timestamp:HH}/", "nobody reads"),
    Mistake((*DESTINATION, "ErrorOutputPrefix"), GONE, "has no ErrorOutputPrefix"),
    Mistake((*DESTINATION, "ErrorOutputPrefix"), "incidents/errors/", "among the rows"),
    Mistake((*DESTINATION, "ErrorOutputPrefix"), "errors/!{firehose:error-type}/", "no expression firehose:error-type"),
    Mistake((*DESTINATION, "CompressionFormat"), "UNCOMPRESSED", "only gzipped objects"),
    Mistake((*DESTINATION, "FileExtension"), ".ndjson", "only gzipped objects"),
    Mistake((*DESTINATION, "BucketARN"), {"Ref": "LandingBucket"}, "BucketARN is ${LandingBucket}"),
    Mistake((*DESTINATION, "BufferingHints", "IntervalInSeconds"), 300, "longer than the 90 s"),
    Mistake(statement("IngestRole", 0, 1, "Action"), "firehose:*", "IngestRole may do firehose:*"),
    Mistake(statement("IngestRole", 0, 1, "Resource"), "*", "firehose:PutRecordBatch to *"),
    Mistake(
        statement("IngestRole", 0, 5, "Fn::If", 1, "Resource"),
        {"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*"},
        "IngestRole may do ssm:GetParameter",
    ),
    Mistake(
        statement("DbtRole", 2, 3, "Resource"), {"Fn::Sub": "${LandingBucket.Arn}/*"}, "DbtRole may do s3:GetObject"
    ),
    Mistake(
        statement("GrafanaRole", 0, 1, "Resource", 3),
        {"Fn::Sub": "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/*/*"},
        "GrafanaRole may do glue:GetDatabase",
    ),
    Mistake(
        props("DbtRole", "AssumeRolePolicyDocument", "Statement", 0, "Principal", "Service"),
        "ec2.amazonaws.com",
        "DbtRole can be assumed by ec2",
    ),
    Mistake(
        props("FirehoseRole", "AssumeRolePolicyDocument", "Statement", 0, "Condition"),
        GONE,
        "FirehoseRole can be assumed by firehose in the name of another account",
    ),
    Mistake(props("StateMachine", "DefinitionSubstitutions", "Topic"), "x", "given differ by Topic"),
    Mistake(props("HourlyRun", "ScheduleExpression"), "rate(1 hours)", "rate(1 hours) is no schedule"),
    Mistake(props("WeeklyCompaction", "ScheduleExpression"), "cron(30 8 * * SUN)", "is no schedule"),
    Mistake(props("WeeklyCompaction", "Target", "Input"), '{"task": "compress"}', "the state machine does not know"),
    Mistake(props("WeeklyReconciliation", "Target", "Input"), '{"task": "reconcile"}', "gives no options"),
    Mistake(
        props("WeeklyCompaction", "Target", "Arn"),
        {"Ref": "StateMachine"},
        "WeeklyCompaction counts as a run that went",
    ),
    Mistake(props("TellRole", "PermissionsBoundary"), GONE, "TellRole has no permissions boundary"),
    Mistake(
        props("AlertsPolicy", "PolicyDocument", "Statement", 0, "Principal", "Service"),
        "budgets.amazonaws.com",
        "AlertsPolicy does not let cloudwatch publish",
    ),
    Mistake((*ENVIRONMENT, "EnvironmentVariables", 8, "Name"), "STREAM", "does not set DISPATCH_STREAM"),
    Mistake((*ENVIRONMENT, "EnvironmentVariables", 4, "Name"), "RESULTS", "does not set DISPATCH_ATHENA_RESULTS"),
    Mistake((*ENVIRONMENT, "EnvironmentVariables", 1, "Value"), "local", "does not build on Athena"),
    Mistake((*ENVIRONMENT, "Type"), "LINUX_CONTAINER", "does not run in LINUX_CONTAINER"),
    Mistake((*ENVIRONMENT, "ComputeType"), "BUILD_GENERAL2_SMALL", "BUILD_GENERAL2_SMALL is no size"),
    Mistake(
        props("WorkGroup", "WorkGroupConfiguration", "EnforceWorkGroupConfiguration"), True, "the choice where tables"
    ),
    Mistake(
        props("WorkGroup", "WorkGroupConfiguration", "EngineVersion", "SelectedEngineVersion"),
        "Athena engine v3",
        "knows no Athena engine v3",
    ),
    Mistake(props("WorkGroup", "WorkGroupConfiguration", "BytesScannedCutoffPerQuery"), 1_000_000, "no cut-off below"),
    Mistake(props("DeliveryAlarm", "AlarmActions"), GONE, "DeliveryAlarm tells nobody"),
    Mistake(props("NothingNewAlarm", "EvaluationPeriods"), 48, "looks back for more than a day"),
    Mistake(props("NoRunsAlarm", "TreatMissingData"), GONE, "does not say what missing data mean"),
    Mistake(props("NoRunsAlarm", "Metrics", 1, "Expression"), "runs", "NoRunsAlarm rings late"),
    Mistake(
        props("BrokenOffAlarm", "Metrics", 4, "Expression"), "FILL(aborted, 0)", "does not fill timed_out, upkeep_"
    ),
    Mistake(props("NothingNewAlarm", "Metrics", 0, "ReturnData"), GONE, "compares another value than its result"),
]

IN_STATE_MACHINE = [
    Mistake(state("Build", "Resource"), "arn:aws:states:::codebuild:startBild.sync", "startBild.sync"),
    Mistake(state("Ingest", "Parameters"), {"FunctionName": "${IngestFunction}", "Payload": "$"}, "FunctionName, Payl"),
    Mistake(state("Build", "Catch"), GONE, "nobody is told when Build fails"),
    Mistake(state("TellWarning", "Catch"), GONE, "a run ends where TellWarning fails"),
    Mistake(state("Ingest", "Catch", 0, "ResultPath"), GONE, "when Ingest fails, it is forgotten which task it was"),
    Mistake(state("Build", "Parameters", "ProjectName"), "dbt-${Stage}", "given differ by DbtProject, Stage"),
    Mistake(state("AskForBuild", "Parameters", "task"), "make", "asks for make, which the buildspec does not know"),
    Mistake(
        state("WhichTask", "Choices", 0, "And", 1, "Or", 1, "StringEquals"),
        "full",
        "asks for full, which the buildspec does not know",
    ),
]

FOR_STATELINT = [
    Mistake(state("WhatCameOfIt", "Choices", 1, "Next"), "Ingestion", "Ingestion"),
    Mistake(state("WaitsWithTheBuild"), GONE, "WaitsWithTheBuild"),
    Mistake(state("WaitForDelivery", "SecondsPath"), "$.seconds", "Seconds"),
    Mistake(state("Ingest", "Retry", 0, "MaxAttempts"), "5", "MaxAttempts"),
    Mistake(state("TellPlainly", "Parameters", "Message.$"), "States.Fromat('{}', $.Error)", "Message"),
]

FOR_CFN_LINT = [
    Mistake(props("Stream", "DeliveryStreamTyp"), "DirectPut", "DeliveryStreamTyp"),
    Mistake(props("IngestFunction", "Role"), {"Fn::GetAtt": ["IngestRole", "Arm"]}, "Arm"),
    Mistake(statement("IngestRole", 0, 1, "Action"), "firehose:PutRecordBatches", "putrecordbatches"),
]


def test_nothing_is_wrong_with_the_stack(files: StackFiles) -> None:
    assert faults(files) == []


def test_cfn_lint_finds_nothing() -> None:
    assert [str(match) for match in lint(TEMPLATE.read_text(), regions=[REGION])] == []


def test_statelint_finds_nothing(files: StackFiles) -> None:
    assert Linter.validate(files.state_machine) == []


@pytest.mark.parametrize("mistake", IN_TEMPLATE, ids=names(IN_TEMPLATE))
def test_a_mistake_in_the_template_is_told(mistake: Mistake, files: StackFiles) -> None:
    template = files.template | {"Resources": mistake.made_in(files.template["Resources"])}
    assert any(mistake.words in fault for fault in faults(replace(files, template=template)))


def test_a_missing_export_is_told(files: StackFiles) -> None:
    mistake = Mistake(("Outputs", "Environment", "Value"), "export AWS_REGION=${AWS::Region}", "")
    [fault] = faults(replace(files, template=mistake.made_in(files.template)))
    assert fault.startswith("Outputs: Environment does not export DISPATCH_ATHENA_RESULTS, DISPATCH_LANDING, ")


@pytest.mark.parametrize("mistake", IN_STATE_MACHINE, ids=names(IN_STATE_MACHINE))
def test_a_mistake_in_the_state_machine_is_told(mistake: Mistake, files: StackFiles) -> None:
    broken = replace(files, state_machine=mistake.made_in(files.state_machine))
    assert any(mistake.words in fault for fault in faults(broken))


@pytest.mark.parametrize("mistake", FOR_STATELINT, ids=names(FOR_STATELINT))
def test_statelint_tells_of_a_mistake(mistake: Mistake, files: StackFiles) -> None:
    assert any(mistake.words in problem for problem in Linter.validate(mistake.made_in(files.state_machine)))


@pytest.mark.parametrize("mistake", FOR_CFN_LINT, ids=names(FOR_CFN_LINT))
def test_cfn_lint_tells_of_a_mistake(mistake: Mistake, files: StackFiles) -> None:
    template = files.template | {"Resources": mistake.made_in(files.template["Resources"])}
    assert any(mistake.words in str(match) for match in lint(json.dumps(template), regions=[REGION]))
