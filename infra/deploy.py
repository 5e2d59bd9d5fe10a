"""Makes the stack, or brings it up to date: uploads what `make package` wrote, and deploys infra/stack.yaml.

    python -m infra.deploy

reads from the environment:

AWS_REGION      where; the credentials are those of any AWS client
STACK           the stack's name, with which the names of its resources begin (default: dispatch)
BUILD           the folder with the archives (default: build)
STACK_TAGS      tags of everything in the stack: owner=police,cost-center=1234
                and the variables of `PARAMETERS`; one that is not set stays as it is

It may be run again whatever became of it before.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import quotas
from infra.change import Change, Json, Stack
from infra.errors import SettingError, StackError, answer_of

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "infra" / "stack.yaml"
STATE_MACHINE = ROOT / "infra" / "state_machine.asl.json"

PARAMETERS = {
    "DISPATCH_SCHEMA_PREFIX": "SchemaPrefix",
    "SOCRATA_TOKEN_PARAMETER": "TokenParameter",
    "ALERTS_EMAIL": "AlertsEmail",
    "GRAFANA_PRINCIPAL": "GrafanaPrincipal",
    "DISPATCH_PORTAL": "Portal",
    "DISPATCH_API": "Api",
    "DISPATCH_MIB_PER_SECOND": "MibPerSecond",
    "PERMISSIONS_BOUNDARY": "PermissionsBoundary",
    "MONTHLY_BUDGET": "MonthlyBudget",
    "SCANNED_GIGABYTES_A_DAY": "ScannedGigabytesADay",
}
"""The stack's parameters that a person sets, by their variables."""

DEFAULT_STACK = "dispatch"

QUICK_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
"""Where Firehose takes 5 MiB/s, and not 1: https://docs.aws.amazon.com/firehose/latest/dev/limits.html."""

QUICK_MIB_PER_SECOND = "4.5"
OUR_PARAMETERS = {"SchemaPrefix", "StateMachineKey"}
"""By which a stack of this template is known among others."""


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Attributes:
        parameters: Values of the stack's parameters.
        tags: Names and values.
    """

    region: str
    stack: str
    build: Path
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    poll_seconds: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """
        Raises:
            SettingError: A variable is missing or wrong, or nothing was packed.
        """
        settings = cls(
            region=region_of(environment, "export AWS_REGION=us-east-1, or where you want the stack"),
            stack=environment.get("STACK") or DEFAULT_STACK,
            build=Path(environment.get("BUILD") or "build"),
            parameters={
                parameter: environment[variable]
                for variable, parameter in PARAMETERS.items()
                if variable in environment
            },
            tags=_tags(environment.get("STACK_TAGS", "")),
            poll_seconds=float(environment.get("POLL_SECONDS") or 5),
        )
        # Buckets are named after the stack, and their names are short and lower case.
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", settings.stack):
            raise SettingError(f"STACK is {settings.stack}: use up to 20 lower-case letters, digits and hyphens")
        for archive in ("ingest-lambda.zip", "project.zip"):
            if not (settings.build / archive).exists():
                raise SettingError(f"there is no {settings.build / archive}: run make package")
        return settings


def region_of(environment: Mapping[str, str], advice: str) -> str:
    """
    Raises:
        SettingError: There is none.
    """
    if not environment.get("AWS_REGION"):
        raise SettingError(f"AWS_REGION is not set: {advice}")
    return environment["AWS_REGION"]


def _tags(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise SettingError(f"STACK_TAGS is {text}: write owner=police,cost-center=1234")
    return {name.strip(): value.strip() for name, _, value in pairs}


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Deploys, and returns the exit code."""
    return told("deploy", lambda: deploy(Settings.from_environment(environment), boto3.session.Session()))


def told(command: str, run: Callable[[], None]) -> int:
    """Runs something, and tells what stopped it in a sentence; returns the exit code."""
    try:
        run()
    except StackError as error:
        print(f"{command}: {error}", file=sys.stderr)
        return error.exit_code
    except (ClientError, BotoCoreError) as error:
        print(f"{command}: {answer_of(error)}", file=sys.stderr)
        return StackError.exit_code
    return 0


def deploy(settings: Settings, session: Any) -> None:
    """
    Raises:
        StackError: The account does not allow the stack, or AWS refuses a part of it.
    """

    def client(service: str) -> Any:
        return session.client(service, region_name=settings.region)

    stack = Stack(client("cloudformation"), settings.stack, settings.poll_seconds, print)
    parameters = dict(settings.parameters)
    notes = [quotas.check_builds(client("service-quotas"), settings.region)]
    reserves, note = quotas.may_reserve(client("lambda"), f"{settings.stack}-ingest", settings.region)
    for sentence in filter(None, [*notes, note]):
        print(f"Note: {sentence}")
    stack.remove_refused()
    described = stack.described()
    prefix = parameters.get("SchemaPrefix", _prefix(settings.stack, described))
    check_prefix(client("cloudformation"), settings.stack, prefix)
    account = client("sts").get_caller_identity()["Account"]
    s3 = client("s3")
    if described is None:
        if settings.region in QUICK_REGIONS:
            parameters.setdefault("MibPerSecond", QUICK_MIB_PER_SECOND)
        check_names(s3, [f"{settings.stack}-{kind}-{account}-{settings.region}" for kind in ("landing", "warehouse")])
    code = CodeBucket(s3, f"{settings.stack}-code-{account}-{settings.region}", account)
    code.make(settings.region, settings.tags)
    parameters |= {
        "SchemaPrefix": prefix,
        "CodeBucket": code.name,
        "IngestKey": code.upload(settings.build / "ingest-lambda.zip"),
        "ProjectKey": code.upload(settings.build / "project.zip"),
        "StateMachineKey": code.upload(STATE_MACHINE),
        "ReserveConcurrency": json.dumps(reserves),
    }
    print(f"{'Updating' if described else 'Making'} the stack {settings.stack} in {settings.region}")
    stack.apply(Change(code.url(code.upload(TEMPLATE)), parameters, settings.tags))
    now = stack.described() or {}
    [environment] = [output["OutputValue"] for output in now["Outputs"] if output["OutputKey"] == "Environment"]
    file = settings.build / f"{settings.stack}.env"
    file.write_text(environment + "\n")
    print(
        f"Stack {settings.stack} is up to date. `. {file}` tells dbt where it is; `make refresh` lands and builds at "
        "once."
    )


def _prefix(stack: str, described: Json | None) -> str:
    """What the databases' names begin with, where nobody says it: as it is, or the stack's own name."""
    if described:
        values = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in described["Parameters"]}
        return str(values.get("SchemaPrefix", ""))
    return "" if stack == DEFAULT_STACK else f"{stack.replace('-', '_')}_"


def check_prefix(cloudformation: Any, stack: str, prefix: str) -> None:
    """Makes sure that no other stack has databases of the same names: each would build on the other's tables.

    Raises:
        StackError: One has.
    """
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for other in page["Stacks"]:
            values = {item["ParameterKey"]: item["ParameterValue"] for item in other.get("Parameters", [])}
            is_ours = values.keys() >= OUR_PARAMETERS and other["StackName"] != stack
            if is_ours and values["SchemaPrefix"] == prefix:
                raise StackError(
                    f"the stack {other['StackName']} has the databases {prefix}dispatch_..., which {stack} would build "
                    "too: set DISPATCH_SCHEMA_PREFIX to a name of its own, such as "
                    f"{stack.replace('-', '_')}_"
                )


def check_names(s3: Any, buckets: list[str]) -> None:
    """Makes sure that no deleted stack of the same name has left its buckets: their names are taken.

    Raises:
        StackError: It has.
    """
    for bucket in buckets:
        try:
            s3.head_bucket(Bucket=bucket)
        except ClientError:
            continue
        raise StackError(
            f"a stack of this name was deleted and left its bucket {bucket}: infra/README.md (Taking it down) says how "
            "to take it over, or deploy under another STACK"
        )


class CodeBucket:
    """The bucket that holds what the stack is made of."""

    def __init__(self, s3: Any, name: str, account: str) -> None:
        self._s3 = s3
        self.name = name
        self._account = account

    def make(self, region: str, tags: Mapping[str, str]) -> None:
        """Makes the bucket if it is not there."""
        try:
            self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._account)
        except ClientError:
            # Of all regions this one cannot be named.
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            self._s3.create_bucket(Bucket=self.name, **where)
        if tags:
            pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
            self._s3.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": pairs})

    def upload(self, file: Path) -> str:
        """Uploads a file under a key that changes with its content, so that CloudFormation sees the change."""
        content = file.read_bytes()
        key = f"{sha256(content).hexdigest()[:16]}/{file.name}"
        self._s3.put_object(Bucket=self.name, Key=key, Body=content, ExpectedBucketOwner=self._account)
        return key

    def url(self, key: str) -> str:
        return f"{self._s3.meta.endpoint_url}/{self.name}/{key}"


if __name__ == "__main__":
    sys.exit(main())
