"""Athena's operations on queries: start, watch, stop, and read results.

Source of the shapes: https://docs.aws.amazon.com/athena/latest/APIReference/
"""

import logging
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from local_athena import results, statements
from local_athena.api_errors import ApiError
from local_athena.catalog import AlreadyInCatalogError, Catalog, NotInCatalogError
from local_athena.paging import page
from local_athena.refusals import RefusedError
from local_athena.sql_text import SqlTextError
from local_athena.statements import Execution, NoRouteError, Outcome
from local_athena.trino_client import TrinoClient, TrinoError
from local_athena.work_groups import WorkGroups

CATALOG_NAME = "AwsDataCatalog"
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
CONCURRENT_QUERIES = 16
LARGEST_RESULT_PAGE = 1000
LARGEST_LIST_PAGE = 50

# https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html
SYSTEM_ERROR, USER_ERROR, OTHER_ERROR = 1, 2, 3
TRINO_ERROR_CATEGORIES = {"USER_ERROR": USER_ERROR, "EXTERNAL": OTHER_ERROR}
# The type by which dbt-athena knows a lost race for an Iceberg table, which it tries again.
ICEBERG_ERROR_TYPE = 233

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Statement:
    """A statement that has ended, as the log of statements keeps it.

    `trino_sql` is what Trino ran for it, `partitions` the partitions of hive tables that were left to read
    (database.table/key=value), `bytes_scanned` what Trino read from storage.
    """

    query_execution_id: str
    sql: str
    database: str
    route: str
    state: str
    error: str
    trino_sql: tuple[str, ...]
    bytes_scanned: int
    partitions: tuple[str, ...]
    rows: int
    milliseconds: int


@dataclass
class _Query:
    id: str
    sql: str
    work_group: str
    output_location: str
    execution: Execution
    submitted: float
    state: str = "QUEUED"
    started: float = 0.0
    completed: float = 0.0
    route: str = ""
    outcome: Outcome | None = None
    error: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.state in ("SUCCEEDED", "FAILED", "CANCELLED")

    @property
    def reason(self) -> str:
        message: str = self.error.get("ErrorMessage", "")
        return message


class Queries:
    """The queries of one local Athena. They run side by side, as on Athena; everything is kept until the end."""

    def __init__(self, trino: TrinoClient, catalog: Catalog, work_groups: WorkGroups) -> None:
        self._trino = trino
        self._catalog = catalog
        self._work_groups = work_groups
        self._queries: dict[str, _Query] = {}
        self._tokens: dict[str, str] = {}
        self._statements: list[Statement] = []
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(CONCURRENT_QUERIES, thread_name_prefix="query")

    def statements(self) -> list[Statement]:
        """All statements that have ended, in the order of their ends."""
        with self._lock:
            return list(self._statements)

    def close(self) -> None:
        """Cancels what runs."""
        for query in list(self._queries.values()):
            self._stop(query)
        self._pool.shutdown()

    # ---- operations

    def start_query_execution(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request.get("ExecutionParameters"):
            raise ApiError("LOCAL_ATHENA: ExecutionParameters are not modelled")
        context = request.get("QueryExecutionContext") or {}
        if context.get("Catalog", CATALOG_NAME).lower() != CATALOG_NAME.lower():
            raise ApiError(f"Catalog {context['Catalog']} was not found")
        work_group = request.get("WorkGroup") or "primary"
        location = self._work_groups.output_location(work_group, request.get("ResultConfiguration") or {})
        query_id = str(uuid.uuid4())
        with self._lock:
            # A client that tries the same call again must not run the statement twice.
            token = request.get("ClientRequestToken") or query_id
            if token in self._tokens:
                return {"QueryExecutionId": self._tokens[token]}
            query = _Query(
                query_id,
                request["QueryString"],
                work_group,
                f"{location.rstrip('/')}/{query_id}.csv",
                Execution(self._trino, self._catalog, context.get("Database", "default")),
                submitted=time.time(),
            )
            self._tokens[token] = query_id
            self._queries[query_id] = query
        self._pool.submit(self._run, query)
        return {"QueryExecutionId": query_id}

    def get_query_execution(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"QueryExecution": self._described(self._find(request["QueryExecutionId"]))}

    def batch_get_query_execution(self, request: Mapping[str, Any]) -> dict[str, Any]:
        known = [self._queries[i] for i in request["QueryExecutionIds"] if i in self._queries]
        unknown = [i for i in request["QueryExecutionIds"] if i not in self._queries]
        return {
            "QueryExecutions": [self._described(query) for query in known],
            "UnprocessedQueryExecutionIds": [
                {"QueryExecutionId": i, "ErrorCode": "INVALID_QUERY_EXECUTION_ID", "ErrorMessage": f"{i} was not found"}
                for i in unknown
            ],
        }

    def list_query_executions(self, request: Mapping[str, Any]) -> dict[str, Any]:
        work_group = request.get("WorkGroup") or "primary"
        newest_first = [q.id for q in reversed(self._queries.values()) if q.work_group == work_group]
        ids, token = page(newest_first, request, LARGEST_LIST_PAGE)
        return {"QueryExecutionIds": ids, **token}

    def stop_query_execution(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._stop(self._find(request["QueryExecutionId"]))
        return {}

    def get_query_results(self, request: Mapping[str, Any]) -> dict[str, Any]:
        query = self._find(request["QueryExecutionId"])
        if not query.ended:
            raise ApiError(f"Query has not yet finished. Current state: {query.state}")
        if query.outcome is None:
            raise ApiError(f"Query did not finish successfully. Final query state: {query.state}")
        outcome = query.outcome
        header = [[column.name for column in outcome.columns]] if outcome.has_header else []
        rows, token = page([*header, *outcome.rows], request, LARGEST_RESULT_PAGE)
        is_first_page = not request.get("NextToken")
        texts = [
            row
            if header and is_first_page and index == 0
            else [results.cell(value, column.signature) for value, column in zip(row, outcome.columns, strict=True)]
            for index, row in enumerate(rows)
        ]
        return {
            "UpdateCount": outcome.update_count or 0,
            "ResultSet": {
                "Rows": [{"Data": [{} if t is None else {"VarCharValue": t} for t in row]} for row in texts],
                "ResultSetMetadata": {"ColumnInfo": [results.column_info(column) for column in outcome.columns]},
            },
            **token,
        }

    # ---- the life of a query

    def _find(self, query_id: str) -> _Query:
        if query_id not in self._queries:
            raise ApiError(f"QueryExecution {query_id} was not found")
        return self._queries[query_id]

    def _run(self, query: _Query) -> None:
        with self._lock:
            if query.ended:
                return
            query.state, query.started = "RUNNING", time.time()
        outcome, error = None, {}
        try:
            route, match = statements.find_route(query.sql)
            query.route = route.name
            outcome = route.handler(query.execution, match)
        except TrinoError as failure:
            error = _error(str(failure), TRINO_ERROR_CATEGORIES.get(failure.kind, SYSTEM_ERROR))
            if failure.name == "ICEBERG_COMMIT_ERROR":
                error["ErrorType"] = ICEBERG_ERROR_TYPE
        except SqlTextError as failure:
            error = _error(f"FAILED: ParseException: {failure}", USER_ERROR)
        except (RefusedError, NoRouteError, NotInCatalogError, AlreadyInCatalogError) as failure:
            error = _error(str(failure), USER_ERROR)
        except Exception as failure:
            logger.exception("a statement met a fault of the local Athena itself: %s", query.sql)
            error = _error(f"LOCAL_ATHENA: {type(failure).__name__}: {failure}", SYSTEM_ERROR)
        with self._lock:
            if not query.ended:
                query.outcome, query.error = outcome, error
                query.state = "FAILED" if error else "SUCCEEDED"
                self._end(query)

    def _stop(self, query: _Query) -> None:
        with self._lock:
            if query.ended:
                return
            query.state = "CANCELLED"
            self._end(query)
        query.execution.cancel()

    def _end(self, query: _Query) -> None:
        """Notes the end of a query. The caller holds the lock."""
        query.completed = time.time()
        query.started = query.started or query.completed
        outcome = query.outcome or Outcome("")
        statement = Statement(
            query_execution_id=query.id,
            sql=query.sql,
            database=query.execution.database,
            route=query.route,
            state=query.state,
            error=query.reason,
            trino_sql=tuple(query.execution.trino_sql),
            bytes_scanned=query.execution.bytes_scanned,
            partitions=tuple(query.execution.partitions),
            rows=outcome.update_count or len(outcome.rows),
            milliseconds=round((query.completed - query.started) * 1000),
        )
        self._statements.append(statement)
        logger.info(
            "%s %s, %d ms, %d bytes scanned, %d rows: %s",
            statement.state,
            statement.route or "(no route)",
            statement.milliseconds,
            statement.bytes_scanned,
            statement.rows,
            statement.error or " ".join(statement.sql.split())[:200],
        )

    def _described(self, query: _Query) -> dict[str, Any]:
        now = query.completed or time.time()
        status: dict[str, Any] = {"State": query.state, "SubmissionDateTime": query.submitted}
        if query.ended:
            status["CompletionDateTime"] = query.completed
        if query.error:
            status |= {"StateChangeReason": query.reason, "AthenaError": query.error}
        described = {
            "QueryExecutionId": query.id,
            "Query": query.sql,
            "ResultConfiguration": {"OutputLocation": query.output_location},
            "QueryExecutionContext": {"Catalog": CATALOG_NAME, "Database": query.execution.database},
            "Status": status,
            "Statistics": {
                "DataScannedInBytes": query.execution.bytes_scanned,
                "EngineExecutionTimeInMillis": _milliseconds(query.started, now),
                "QueryQueueTimeInMillis": _milliseconds(query.submitted, query.started or now),
                "TotalExecutionTimeInMillis": _milliseconds(query.submitted, now),
            },
            "WorkGroup": query.work_group,
            "EngineVersion": ENGINE,
        }
        if query.outcome is not None:
            described["StatementType"] = query.outcome.statement_type
            described["SubstatementType"] = query.outcome.substatement_type
        return described


def _error(message: str, category: int) -> dict[str, Any]:
    return {"ErrorCategory": category, "ErrorMessage": message, "Retryable": False}


def _milliseconds(start: float, end: float) -> int:
    return round((end - start) * 1000) if start else 0
