"""Every resource of the stack, asked of its own service after the stack was made, changed and deleted.

What CloudFormation says of itself proves nothing here. What this does not prove, since ministack drops it from the
template: the lifecycle of objects, Firehose's file extension in its description (its keys have it), the reserved
concurrency, permissions boundaries, and the logs and the limit of concurrent builds of CodeBuild. Of an alarm on an
expression it keeps the first metric, and it knows no budgets (aws_server puts both in).
"""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import deploy
from local_athena.moto_server import REGION
from tests.python.infra.aws_server import ACCOUNT, MinistackServer
from tests.python.infra.deployment import Stack
from tests.python.infra.stack_faults import LAYOUT
from tests.python.infra.stack_files import STATE_MACHINE, Json, as_list, read_stack_files

NAME = "lifecycle"
LANDING = f"{NAME}-landing-{ACCOUNT}-{REGION}"
WAREHOUSE = f"{NAME}-warehouse-{ACCOUNT}-{REGION}"
RETAINED = {"LandingBucket", "WarehouseBucket"}
CREATED_WITH = {"SOCRATA_TOKEN_PARAMETER": "/dispatch/socrata-token"}
UPDATED_WITH = {
    "ALERTS_EMAIL": "alerts@example.org",
    "DISPATCH_SCHEMA_PREFIX": "anna_",
    "DISPATCH_API": "soda3",
    "GRAFANA_PRINCIPAL": f"arn:aws:iam::{ACCOUNT}:role/grafana",
    "PERMISSIONS_BOUNDARY": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "DISPATCH_MIB_PER_SECOND": "2.5",
    "MONTHLY_BUDGET": "55",
    "SCANNED_GIGABYTES_A_DAY": "7",
}


class Reader:
    """What the services say of the stack's resources, by the resources' logical names."""

    def __init__(self, aws: MinistackServer) -> None:
        self._aws = aws
        self._names: dict[str, str] = {}

    def remember_names(self) -> None:
        """Asks CloudFormation for the names that it gave; a deleted stack has none to tell."""
        resources = self._aws.client("cloudformation").describe_stack_resources(StackName=NAME)["StackResources"]
        self._names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    @property
    def resources(self) -> set[str]:
        return set(self._names)

    def read(self, resource: str) -> Any:
        """What a test wants to know of a resource; None if its service does not know it."""
        read = self._readers()[resource]
        try:
            return read()
        except (ClientError, LookupError):
            return None

    def _readers(self) -> dict[str, Callable[[], Any]]:
        roles = ("FirehoseRole", "IngestRole", "TellRole", "DbtRole", "StateMachineRole", "ScheduleRole", "GrafanaRole")
        alarms = {
            "NoRuns": "no-runs",
            "BrokenOff": "broken-off",
            "Delivery": "delivery",
            "NothingNew": "nothing-new",
            "ScannedBytes": "scanned-bytes",
        }
        groups = {
            "FirehoseLogs": f"/aws/kinesisfirehose/{NAME}",
            "IngestLogs": f"/aws/lambda/{NAME}-ingest",
            "TellLogs": f"/aws/lambda/{NAME}-tell",
            "DbtLogs": f"/aws/codebuild/{NAME}-dbt",
        }
        return {
            "LandingBucket": lambda: self._bucket(LANDING),
            "WarehouseBucket": lambda: self._bucket(WAREHOUSE),
            "LandingBucketPolicy": lambda: self._bucket_policy(LANDING),
            "WarehouseBucketPolicy": lambda: self._bucket_policy(WAREHOUSE),
            "FirehoseLogStream": self._log_stream,
            "Stream": self._stream,
            "IngestFunction": lambda: self._function("ingest"),
            "TellFunction": lambda: self._function("tell"),
            "WorkGroup": lambda: self._aws.client("athena").get_work_group(WorkGroup=NAME)["WorkGroup"][
                "Configuration"
            ],
            "DbtProject": self._project,
            "StateMachine": lambda: self._state_machine("StateMachine"),
            "Upkeep": lambda: self._state_machine("Upkeep"),
            "WeeklyReconciliation": lambda: self._schedule("reconcile"),
            "AlertsPolicy": self._topic_policy,
            "Budget": self._budget,
            "HourlyRun": lambda: self._schedule("hourly"),
            "WeeklyCompaction": lambda: self._schedule("weekly"),
            "Alerts": lambda: self._aws.client("sns").get_topic_attributes(TopicArn=self._names["Alerts"]) and "there",
            "AlertsByMail": self._subscription,
            **{name: partial(self._role, name) for name in roles},
            **{f"{name}Alarm": partial(self._alarm, end) for name, end in alarms.items()},
            **{name: partial(self._log_group, group) for name, group in groups.items()},
        }

    def _bucket(self, name: str) -> Json:
        s3 = self._aws.client("s3")
        [encryption] = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        [ownership] = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
        return {
            "private": all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()),
            "encryption": encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
            "ownership": ownership["ObjectOwnership"],
            "versions": s3.get_bucket_versioning(Bucket=name).get("Status"),
        }

    def _bucket_policy(self, name: str) -> Any:
        [statement] = json.loads(self._aws.client("s3").get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        return statement

    def _log_group(self, name: str) -> int:
        groups = self._aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        days: int = groups[0]["retentionInDays"]
        return days

    def _log_stream(self) -> str:
        logs = self._aws.client("logs")
        name: str = logs.describe_log_streams(logGroupName=f"/aws/kinesisfirehose/{NAME}")["logStreams"][0][
            "logStreamName"
        ]
        return name

    def _stream(self) -> Json:
        described = self._aws.client("firehose").describe_delivery_stream(DeliveryStreamName=NAME)
        to = described["DeliveryStreamDescription"]["Destinations"][0]["ExtendedS3DestinationDescription"]
        kept = ("BucketARN", "Prefix", "ErrorOutputPrefix", "CompressionFormat", "BufferingHints")
        return {key: to[key] for key in kept}

    def _function(self, end: str) -> Json:
        function = self._aws.client("lambda").get_function_configuration(FunctionName=f"{NAME}-{end}")
        kept = ("Runtime", "Architectures", "Handler", "Timeout", "MemorySize", "LoggingConfig")
        return {**{key: function[key] for key in kept}, **function["Environment"]["Variables"]}

    def _project(self) -> Json:
        project = self._aws.client("codebuild").batch_get_projects(names=[f"{NAME}-dbt"])["projects"][0]
        environment = project["environment"]
        variables = {item["name"]: item["value"] for item in environment["environmentVariables"]}
        return {
            "image": environment["image"],
            "buildspec": project["source"]["buildspec"],
            "minutes": project["timeoutInMinutes"],
            **variables,
        }

    def _state_machine(self, resource: str) -> Any:
        machine = self._aws.client("stepfunctions").describe_state_machine(stateMachineArn=self._names[resource])
        return json.loads(machine["definition"])

    def _topic_policy(self) -> Any:
        attributes = self._aws.client("sns").get_topic_attributes(TopicArn=self._names["Alerts"])["Attributes"]
        [statement] = json.loads(attributes["Policy"])["Statement"]
        return statement["Principal"]["Service"]

    def _budget(self) -> Json:
        about = {"AccountId": ACCOUNT, "BudgetName": f"{NAME}-{REGION}"}
        client = self._aws.client("budgets")
        budget = client.describe_budget(**about)["Budget"]
        notifications = client.describe_notifications_for_budget(**about)["Notifications"]
        return {
            "dollars": float(budget["BudgetLimit"]["Amount"]),
            "from": {(one["NotificationType"], one["Threshold"]) for one in notifications},
        }

    def _schedule(self, end: str) -> Json:
        schedule = self._aws.client("scheduler").get_schedule(Name=f"{NAME}-{end}")
        return {
            "expression": schedule["ScheduleExpression"],
            "state": schedule["State"],
            "target": schedule["Target"]["Arn"],
            "input": json.loads(schedule["Target"]["Input"]),
        }

    def _alarm(self, end: str) -> Json:
        alarm = self._aws.client("cloudwatch").describe_alarms(AlarmNames=[f"{NAME}-{end}"])["MetricAlarms"][0]
        return {key: alarm[key] for key in ("MetricName", "Threshold", "EvaluationPeriods", "AlarmActions")}

    def _subscription(self) -> str:
        found = self._aws.client("sns").list_subscriptions_by_topic(TopicArn=self._names["Alerts"])["Subscriptions"]
        address: str = found[0]["Endpoint"]
        return address

    def _role(self, resource: str) -> Json:
        iam, name = self._aws.client("iam"), self._names[resource]
        [trust] = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        statements = [
            statement
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
        ]
        return {
            "trusted": trust["Principal"],
            "actions": {action for statement in statements for action in as_list(statement["Action"])},
            "resources": {resource for statement in statements for resource in as_list(statement["Resource"])},
        }


@pytest.fixture(scope="module")
def reader(aws: MinistackServer) -> Reader:
    return Reader(aws)


@pytest.fixture(scope="module")
def created(aws: MinistackServer, archives: Path, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    # A folder of its own, since a deployment writes into it too.
    stack = Stack(NAME, aws, shutil.copytree(archives, tmp_path_factory.mktemp(NAME) / "build"))
    stack.deploy(**CREATED_WITH)
    reader.remember_names()
    return stack


@pytest.fixture(scope="module")
def after_creation(created: Stack, reader: Reader) -> Json:
    return {resource: reader.read(resource) for resource in reader.resources}


@pytest.fixture(scope="module")
def after_update(created: Stack, reader: Reader, after_creation: Json) -> Json:
    created.deploy(**UPDATED_WITH)
    reader.remember_names()
    return {resource: reader.read(resource) for resource in reader.resources}


@pytest.fixture(scope="module")
def after_deletion(created: Stack, reader: Reader, after_update: Json) -> Json:
    created.delete()
    return {resource: reader.read(resource) for resource in reader.resources}


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def expected(api: str, prefix: str, grafana: str, rate: str, budget: float, gigabytes: float) -> Json:
    """What each service is to say, but for what roles may do and the state machines' definitions."""
    machine, topic = arn("states", f"stateMachine:{NAME}"), arn("sns", f"{NAME}-alerts")
    bucket = {"private": True, "encryption": "AES256", "ownership": "BucketOwnerEnforced"}
    addresses = {
        "DISPATCH_LANDING": f"s3://{LANDING}",
        "DISPATCH_WAREHOUSE": f"s3://{WAREHOUSE}/tables/",
        "DISPATCH_ATHENA_RESULTS": f"s3://{WAREHOUSE}/results/",
    }

    def tls_only(name: str) -> Json:
        return {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }

    def schedule(expression: str, event: Json, target: str = machine) -> Json:
        return {"expression": expression, "state": "ENABLED", "target": target, "input": event}

    def function(name: str, memory: int, timeout: int, variables: Json) -> Json:
        return {
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "Timeout": timeout,
            "MemorySize": memory,
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": f"/aws/lambda/{NAME}-{name}"},
            **variables,
        }

    def alarm(metric: str, threshold: float, periods: int) -> Json:
        return {"MetricName": metric, "Threshold": threshold, "EvaluationPeriods": periods, "AlarmActions": [topic]}

    return {
        "LandingBucket": {**bucket, "versions": "Enabled"},
        "WarehouseBucket": {**bucket, "versions": None},
        "LandingBucketPolicy": tls_only(LANDING),
        "WarehouseBucketPolicy": tls_only(WAREHOUSE),
        "FirehoseLogs": 90,
        "IngestLogs": 90,
        "DbtLogs": 90,
        "FirehoseLogStream": "delivery",
        "Stream": {
            "BucketARN": f"arn:aws:s3:::{LANDING}",
            "Prefix": LAYOUT,
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
            "CompressionFormat": "GZIP",
            "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 64},
        },
        "IngestFunction": function(
            "ingest",
            512,
            900,
            {
                "Handler": "ingest.lambda_handler.handler",
                "DISPATCH_LANDING": f"s3://{LANDING}",
                "DISPATCH_STREAM": NAME,
                "DISPATCH_PORTAL": "https://data.montgomerycountymd.gov",
                "DISPATCH_API": api,
                "DISPATCH_MIB_PER_SECOND": rate,
                "SOCRATA_TOKEN_PARAMETER": "/dispatch/socrata-token",
            },
        ),
        "TellFunction": function(
            "tell",
            256,
            60,
            {
                "Handler": "infra.tell.handler",
                "STACK": NAME,
                "LANDING_BUCKET": LANDING,
                "WAREHOUSE_BUCKET": WAREHOUSE,
                "ALERTS_TOPIC": topic,
            },
        ),
        "TellLogs": 90,
        "AlertsPolicy": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"],
        "Budget": {"dollars": budget, "from": {("ACTUAL", 80.0), ("FORECASTED", 100.0)}},
        "WorkGroup": {
            "ResultConfiguration": {"OutputLocation": f"s3://{WAREHOUSE}/results/"},
            "EnforceWorkGroupConfiguration": False,
            "PublishCloudWatchMetricsEnabled": True,
            "BytesScannedCutoffPerQuery": 10_000_000_000,
            "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
        },
        "DbtProject": {
            "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
            "buildspec": "infra/buildspec.yml",
            "minutes": 120,
            "TASK": "build",
            "DBT_TARGET": "athena",
            "DISPATCH_WORK_GROUP": NAME,
            "DISPATCH_SCHEMA_PREFIX": prefix,
            "CODE_BUCKET": f"{NAME}-code-{ACCOUNT}-{REGION}",
            "DISPATCH_STREAM": NAME,
            "DISPATCH_PORTAL": "https://data.montgomerycountymd.gov",
            "DISPATCH_API": api,
            "SOCRATA_APP_TOKEN": "/dispatch/socrata-token",
            **addresses,
        },
        "HourlyRun": schedule("cron(5 * * * ? *)", {"task": "refresh"}),
        "WeeklyCompaction": schedule(
            "cron(30 8 ? * SUN *)", {"task": "compact", "options": ""}, arn("states", f"stateMachine:{NAME}-upkeep")
        ),
        "WeeklyReconciliation": schedule("cron(30 6 ? * SUN *)", {"task": "reconcile", "options": ""}),
        "Alerts": "there",
        "BrokenOffAlarm": alarm("ExecutionsAborted", 1.0, 1),
        "ScannedBytesAlarm": alarm("ProcessedBytes", gigabytes, 1),
        "NoRunsAlarm": alarm("ExecutionsSucceeded", 1.0, 6),
        "DeliveryAlarm": alarm("DeliveryToS3.DataFreshness", 900.0, 2),
        "NothingNewAlarm": alarm("IncomingRecords", 1.0, 24),
        "trusted": {
            "FirehoseRole": {"Service": "firehose.amazonaws.com"},
            "IngestRole": {"Service": "lambda.amazonaws.com"},
            "TellRole": {"Service": "lambda.amazonaws.com"},
            "DbtRole": {"Service": "codebuild.amazonaws.com"},
            "StateMachineRole": {"Service": "states.amazonaws.com"},
            "ScheduleRole": {"Service": "scheduler.amazonaws.com"},
            "GrafanaRole": {"AWS": grafana},
        },
    }


def check(found: Json, wanted: Json) -> None:
    """Compares what the services say with what they are to say."""
    roles = wanted.pop("trusted")
    assert {name: found[name]["trusted"] for name in roles} == roles
    machines = {"StateMachine", "Upkeep"}
    assert {name: content for name, content in found.items() if name not in {*roles, *machines}} == wanted
    described = read_stack_files().resources("AWS::IAM::Role")
    for name in roles:
        text = json.dumps(described[name]["Policies"])
        assert all(f'"{action}"' in text for action in found[name]["actions"])
        assert all(resource.startswith("arn:aws:") and "${" not in resource for resource in found[name]["resources"])
    written = STATE_MACHINE.read_text()
    for key, value in {
        "IngestFunction": arn("lambda", f"function:{NAME}-ingest"),
        "TellFunction": arn("lambda", f"function:{NAME}-tell"),
        "QuotasPage": f"https://{REGION}.console.aws.amazon.com/servicequotas/home/services/codebuild/quotas",
        "DbtProject": f"{NAME}-dbt",
        "AlertsTopic": arn("sns", f"{NAME}-alerts"),
    }.items():
        written = written.replace(f"${{{key}}}", value)
    assert found["StateMachine"] == found["Upkeep"] == json.loads(written)


def test_every_resource_is_there(after_creation: Json) -> None:
    optional = {"AlertsByMail"}
    assert set(after_creation) == set(read_stack_files().template["Resources"]) - optional
    check(after_creation, expected("soda2", "lifecycle_", f"arn:aws:iam::{ACCOUNT}:root", "4.5", 30.0, 100.0))
    assert arn("ssm", "parameter/dispatch/socrata-token") in after_creation["IngestRole"]["resources"]


def test_an_update_reaches_the_resources(after_update: Json) -> None:
    """What the second deployment does not name, the token, stays as the first one set it."""
    assert set(after_update) == set(read_stack_files().template["Resources"])
    wanted = expected("soda3", "anna_", UPDATED_WITH["GRAFANA_PRINCIPAL"], "2.5", 55.0, 7.0)
    check(after_update, {**wanted, "AlertsByMail": "alerts@example.org"})
    assert arn("glue", "database/anna_dispatch_marts") in after_update["GrafanaRole"]["resources"]
    assert arn("ssm", "parameter/dispatch/socrata-token") in after_update["IngestRole"]["resources"]


def test_a_deletion_leaves_the_buckets_alone(after_deletion: Json) -> None:
    assert {resource for resource, found in after_deletion.items() if found is not None} == RETAINED


def test_a_deployment_writes_what_dbt_needs_to_know(stack: Stack) -> None:
    """The file that a shell sources."""
    text = (stack.archives / f"{stack.name}.env").read_text()
    exported = dict(word.split("=", 1) for word in text.split()[1:])
    assert text.startswith("export ")
    assert exported == {
        "AWS_REGION": REGION,
        "DISPATCH_LANDING": f"s3://{stack.bucket('landing')}",
        "DISPATCH_WAREHOUSE": f"s3://{stack.bucket('warehouse')}/tables/",
        "DISPATCH_ATHENA_RESULTS": f"s3://{stack.bucket('warehouse')}/results/",
        "DISPATCH_WORK_GROUP": stack.name,
        "DISPATCH_SCHEMA_PREFIX": "",
    }


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"AWS_REGION": ""}, "deploy: AWS_REGION is not set"),
        ({"STACK": "Dispatch"}, "deploy: STACK is Dispatch: use up to 20 lower-case letters"),
        ({"BUILD": "nowhere"}, "deploy: there is no nowhere/ingest-lambda.zip: run make package"),
        ({"STACK_TAGS": "owner"}, "deploy: STACK_TAGS is owner: write owner=police,cost-center=1234"),
    ],
)
def test_what_is_missing_is_said(variables: dict[str, str], words: str, aws: MinistackServer, tmp_path: Path) -> None:
    code, printed = Stack("unused", aws, tmp_path).command(deploy.main, **variables)
    assert code == 2
    assert printed.startswith(words)
