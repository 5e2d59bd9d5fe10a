"""The AWS clients and the database of the tests of the local Athena."""

import itertools
from typing import Any

import pytest
from mypy_boto3_glue.client import GlueClient

from local_athena.client import Client
from local_athena.moto_server import aws_session
from local_athena.server import LocalAthena

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def s3(local_athena: LocalAthena) -> Any:
    return aws_session().client("s3", endpoint_url=local_athena.aws_endpoint)


@pytest.fixture(scope="session")
def glue(local_athena: LocalAthena) -> GlueClient:
    return aws_session().client("glue", endpoint_url=local_athena.aws_endpoint)


@pytest.fixture
def database(athena: Client) -> str:
    """A new, empty database; its tables belong below s3://warehouse/<database>/."""
    name = f"test_{next(numbers)}"
    athena.run(f"create schema `{name}`")
    return name
