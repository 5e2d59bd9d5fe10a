"""The portal's API, SODA 2.1: one query at a time, tried again where that can help.

https://dev.socrata.com/docs/queries/ and https://dev.socrata.com/docs/response-codes.html describe the API. A query
goes to ``/resource/<dataset>.json``; an error's body is ``{"code" | "errorCode": ..., "message": ...}``.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

import requests

from ingest.backoff import full_jitter
from ingest.dataset import DATASET
from ingest.errors import DamagedBodyError, IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.times import utc_now

T = TypeVar("T")

DEFAULT_PORTAL = "https://data.montgomerycountymd.gov"

CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 120
"""A query without an index behind it takes a minute at times."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Query:
    """The clauses of a SoQL query."""

    select: str
    where: str | None = None
    group: str | None = None
    order: str | None = None
    limit: int | None = None

    def parameters(self) -> dict[str, str]:
        clauses = {
            "$select": self.select,
            "$where": self.where,
            "$group": self.group,
            "$order": self.order,
            "$limit": self.limit,
        }
        return {name: str(clause) for name, clause in clauses.items() if clause is not None}


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again, and how long to wait before."""

    retries: int = 7
    base_seconds: float = 1.0
    longest_seconds: float = 60.0
    longest_retry_after_seconds: float = 300.0
    sleep: Callable[[float], None] = time.sleep

    def wait_seconds(self, failures: int, retry_after_seconds: float) -> float:
        """How long to wait after that many failures in a row; never less than the portal asks for."""
        return max(retry_after_seconds, full_jitter(failures, self.base_seconds, self.longest_seconds))


class _TransientError(Exception):
    """A failure that may be over when the same query is sent again."""

    def __init__(self, message: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Portal:
    def __init__(self, url: str, token: str | None = None, retry: RetryPolicy | None = None) -> None:
        """
        Args:
            url: The portal's address, such as ``https://data.montgomerycountymd.gov``.
            token: The app token. Without one the portal counts all of a network's requests together.
            retry: When to try a query again.

        Raises:
            UsageError: The address or the token cannot be sent.
        """
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"DISPATCH_PORTAL is '{url}': it must start with https:// or http://")
        if token and not re.fullmatch(r"[!-~]+", token):
            raise UsageError("SOCRATA_APP_TOKEN has a blank or another character that no app token has: copy it again")
        self._resource = f"{url.rstrip('/')}/resource/{DATASET}.json"
        self._metadata = f"{url.rstrip('/')}/api/views/{DATASET}.json"
        self._token = token
        self._retry = retry or RetryPolicy()
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "dispatch-ingest"})
        if token:
            self._session.headers["X-App-Token"] = token

    def fetch(self, query: Query, read: Callable[[bytes], T]) -> T:
        """Sends a query and reads the answer's body with `read`, which raises DamagedBodyError to have it sent again.

        Raises:
            PortalRefusedError: The portal does not serve this client.
            PortalInconsistentError: A replica answered that says it is out of date.
            IngestError: The portal calls the query wrong, or still failed after the last retry.
        """
        return self._until_read(self._resource, query.parameters(), read)

    def fetch_metadata(self, read: Callable[[bytes], T]) -> T:
        """Asks for the description of the dataset, and reads it with `read`. Arguments and errors as in `fetch`."""
        return self._until_read(self._metadata, {}, read)

    def _until_read(self, address: str, parameters: dict[str, str], read: Callable[[bytes], T]) -> T:
        failures = 0
        while True:
            try:
                return read(self._body(address, parameters))
            except _TransientError as failure:
                reason, retry_after_seconds = str(failure), failure.retry_after_seconds
            except DamagedBodyError as failure:
                reason, retry_after_seconds = f"the portal's answer came damaged: {failure}", 0.0
            failures += 1
            if failures > self._retry.retries:
                raise IngestError(f"{reason}; tried {failures} times, now giving up: run again later")
            if retry_after_seconds > self._retry.longest_retry_after_seconds:
                raise IngestError(f"{reason}; it asks to wait {retry_after_seconds:.0f} s: run again after that")
            wait_seconds = self._retry.wait_seconds(failures, retry_after_seconds)
            log.warning("%s; trying again in %.1f s (%d of %d)", reason, wait_seconds, failures, self._retry.retries)
            self._retry.sleep(wait_seconds)

    def _body(self, address: str, parameters: dict[str, str]) -> bytes:
        try:
            response = self._session.get(
                address,
                params=parameters,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
            )
        except requests.Timeout as error:
            raise _TransientError(f"the portal did not answer in time ({_first_cause(error)})") from error
        except requests.ConnectionError as error:
            raise _TransientError(f"no connection to {address} ({_first_cause(error)})") from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            raise _TransientError(f"the portal's answer was cut off ({_first_cause(error)})") from error
        except requests.RequestException as error:
            raise IngestError(f"the query could not be sent to {address}: {error}") from error
        self._check(response)
        return response.content

    def _check(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (202, 429) or status >= 500:
            raise _TransientError(
                f"the portal answered {_description(response)}",
                _retry_after_seconds(response.headers.get("Retry-After")),
            )
        is_page = response.content.lstrip()[:1] == b"<"
        if status in (401, 403) or is_page:
            what = "sent a web page in place of data" if is_page else "refused the query"
            token_advice = "check SOCRATA_APP_TOKEN" if self._token else "set SOCRATA_APP_TOKEN to an app token (free)"
            raise PortalRefusedError(
                f"the portal {what} ({_description(response)}): {token_advice}, or try from another network"
            )
        if status != 200:
            raise IngestError(f"the portal answered {_description(response)}")
        if response.headers.get("X-SODA2-Data-Out-Of-Date", "").lower() == "true":
            raise PortalInconsistentError(
                "the portal answered from a replica that is out of date: run again later, when it has caught up"
            )


def _description(response: requests.Response) -> str:
    """The status, the portal's own words, and the id that its support asks for."""
    words = [f"HTTP {response.status_code}"]
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    if isinstance(body, dict):
        code = body.get("errorCode") or body.get("code")
        words += [str(word) for word in (code, body.get("message")) if word]
    words.append(f"request id {response.headers.get('X-Socrata-RequestId', 'not given')}")
    return ", ".join(words)


def _first_cause(error: BaseException) -> BaseException:
    """The error that started a chain: its words are short, where those on top repeat the whole query."""
    while error.__context__:
        error = error.__context__
    return error


def _retry_after_seconds(header: str | None) -> float:
    """Reads a Retry-After header: seconds or a date (RFC 9110, section 10.2.3)."""
    if not header:
        return 0.0
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - utc_now()).total_seconds())
    except (ValueError, TypeError):
        return 0.0
