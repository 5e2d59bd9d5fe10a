"""What an account has to allow before a stack can work in it.

A new account often may run no build at all and only ten executions of Lambda functions. StartBuild then says "Cannot
have more than 0 builds in queue for the account", by the same code as for a project that is busy:
https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/1013.
"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.errors import StackError, answer_of

BUILDS = "Concurrently running builds for ARM/Small environment"
"""CodeBuild's quota of the builds that the stack runs, by its name: codes are not documented."""

EXECUTIONS_CODE = "L-B99A9384"
"""Lambda's quota of concurrent executions: https://docs.aws.amazon.com/general/latest/gr/lambda-service.html."""

LEFT_FOR_OTHERS = 100
"""Executions that Lambda keeps for functions which reserve none:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""

FEW_EXECUTIONS = 10


def page(region: str, service: str, code: str) -> str:
    """Where a person asks for more."""
    return f"https://{region}.console.aws.amazon.com/servicequotas/home/services/{service}/quotas/{code}"


def check_builds(service_quotas: Any, region: str) -> str:
    """Makes sure that the account may run a build.

    Args:
        service_quotas: boto3's client.
        region: Where the stack is to be.

    Returns:
        What to tell of it although it is no error; "" for nothing.

    Raises:
        StackError: It may run none.
    """
    try:
        pages = service_quotas.get_paginator("list_service_quotas").paginate(ServiceCode="codebuild")
        found = [quota for answer in pages for quota in answer["Quotas"] if quota["QuotaName"] == BUILDS]
    except (ClientError, BotoCoreError) as error:
        return f"whether this account may run builds is not known ({answer_of(error)})"
    if not found:
        return f"whether this account may run builds is not known: there is no quota '{BUILDS}'"
    if found[0]["Value"] < 1:
        raise StackError(
            "this account may not run builds yet, as is usual for a new one, and nothing was made: ask for 1 at "
            f"{page(region, 'codebuild', found[0]['QuotaCode'])}, and deploy again when you have it"
        )
    return ""


def may_reserve(lambda_client: Any, function: str, region: str) -> tuple[bool, str]:
    """Whether the function may reserve its one execution.

    Args:
        lambda_client: boto3's client.
        function: Its name, which may be of none yet.
        region: Where the stack is to be.

    Returns:
        Whether it may, and what to tell of it; "" for nothing.
    """
    limits = lambda_client.get_account_settings()["AccountLimit"]
    try:
        own = lambda_client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions", 0)
    except lambda_client.exceptions.ResourceNotFoundException:
        own = 0
    told = ""
    if limits["ConcurrentExecutions"] <= FEW_EXECUTIONS:
        told = (
            f"this account may run {limits['ConcurrentExecutions']:.0f} executions of Lambda functions at once. "
            f"That is enough, if it runs no others; more are at {page(region, 'lambda', EXECUTIONS_CODE)}"
        )
    return limits["UnreservedConcurrentExecutions"] + own > LEFT_FOR_OTHERS, told
