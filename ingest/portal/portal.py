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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from ingest.errors import DamagedBodyError, IngestError, PortalInconsistentError, PortalRefusedError, UsageError
from ingest.portal.backoff import full_jitter
from ingest.portal.dataset import DATASET
from ingest.times import utc_now
from terminal.words import without_credentials, words_of_others

T = TypeVar("T")

CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 120
"""A query without an index behind it takes a minute at times."""

LARGEST_BODY_BYTES = 128 * 1024 * 1024
"""Unpacked. The largest page, of 50,000 rows, has some 45 MB."""

BODY_SECONDS = 120
"""For a body that has begun: one that trickles never runs into a timeout. The largest page has some 7 MB packed."""

MOST_REDIRECTS = 5

OFFLINE_RETRIES = 2
"""Where nothing has ever answered and nobody looks on: then it is rather this machine than the portal."""

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


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY = "HTTPS_PROXY (or HTTP_PROXY, ALL_PROXY)"
_PORTS = {"http": 80, "https": 443}
_PART_BYTES = 256 * 1024
_KEYWORDS = {"$select": "SELECT", "$where": "WHERE", "$group": "GROUP BY", "$order": "ORDER BY", "$limit": "LIMIT"}


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again, and how long to wait before."""

    retries: int = 7
    base_seconds: float = 1.0
    longest_seconds: float = 60.0
    longest_retry_after_seconds: float = 300.0
    offline_retries: int | None = None
    """How often to try again while no connection to the portal was ever made; by default as often as otherwise."""
    sleep: Callable[[float], None] = time.sleep

    def wait_seconds(self, failures: int, retry_after_seconds: float) -> float:
        """How long to wait after that many failures in a row; never less than the portal asks for."""
        return max(retry_after_seconds, full_jitter(failures, self.base_seconds, self.longest_seconds))


@dataclass(frozen=True)
class _Answer:
    """An answer of the portal, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Session(requests.Session):
    """A session to which an answer that sends a query on is one as any other.

    Also where it follows none, requests looks where a redirect leads, and reads its body, however large, while it does.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


class _TransientError(Exception):
    """A failure that may be over when the same query is sent again."""

    def __init__(self, message: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class _OfflineError(_TransientError):
    """No connection was made."""


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
            raise UsageError(f"DISPATCH_PORTAL is '{without_credentials(url)}': it must start with https:// or http://")
        if token and not re.fullmatch(r"[!-~]+", token):
            raise UsageError("SOCRATA_APP_TOKEN has a blank or another character that no app token has: copy it again")
        if api is Api.SODA3 and not token:
            raise UsageError(
                "SODA 3 answers only to an app token: set SOCRATA_APP_TOKEN to one, which the portal gives for free "
                "(a Lambda function reads it from the parameter that SOCRATA_TOKEN_PARAMETER names)"
            )
        self._url = url.rstrip("/")
        self._shown_url = without_credentials(self._url)
        self._api = api
        self._token = token
        self._retry = retry or RetryPolicy()
        self._was_reached = False
        self._session = _Session()
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
            retries = self._retry.retries
            try:
                return read(self._body(method, f"{self._url}{path}", **content))
            except _OfflineError as failure:
                reason, retry_after_seconds = str(failure), 0.0
                if self._retry.offline_retries is not None and not self._was_reached:
                    retries = min(retries, self._retry.offline_retries)
            except _TransientError as failure:
                reason, retry_after_seconds = str(failure), failure.retry_after_seconds
            except DamagedBodyError as failure:
                reason, retry_after_seconds = f"the portal's answer came damaged: {failure}", 0.0
            failures += 1
            if failures > retries:
                tried = "once" if failures == 1 else f"{failures} times"
                raise IngestError(f"{reason}; tried {tried}, now giving up: run again later")
            if retry_after_seconds > self._retry.longest_retry_after_seconds:
                raise IngestError(f"{reason}; it asks to wait {retry_after_seconds:.0f} s: run again after that")
            wait_seconds = self._retry.wait_seconds(failures, retry_after_seconds)
            log.warning("%s; trying again in %.1f s (%d of %d)", reason, wait_seconds, failures, retries)
            self._retry.sleep(wait_seconds)

    def _body(self, method: str, address: str, **content: Any) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send(method, address, **content)
            # A POST that is redirected would become a GET without the query, and its answer be of all rows.
            if answer.status not in _REDIRECTS or method != "GET":
                self._check(answer)
                return answer.body
            address, content = self._redirect(address, answer), {}
        raise PortalRefusedError(f"the portal sent the query on {MOST_REDIRECTS:,} times: run again later")

    def _redirect(self, address: str, answer: _Answer) -> str:
        """Where an answer sends a query on to. That gets the token too, so that it must be the portal itself."""
        location = answer.headers.get("Location", "")
        try:
            target = urljoin(address, location)
            is_portal = bool(location) and _origin(target) == _origin(self._url)
        except ValueError:
            target, is_portal = location, False
        if not is_portal:
            shown = words_of_others(without_credentials(target.partition("?")[0])) if location else "nowhere"
            raise PortalRefusedError(
                f"the portal sends the query on to {shown}, and no query or token goes elsewhere than DISPATCH_PORTAL "
                "says: set that to the portal's new address, if it is one"
            )
        return target

    def _send(self, method: str, address: str, **content: Any) -> _Answer:
        try:
            with self._session.request(
                method,
                address,
                **content,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._was_reached = True
                return _Answer(response.status_code, response.headers, _whole_body(response))
        except requests.ConnectionError as error:
            if "X509" in str(error):
                raise _unreadable_certificates(error) from error
            if self._was_reached or not _was_never_made(error):
                raise _TransientError(f"no connection to {self._shown_url} ({_first_cause(error)})") from error
            if isinstance(error, requests.exceptions.ProxyError):
                advice = f"does the proxy answer that {_PROXY} names?"
            else:
                advice = "is this machine online, or behind a proxy (then set HTTPS_PROXY)?"
            raise _OfflineError(f"no connection to {self._shown_url} ({_first_cause(error)}): {advice}") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _TransientError(f"the portal did not answer in time ({_first_cause(error)})") from error
        except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError) as error:
            raise _TransientError(f"the portal's answer was cut off ({_first_cause(error)})") from error
        except requests.RequestException as error:
            if (
                isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)
                and self._is_sound()
            ):
                raise UsageError(
                    f"the proxy that {_PROXY} names cannot be used ({type(error).__name__}): write its address as "
                    "http://host:port"
                ) from error
            raise IngestError(
                f"the query could not be sent to {self._shown_url} ({type(error).__name__}): check DISPATCH_PORTAL"
            ) from error
        except OSError as error:
            # Of requests itself, before it sends anything.
            raise _unreadable_certificates(error) from error

    def _is_sound(self) -> bool:
        """Whether a request can go to the portal's address, so that what is wrong is the proxy's."""
        try:
            requests.Request("GET", self._url).prepare()
        except requests.RequestException:
            return False
        return True

    def _check(self, answer: _Answer) -> None:
        status = answer.status
        if status in (202, 429) or status >= 500:
            raise _TransientError(
                f"the portal answered {_description(answer)}",
                _retry_after_seconds(answer.headers.get("Retry-After")),
            )
        if self._api is Api.SODA2 and _says_that_soda2_is_over(answer):
            raise PortalRefusedError(
                f"the portal does not answer this dataset's SODA 2 any more ({_description(answer)}): "
                "set SOCRATA_APP_TOKEN to an app token (free) and add --api soda3, or set DISPATCH_API=soda3"
            )
        is_page = answer.body.lstrip()[:1] == b"<"
        if status in (401, 403) or is_page:
            what = "sent a web page in place of data" if is_page else "refused the query"
            token_advice = "check SOCRATA_APP_TOKEN" if self._token else "set SOCRATA_APP_TOKEN to an app token (free)"
            raise PortalRefusedError(
                f"the portal {what} ({_description(answer)}): {token_advice}, or try from another network"
            )
        if status != 200:
            raise IngestError(f"the portal answered {_description(answer)}")
        if answer.headers.get("X-SODA2-Data-Out-Of-Date", "").lower() == "true":
            raise PortalInconsistentError(
                "the portal answered from a replica that is out of date: run again later, when it has caught up"
            )


def _unreadable_certificates(error: OSError) -> UsageError:
    return UsageError(
        f"the certificates cannot be read ({words_of_others(error)}): set REQUESTS_CA_BUNDLE, or CURL_CA_BUNDLE, to a "
        "file of certificates that is there, or to nothing"
    )


def _description(answer: _Answer) -> str:
    """The status, the portal's own words, and the id that its support asks for."""
    words = [f"HTTP {answer.status}", *_words_of_error(answer)]
    words.append(f"request id {words_of_others(answer.headers.get('X-Socrata-RequestId', 'not given'))}")
    return ", ".join(words)


def _words_of_error(answer: _Answer) -> list[str]:
    """An error's code and message, as far as the body has them."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    if not isinstance(body, dict):
        return []
    return [words_of_others(word) for word in (body.get("errorCode") or body.get("code"), body.get("message")) if word]


def _says_that_soda2_is_over(answer: _Answer) -> bool:
    """Whether an error says that the API is gone, or the dataset from it, or that it is deprecated.

    The portal's maker has announced that answers of a deprecated API will say so, and not in which words.
    """
    if answer.status < 400:
        return False
    words = _words_of_error(answer)
    return answer.status == 410 or "dataset.missing" in words or "deprecat" in " ".join(words).lower()


def _whole_body(response: requests.Response) -> bytes:
    """Reads and unpacks a body, within bounds.

    Raises:
        PortalInconsistentError: It is larger than any page.
        _TransientError: It takes too long.
    """
    deadline = time.monotonic() + BODY_SECONDS
    parts: list[bytes] = []
    size = 0
    # `read1` returns what has come, where `iter_content` waits for a whole part, however slowly that comes.
    while part := response.raw.read1(_PART_BYTES, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            raise PortalInconsistentError(
                f"the portal's answer is not understood, having more than {LARGEST_BODY_BYTES // 1024**2:,} MiB: "
                "nothing of it was used, run again later, or with a smaller --page-size"
            )
        if time.monotonic() > deadline:
            raise _TransientError(f"the portal's answer did not come to its end in {BODY_SECONDS:,} s")
    return b"".join(parts)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of an address.

    Raises:
        ValueError: It is none.
    """
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _was_never_made(error: requests.ConnectionError) -> bool:
    """Whether a connection failed before it stood, and did not break later."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    failures = urllib3.exceptions
    return isinstance(reason, failures.NewConnectionError | failures.ConnectTimeoutError | failures.ProxyError)


def _first_cause(error: BaseException) -> str:
    """The error that started a chain: its words are short, where those on top repeat the whole query."""
    while error.__context__:
        error = error.__context__
    return words_of_others(error)


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
    except (ValueError, TypeError, OverflowError):
        return 0.0
