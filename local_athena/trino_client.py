"""Trino's HTTP protocol, as far as the local Athena needs it.

The `trino` package is no help here: it asks for timestamps in all their digits, which changes what comes back, and has
neither the raw values (Athena's results are text made from them) nor prepared statements in a header.
Source of the protocol: https://trino.io/docs/current/develop/client-protocol.html
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import urllib3

# The protocol asks to repeat a call that is answered by one of these.
TRY_AGAIN = (429, 502, 503, 504)
TRIES = 50
PAUSE_SECONDS = 0.1


class TrinoError(Exception):
    """A query failed. `name` and `kind` are Trino's errorName (HIVE_...) and errorType (USER_ERROR, ...)."""

    def __init__(self, name: str, kind: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.kind = kind


@dataclass(frozen=True)
class Column:
    """A column of a result; `signature` is Trino's typeSignature, nested for arrays, maps and rows."""

    name: str
    type: str
    signature: Mapping[str, Any]


@dataclass
class TrinoResult:
    """Rows hold JSON values as Trino sends them: text for dates, timestamps and decimals."""

    query_id: str
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    update_count: int | None = None
    bytes_scanned: int = 0


class TrinoClient:
    """Runs statements on the Trino server at `url`, in the catalog `catalog` where a name does not say one."""

    def __init__(self, url: str, catalog: str) -> None:
        self.url = url.rstrip("/")
        self._catalog = catalog
        self._http = urllib3.PoolManager(maxsize=16, timeout=urllib3.Timeout(120))

    def run(
        self,
        sql: str,
        schema: str = "default",
        *,
        session: Mapping[str, str] | None = None,
        prepared: Mapping[str, str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> TrinoResult:
        """Runs one statement to its end.

        `session` holds session properties, `prepared` the statements that EXECUTE and DESCRIBE OUTPUT name. Raises
        TrinoError, also soon (a second or so) after `cancelled` is set.
        """
        headers = {
            "X-Trino-User": "athena",
            "X-Trino-Source": "local-athena",
            "X-Trino-Catalog": self._catalog,
            "X-Trino-Schema": quote(schema),
            "X-Trino-Time-Zone": "UTC",
        }
        if session:
            headers["X-Trino-Session"] = _pairs(session)
        if prepared:
            headers["X-Trino-Prepared-Statement"] = _pairs(prepared)
        page = self._call("POST", f"{self.url}/v1/statement", headers, sql.encode())
        result = TrinoResult(page["id"])
        while True:
            if not result.columns:
                result.columns = [Column(c["name"], c["type"], c["typeSignature"]) for c in page.get("columns", [])]
            result.rows += page.get("data") or []
            result.update_count = page.get("updateCount", result.update_count)
            result.bytes_scanned = page.get("stats", {}).get("physicalInputBytes", result.bytes_scanned)
            if error := page.get("error"):
                raise TrinoError(error["errorName"], error["errorType"], error.get("message", ""))
            if "nextUri" not in page:
                return result
            if cancelled is not None and cancelled.is_set():
                self._http.request("DELETE", page["nextUri"], headers=headers)
                raise TrinoError("USER_CANCELED", "USER_ERROR", "Query was canceled")
            page = self._call("GET", page["nextUri"], headers)

    def partitions_read(self, query_id: str) -> list[str]:
        """The partitions of hive tables that the planner left to read, as database.table/key=value, in order."""
        info = self._call("GET", f"{self.url}/v1/query/{query_id}?pruned=true", {"X-Trino-User": "athena"})
        return sorted(
            {
                f"{table['schema']}.{table['table']}/{partition}"
                for table in info.get("inputs", [])
                for partition in (table.get("connectorInfo") or {}).get("partitionIds", [])
                if (table.get("connectorInfo") or {}).get("partitioned")
            }
        )

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> dict[str, Any]:
        for _ in range(TRIES):
            response = self._http.request(method, url, body=body, headers=headers, retries=False)
            if response.status not in TRY_AGAIN:
                break
            time.sleep(PAUSE_SECONDS)
        if response.status != 200:
            raise TrinoError("TRINO_UNAVAILABLE", "INTERNAL_ERROR", f"HTTP {response.status} {response.data[:300]!r}")
        answer: dict[str, Any] = response.json()
        return answer


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={quote(value, safe='')}" for key, value in values.items())
