"""The portal's API, SODA 2.1 or SODA 3: one query at a time, tried again where that can help.

https://dev.socrata.com/docs/queries/ and https://dev.socrata.com/docs/response-codes.html describe the API. A query
goes to ``/resource/<dataset>.json`` as parameters of the address, or by SODA 3 to
``/api/v3/views/<dataset>/query.json`` as a document, ``{"query": <SoQL>}``. The answers are the same. The body of an
error is ``{"code" | "errorCode": ..., "message": ...}``.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, TypeVar

import requests

from ingest.backoff import full_jitter
from ingest.dataset import DATASET
from ingest.errors import DamagedBodyError, IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.times import utc_now

T = TypeVar("T")

CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 120
"""A query without an index behind it takes a minute at times."""

log = logging.getLogger(__name__)


class Api(StrEnum):
    """The portal's ways to take a query. SODA 2 needs no token; SODA 3 will be there when SODA 2 is no more."""

    SODA2 = "soda2"
    SODA3 = "soda3"


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

    def soql(self) -> str:
        """The same as one text."""
        return " ".join(f"{_KEYWORDS[name]} {clause}" for name, clause in self.parameters().items())


_KEYWORDS = {"$select": "SELECT", "$where": "WHERE", "$group": "GROUP BY", "$order": "ORDER BY", "$limit": "LIMIT"}


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
    def __init__(
        self, url: str, token: str | None = None, retry: RetryPolicy | None = None, api: Api = Api.SODA2
    ) -> None:
        """
        Args:
            url: The portal's address, such as ``https://data.montgomerycountymd.gov``.
            token: The app token. Without one the portal counts all of a network's requests together.
            retry: When to try a query again.
            api: How to send a query.

        Raises:
            UsageError: The address or the token cannot be sent, or SODA 3 lacks its token.
        """
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"DISPATCH_PORTAL is '{url}': it must start with https:// or http://")
        if token and not re.fullmatch(r"[!-~]+", token):
            raise UsageError("SOCRATA_APP_TOKEN has a blank or another character that no app token has: copy it again")
        if api is Api.SODA3 and not token:
            raise UsageError(
                "SODA 3 answers only to an app token: set SOCRATA_APP_TOKEN to one, which the portal gives for free "
                "(a Lambda function reads it from the parameter that SOCRATA_TOKEN_PARAMETER names)"
            )
        self._url = url.rstrip("/")
        self._api = api
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
        if self._api is Api.SODA3:
            return self._until_read(read, "POST", f"/api/v3/views/{DATASET}/query.json", json={"query": query.soql()})
        return self._until_read(read, "GET", f"/resource/{DATASET}.json", params=query.parameters())

    def fetch_metadata(self, read: Callable[[bytes], T]) -> T:
        """Asks for the description of the dataset, and reads it with `read`. Arguments and errors as in `fetch`."""
        return self._until_read(read, "GET", f"/api/views/{DATASET}.json")

    def _until_read(self, read: Callable[[bytes], T], method: str, path: str, **content: Any) -> T:
        failures = 0
        while True:
            try:
                return read(self._body(method, f"{self._url}{path}", **content))
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

    def _body(self, method: str, address: str, **content: Any) -> bytes:
        try:
            response = self._session.request(
                method,
                address,
                **content,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                # A POST that is redirected would become a GET without the query, and its answer be of all rows.
                allow_redirects=method == "GET",
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
        if self._api is Api.SODA2 and _says_that_soda2_is_over(response):
            raise PortalRefusedError(
                f"the portal does not answer this dataset's SODA 2 any more ({_description(response)}): "
                "set SOCRATA_APP_TOKEN to an app token (free) and add --api soda3, or set DISPATCH_API=soda3"
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
    words = [f"HTTP {response.status_code}", *_words_of_error(response)]
    words.append(f"request id {response.headers.get('X-Socrata-RequestId', 'not given')}")
    return ", ".join(words)


def _words_of_error(response: requests.Response) -> list[str]:
    """An error's code and message, as far as the body has them."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    return [str(word) for word in (body.get("errorCode") or body.get("code"), body.get("message")) if word]


def _says_that_soda2_is_over(response: requests.Response) -> bool:
    """Whether an error says that the API is gone, or the dataset from it, or that it is deprecated.

    The portal's maker has announced that answers of a deprecated API will say so, and not in which words.
    """
    if response.status_code < 400:
        return False
    words = _words_of_error(response)
    return response.status_code == 410 or "dataset.missing" in words or "deprecat" in " ".join(words).lower()


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
