"""A deployment that is refused, and the next one: whatever stopped the first, the second makes the stack.

What this does not prove: that AWS takes back what it has made, and what its refusals say.
"""

import json
import shutil
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from infra import deploy
from infra.quotas import BUILDS, may_reserve
from local_athena.moto_server import REGION
from tests.python.infra.aws_server import MinistackServer
from tests.python.infra.deployment import Stack
from tests.python.infra.stack_files import read_stack_files
from tests.python.shared import serving

KINDS = sorted({resource["Type"] for resource in read_stack_files().template["Resources"].values()})


@pytest.fixture(scope="module")
def build(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(archives, tmp_path_factory.mktemp("deploy") / "build")


@pytest.fixture
def again(aws: MinistackServer, build: Path) -> Stack:
    """A stack that every creation in this module is of."""
    return Stack("again", aws, build)


def buckets(aws: MinistackServer, stack: str) -> set[str]:
    names = {bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]}
    return {name for name in names if name.startswith(f"{stack}-") and "-code-" not in name}


@pytest.mark.parametrize("kind", KINDS)
def test_a_creation_that_is_refused_can_be_repeated(kind: str, again: Stack, aws: MinistackServer) -> None:
    """At each kind of resource once: each deployment but the first finds what a refused one left."""
    aws.refuse_next(kind)

    code, printed = again.command(deploy.main, ALERTS_EMAIL="alerts@example.org")

    assert aws.was_refused(kind), printed
    assert code == 1
    assert "AWS refused a part of the stack, and took the rest back (ROLLBACK_COMPLETE):\n  " in printed
    assert f"({kind}): You are not authorized to create {kind}" in printed
    assert buckets(aws, "again") == set()


def test_then_it_is_made(again: Stack, aws: MinistackServer) -> None:
    aws.refuse_next("AWS::SNS::Topic")
    again.command(deploy.main)

    printed = again.deploy()

    assert "Removing what a creation left that failed (ROLLBACK_COMPLETE)" in printed
    assert buckets(aws, "again") == {again.bucket("landing"), again.bucket("warehouse")}
    assert "The stack again" not in again.deploy(), "and the same once more changes nothing"


def test_a_stack_that_was_deleted_left_its_buckets(again: Stack, aws: MinistackServer) -> None:
    again.deploy()
    again.delete()

    code, printed = again.command(deploy.main)

    assert code == 1
    assert f"a stack of this name was deleted and left its bucket {again.bucket('landing')}" in printed
    for bucket in buckets(aws, "again"):
        aws.client("s3").delete_bucket(Bucket=bucket)
    again.deploy()


def test_two_stacks_have_databases_of_their_own(again: Stack, aws: MinistackServer, stack: Stack) -> None:
    """`stack` is called dispatch, and has no prefix."""
    again.deploy()
    assert "DISPATCH_SCHEMA_PREFIX=again_" in (again.archives / "again.env").read_text()

    code, printed = again.command(deploy.main, DISPATCH_SCHEMA_PREFIX="")

    assert code == 1
    assert "the stack dispatch has the databases dispatch_..., which again would build too" in printed
    assert "such as again_" in printed
    assert again.deploy(DISPATCH_SCHEMA_PREFIX="another_")
    assert again.deploy(), "what is not named stays"
    assert "DISPATCH_SCHEMA_PREFIX=another_" in (again.archives / "again.env").read_text()


def test_tags(again: Stack, aws: MinistackServer) -> None:
    again.deploy(STACK_TAGS="owner=police, cost-center=12 34")

    [described] = aws.client("cloudformation").describe_stacks(StackName="again")["Stacks"]
    tags = [{"Key": "owner", "Value": "police"}, {"Key": "cost-center", "Value": "12 34"}]
    assert described["Tags"] == tags
    assert aws.client("s3").get_bucket_tagging(Bucket=again.bucket("code"))["TagSet"] == tags


def quotas(value: float) -> AbstractContextManager[str]:
    """Service Quotas, which ministack lacks: a list for CodeBuild."""
    body = json.dumps({"Quotas": [{"QuotaName": BUILDS, "QuotaCode": "L-1", "Value": value}]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return serving(Handler)


def test_an_account_that_may_not_build_is_told_before_anything_is_made(aws: MinistackServer, build: Path) -> None:
    new = Stack("new", aws, build)
    with quotas(0) as url:
        code, printed = new.command(deploy.main, AWS_ENDPOINT_URL_SERVICE_QUOTAS=url)

    assert code == 1
    where = f"https://{REGION}.console.aws.amazon.com/servicequotas/home/services/codebuild/quotas/L-1"
    assert "deploy: this account may not run builds yet" in printed
    assert where in printed
    s3 = aws.client("s3")
    assert not any(bucket["Name"].startswith("new-") for bucket in s3.list_buckets()["Buckets"])


def test_an_account_that_may_build_is_told_nothing(again: Stack) -> None:
    with quotas(1) as url:
        assert "Note:" not in again.deploy(AWS_ENDPOINT_URL_SERVICE_QUOTAS=url)


class Lambda:
    """The two calls that say what an account allows."""

    class exceptions:  # noqa: N801
        class ResourceNotFoundException(Exception):  # noqa: N818
            pass

    def __init__(self, most: int, unreserved: int, own: int | None = None) -> None:
        self._limits = {"ConcurrentExecutions": most, "UnreservedConcurrentExecutions": unreserved}
        self._own = own

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": self._limits}

    def get_function_concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        if self._own is None:
            raise self.exceptions.ResourceNotFoundException
        return {"ReservedConcurrentExecutions": self._own} if self._own else {}


@pytest.mark.parametrize(
    ("account", "reserves", "words"),
    [
        (Lambda(1000, 1000), True, ""),
        (Lambda(1000, 101), True, ""),
        # The account's quota says 1,000, but others have reserved 900 of them: Lambda leaves 100 to all others.
        (Lambda(1000, 100), False, ""),
        (Lambda(1000, 100, own=0), False, ""),
        (Lambda(1000, 100, own=1), True, ""),
        (Lambda(10, 10), False, "this account may run 10 executions of Lambda functions at once"),
    ],
)
def test_the_function_reserves_its_execution_where_that_is_allowed(account: Lambda, reserves: bool, words: str) -> None:
    may, told = may_reserve(account, "dispatch-ingest", REGION)

    assert may is reserves
    assert told.startswith(words)
    assert bool(told) == bool(words)
