"""Permissions, enforced by ministack with AUTH=true: what the roles may do is enough for their work, and no more.

A permission that is taken out of the function's role, one at a time, stops it: so each is needed.
What this does not prove: the trust policies, and the rights by which Firehose, Step Functions and the scheduler act,
which ministack does not enforce; what Athena calls in the name of who asks; what KMS adds. The TLS-only policies of the
buckets are taken out, since all of this speaks plain HTTP, after they were seen to refuse it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_athena.moto_server import REGION
from local_portal.soda_server import SodaServer, incidents
from tests.python.infra.aws_server import ACCOUNT, MinistackServer
from tests.python.infra.stack_files import STATE_MACHINE, Json, read_stack_files

TOKEN = "/guarded/token"
CODE = "guarded-code"
LANDING = f"guarded-landing-{ACCOUNT}-{REGION}"
WAREHOUSE = f"guarded-warehouse-{ACCOUNT}-{REGION}"
MARTS = "tables/dispatch_marts/q01/x/1.parquet"
ROOT_MAY_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ],
}
STAGING = "tables/dispatch_staging/stg/x/1.parquet"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, archives: Path) -> Iterator[MinistackServer]:
    """An account that enforces permissions, with the code and the token; the stack is not there yet."""
    server = MinistackServer(tmp_path_factory.mktemp("guarded"), AUTH="true")
    try:
        server.wait_until_ready()
        s3 = server.client("s3")
        s3.create_bucket(Bucket=CODE)
        for file in (archives / "ingest-lambda.zip", archives / "project.zip", STATE_MACHINE):
            s3.upload_file(str(file), CODE, file.name)
        server.client("ssm").put_parameter(Name=TOKEN, Type="SecureString", Value="secret")
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def guarded_portal() -> Iterator[SodaServer]:
    with SodaServer() as running:
        running.insert(incidents(3))
        yield running


@pytest.fixture(scope="module")
def plain_http_refused(guarded: MinistackServer, guarded_portal: SodaServer) -> str:
    """The stack, whose buckets no longer insist on TLS; returns what they said to the function when they did."""
    template = read_stack_files().template
    create(guarded, template, guarded_portal.url)
    answer = invoke(guarded)
    for name in ("LandingBucket", "WarehouseBucket"):
        del template["Resources"][f"{name}Policy"]
    client = guarded.client("cloudformation")
    client.update_stack(StackName="guarded", TemplateBody=json.dumps(template), **settings(guarded_portal.url))
    client.get_waiter("stack_update_complete").wait(StackName="guarded", WaiterConfig={"Delay": 1})
    return str(answer)


def create(aws: MinistackServer, template: Json, portal: str) -> None:
    client = aws.client("cloudformation")
    client.create_stack(StackName="guarded", TemplateBody=json.dumps(template), **settings(portal))
    client.get_waiter("stack_create_complete").wait(StackName="guarded", WaiterConfig={"Delay": 1})


def settings(portal: str) -> dict[str, Any]:
    values = {
        "CodeBucket": CODE,
        "IngestKey": "ingest-lambda.zip",
        "ProjectKey": "project.zip",
        "StateMachineKey": STATE_MACHINE.name,
        "TokenParameter": TOKEN,
        "Portal": portal,
    }
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    return {"Parameters": parameters, "Capabilities": ["CAPABILITY_IAM"]}


def invoke(aws: MinistackServer) -> Any:
    answer = aws.client("lambda").invoke(FunctionName="guarded-ingest", Payload=b"{}")
    return json.loads(answer["Payload"].read())


def role(aws: MinistackServer, resource: str) -> str:
    found = aws.client("cloudformation").describe_stack_resource(StackName="guarded", LogicalResourceId=resource)
    name: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return name


def test_the_buckets_refuse_plain_http(plain_http_refused: str) -> None:
    assert "AccessDenied" in plain_http_refused


def test_the_function_may_do_its_work(
    guarded: MinistackServer, plain_http_refused: str, guarded_portal: SodaServer
) -> None:
    answer = invoke(guarded)
    assert answer.get("landed") == 3, answer
    assert guarded_portal.queries[-1].headers.get("X-App-Token") == "secret"


@pytest.mark.parametrize(
    ("action", "words", "first_run"),
    [
        ("firehose:PutRecordBatch", "takes no rows", True),
        ("ssm:GetParameter", "cannot be read", True),
        ("s3:GetObject", "cannot be read", True),
        ("s3:PutObject", "cannot be written", True),
        # Where nothing is new, it lists what has landed, to know whether that is built.
        ("s3:ListBucket", "cannot be listed", False),
    ],
)
def test_without_one_permission_the_function_is_refused(
    action: str,
    words: str,
    first_run: bool,
    guarded: MinistackServer,
    plain_http_refused: str,
    guarded_portal: SodaServer,
) -> None:
    iam, name = guarded.client("iam"), role(guarded, "IngestRole")
    policy = iam.get_role_policy(RoleName=name, PolicyName="ingest")["PolicyDocument"]
    others = [without(statement, action) for statement in policy["Statement"]]
    less = {**policy, "Statement": [statement for statement in others if statement["Action"]]}
    assert less != policy
    invoke(guarded)
    if first_run:
        guarded.client("s3").delete_object(Bucket=LANDING, Key="state/pull.json")
    iam.put_role_policy(RoleName=name, PolicyName="ingest", PolicyDocument=json.dumps(less))
    try:
        answer = invoke(guarded)
    finally:
        iam.put_role_policy(RoleName=name, PolicyName="ingest", PolicyDocument=json.dumps(policy))

    assert "AccessDenied" in answer.get("errorMessage", ""), answer
    assert words in answer["errorMessage"]
    assert "errorMessage" not in invoke(guarded), "with it again, it works"


def without(statement: Json, action: str) -> Json:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    return {**statement, "Action": [kept for kept in actions if kept != action]}


def read(s3: Any, bucket: str, key: str) -> None:
    s3.get_object(Bucket=bucket, Key=key)


def write(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")


@pytest.mark.parametrize(
    ("who", "call", "bucket", "key", "allowed"),
    [
        ("DbtRole", read, LANDING, "incidents/dt=2026-11-24/hh=10/1.gz", True),
        ("DbtRole", write, LANDING, "incidents/dt=2026-11-24/hh=10/1.gz", False),
        ("DbtRole", write, LANDING, "state/built.json", True),
        ("DbtRole", write, LANDING, "state/pull.json", False),
        ("DbtRole", write, WAREHOUSE, MARTS, True),
        ("DbtRole", write, WAREHOUSE, "artifacts/builds/1/run_results.json", True),
        ("DbtRole", write, CODE, "wheels/1.whl", True),
        ("DbtRole", write, CODE, "project.zip", False),
        ("DbtRole", read, CODE, "project.zip", True),
        ("DbtRole", read, CODE, "ingest-lambda.zip", False),
        ("GrafanaRole", read, WAREHOUSE, MARTS, True),
        ("GrafanaRole", write, WAREHOUSE, MARTS, False),
        ("GrafanaRole", read, WAREHOUSE, STAGING, False),
        ("GrafanaRole", read, LANDING, "incidents/dt=2026-11-24/hh=10/1.gz", False),
        ("GrafanaRole", write, WAREHOUSE, "results/1.csv", True),
        ("TellRole", write, LANDING, "state/told.json", True),
        ("TellRole", write, LANDING, "state/pull.json", False),
        ("TellRole", read, WAREHOUSE, "artifacts/builds/1/run_results.json", True),
        ("TellRole", read, WAREHOUSE, MARTS, False),
        ("IngestRole", read, LANDING, "incidents/dt=2026-11-24/hh=10/1.gz", True),
        ("IngestRole", write, LANDING, "state/pull.json", True),
        ("IngestRole", write, LANDING, "incidents/dt=2026-11-24/hh=10/2.gz", False),
        ("FirehoseRole", write, LANDING, "incidents/dt=2026-11-24/hh=10/3.gz", True),
        ("FirehoseRole", write, LANDING, "state/pull.json", False),
    ],
)
def test_what_each_role_may_do_to_objects(
    who: str,
    call: Callable[[Any, str, str], None],
    bucket: str,
    key: str,
    allowed: bool,
    guarded: MinistackServer,
    plain_http_refused: str,
) -> None:
    if bucket != CODE:
        write(guarded.client("s3"), bucket, key)
    iam, name = guarded.client("iam"), role(guarded, who)
    # Only a service may assume most of these roles; here the test takes its place.
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(ROOT_MAY_ASSUME))
    session = guarded.client("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{name}", RoleSessionName="test")[
        "Credentials"
    ]
    s3 = guarded.client(
        "s3",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    if allowed:
        call(s3, bucket, key)
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            call(s3, bucket, key)
