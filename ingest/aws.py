"""Clients of AWS, set up alike, and its errors in a sentence."""

from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ingest.errors import IngestError, UsageError
from terminal.words import words_of_others

CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 60


def client(service: Literal["firehose", "s3", "ssm"], region: str | None, attempts: int) -> Any:
    """Makes a client of a service, with the credentials of any AWS client.

    Args:
        service: Its name.
        region: Where it is; by default what boto3 itself finds, as AWS_DEFAULT_REGION or a profile says.
        attempts: How often the SDK sends a request, all in all; 1 where the caller tries again by itself.

    Raises:
        UsageError: Nothing names a region, or it is none.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    try:
        return boto3.client(service, region_name=region, config=config)
    except (BotoCoreError, ValueError) as error:
        raise UsageError(f"AWS cannot be reached: {error}; set AWS_REGION and credentials") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def failure(what: str, error: ClientError | BotoCoreError) -> IngestError:
    """Says that something failed for good, in the service's own words."""
    if isinstance(error, ClientError):
        words = f"{code_of(error)}, {error.response.get('Error', {}).get('Message', '')}"
        return IngestError(f"{what}: AWS answered {words_of_others(words)}")
    return IngestError(f"{what}: {words_of_others(error)}")
