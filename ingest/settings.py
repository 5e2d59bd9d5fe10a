"""What the environment says, to the command line and to the Lambda function alike."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ingest.errors import UsageError
from ingest.portal.portal import Api

DEFAULT_LANDING = "data/landing"
DEFAULT_PORTAL = "https://data.montgomerycountymd.gov"

MANUAL = f"""\
environment:
  DISPATCH_LANDING   the landing zone, a folder (default: {DEFAULT_LANDING});
                     or s3://bucket/prefix, where --sink firehose keeps its
                     state and status and reconcile look for rows
  DISPATCH_PORTAL    the portal's address
                     (default: {DEFAULT_PORTAL})
  DISPATCH_API       what --api says (default: {Api.SODA2})
  SOCRATA_APP_TOKEN  an app token of the portal (default: none); with one, the
                     portal's limits count your requests alone and not those of
                     your whole network
"""
"""Those that a person at the terminal sets."""


@dataclass(frozen=True)
class Settings:
    """The environment's variables, or their defaults; an empty variable counts as none.

    Attributes:
        landing: DISPATCH_LANDING, a folder or ``s3://bucket/prefix``.
        portal: DISPATCH_PORTAL, the portal's address.
        api: DISPATCH_API, how to send a query.
        token: SOCRATA_APP_TOKEN, the app token.
        token_parameter: SOCRATA_TOKEN_PARAMETER, the name of an SSM parameter with the app token (Lambda).
        stream: DISPATCH_STREAM, the Firehose stream (Lambda; the command line has ``--stream``).
        mib_per_second: DISPATCH_MIB_PER_SECOND, most MiB a second to Firehose (Lambda; the command line has
            ``--mib-per-second``).
        region: AWS_REGION, which boto3 does not read, unlike the SDKs of other languages.
    """

    landing: str = DEFAULT_LANDING
    portal: str = DEFAULT_PORTAL
    api: Api = Api.SODA2
    token: str | None = None
    token_parameter: str | None = None
    stream: str | None = None
    mib_per_second: float | None = None
    region: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """
        Raises:
            UsageError: DISPATCH_API is no API of the portal, or DISPATCH_MIB_PER_SECOND no such number.
        """

        def setting(name: str) -> str | None:
            return environment.get(name, "").strip() or None

        api = setting("DISPATCH_API") or Api.SODA2
        if api not in set(Api):
            raise UsageError(f"DISPATCH_API is '{api}': set it to {' or '.join(Api)}")
        return cls(
            landing=environment.get("DISPATCH_LANDING") or DEFAULT_LANDING,
            portal=setting("DISPATCH_PORTAL") or DEFAULT_PORTAL,
            api=Api(api),
            token=setting("SOCRATA_APP_TOKEN"),
            token_parameter=setting("SOCRATA_TOKEN_PARAMETER"),
            stream=setting("DISPATCH_STREAM"),
            mib_per_second=_mib_per_second(setting("DISPATCH_MIB_PER_SECOND")),
            region=setting("AWS_REGION"),
        )


def _mib_per_second(text: str | None) -> float | None:
    try:
        rate = float(text) if text else None
    except ValueError:
        rate = 0.0
    if rate is not None and not 0.1 <= rate <= 10_000:
        raise UsageError(f"DISPATCH_MIB_PER_SECOND is '{text}': set it to a number from 0.1 to 10000")
    return rate
