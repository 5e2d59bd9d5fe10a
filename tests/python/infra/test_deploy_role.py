"""The role that may deploy: enough for what deploy.py calls, and for what CloudFormation does in its name.

What CloudFormation calls for each kind of resource is what AWS's own registry says of it, as cfn-lint has it. What this
does not prove: conditions, and that the registry says all.
"""

import json
import shutil
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from cfnlint.decode.cfn_yaml import load  # type: ignore[import-untyped]
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from infra import deploy
from local_athena.moto_server import REGION
from tests.python.infra.aws_server import MinistackServer
from tests.python.infra.deployment import Stack
from tests.python.infra.stack_files import ROOT, Json, as_list, as_text, read_stack_files

TEMPLATE = ROOT / "infra" / "deploy_role.yaml"

NOT_USED = (
    *("ec2:*", "elasticfilesystem:*", "kms:*", "s3files:*", "s3tables:*"),
    *("billing:GetBillingViewData", "iam:AttachRolePolicy", "iam:CreateServiceLinkedRole", "iam:DetachRolePolicy"),
    *("iam:DeleteRolePermissionsBoundary", "logs:*ResourcePolic*", "s3:REST.PUT.OBJECT"),
    # Athena and CloudFormation ask for these to a bucket or object that the resource names, of which there is none.
    *("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObjectAcl"),
)
"""What the registry names for features that the stack does not use."""

RENAMED = {"s3:HeadBucket": "s3:ListBucket", "servicequotas:ListServiceQuotas": "servicequotas:ListServiceQuotas"}
PREFIXES = {"service-quotas": "servicequotas", "stepfunctions": "states"}


@pytest.fixture(scope="module")
def template() -> Json:
    return dict(json.loads(json.dumps(load(str(TEMPLATE)))))


@pytest.fixture(scope="module")
def statements(template: Json) -> list[Json]:
    [policy] = template["Resources"]["Role"]["Properties"]["Policies"]
    return list(policy["PolicyDocument"]["Statement"])


def allowed(action: str, statements: list[Json]) -> bool:
    patterns = [pattern for statement in statements for pattern in as_list(statement["Action"])]
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def test_cfn_lint_finds_nothing() -> None:
    assert [str(match) for match in lint(TEMPLATE.read_text(), regions=[REGION])] == []


def test_it_may_do_what_a_deployment_calls(
    statements: list[Json],
    aws: MinistackServer,
    archives: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each call of deploy.py, of a first deployment and of one that follows a refused one."""
    called: set[str] = set()
    session = boto3.session.Session

    def noting() -> Any:
        made = session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")

        def note(model: Any, **about: Any) -> None:
            del about
            service = model.service_model.service_name
            called.add(f"{PREFIXES.get(service, service)}:{model.name}")

        made.events.register("before-call", note)
        return made

    monkeypatch.setattr(boto3.session, "Session", noting)
    stack = Stack("role", aws, shutil.copytree(archives, tmp_path / "build"))
    aws.refuse_next("AWS::Athena::WorkGroup")
    assert stack.command(deploy.main, STACK_TAGS="owner=police")[0] == 1
    assert stack.command(deploy.main)[0] == 0

    assert {"cloudformation:DeleteStack", "s3:PutObject", "lambda:GetFunctionConcurrency"} <= called
    called.remove("sts:GetCallerIdentity")  # Whoever has credentials may.
    assert [name for name in sorted(called) if not allowed(RENAMED.get(name, name), statements)] == []


@pytest.mark.parametrize("kind", sorted({one["Type"] for one in read_stack_files().template["Resources"].values()}))
def test_it_may_do_what_cloudformation_does_for_it(kind: str, statements: list[Json]) -> None:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema.get("handlers", {})
    needed = {
        action
        for when in ("create", "update", "delete")
        for action in handlers.get(when, {}).get("permissions", [])
        if not any(fnmatchcase(action, pattern) for pattern in NOT_USED)
    }
    assert needed or kind == "AWS::CodeBuild::Project", "the registry says nothing of that kind"
    assert [action for action in sorted(needed) if not allowed(action, statements)] == []


def test_it_makes_roles_of_its_stack_alone(statements: list[Json]) -> None:
    for statement in statements:
        actions = as_list(statement["Action"])
        resources = [as_text(resource) for resource in as_list(statement["Resource"])]
        assert "*" not in actions
        if statement["Sid"] != "Look":
            assert all("${Stack}" in resource or ":changeSet/deploy-" in resource for resource in resources), statement
        if any(action.startswith("iam:") for action in actions):
            assert [resource.rpartition(":")[2] for resource in resources] == ["role/${Stack}-*"]


def test_only_the_repositorys_own_environment_may_assume_it(template: Json) -> None:
    [choice] = template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    _, trusted, _ = choice["Fn::If"]
    conditions = {name: as_text(value) for name, value in trusted["Condition"]["StringEquals"].items()}
    assert conditions == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:${Repository}:environment:aws",
    }
