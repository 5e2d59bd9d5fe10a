"""The portal as the environment names it, to the command line and to the Lambda function."""

import os

from ingest.errors import UsageError
from ingest.portal import Api, Portal, RetryPolicy

DEFAULT_PORTAL = "https://data.montgomerycountymd.gov"


def portal(token: str | None, api: str | None = None, retry: RetryPolicy | None = None) -> Portal:
    """The portal of DISPATCH_PORTAL, by the API that DISPATCH_API names.

    Args:
        token: The app token.
        api: Goes before DISPATCH_API.
        retry: When to try a query again.

    Raises:
        UsageError: One of them is wrong.
    """
    name = api or os.environ.get("DISPATCH_API") or Api.SODA2
    if name not in set(Api):
        raise UsageError(f"DISPATCH_API is '{name}': set it to {' or '.join(Api)}")
    return Portal(os.environ.get("DISPATCH_PORTAL") or DEFAULT_PORTAL, token, retry, Api(name))
