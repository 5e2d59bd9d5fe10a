"""Statements over the API of Athena, as any program would run them."""

import time

from mypy_boto3_athena.client import AthenaClient
from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

from local_athena.moto_server import aws_session
from local_athena.server import LocalAthena

RESULTS = "s3://athena-results/client/"
POLL_SECONDS = 0.02


class StatementFailedError(Exception):
    """The statement did not succeed: the reason that Athena gives."""


class Client:
    """Runs statements on a local Athena."""

    def __init__(self, athena: LocalAthena) -> None:
        self.api: AthenaClient = aws_session().client("athena", endpoint_url=athena.athena_endpoint)

    def start(self, sql: str, database: str = "default") -> str:
        """Starts a statement; its query execution id."""
        started = self.api.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": database},
            ResultConfiguration={"OutputLocation": RESULTS},
        )
        return started["QueryExecutionId"]

    def wait(self, query_id: str) -> QueryExecutionTypeDef:
        """Athena's description of the query when it has ended, in whatever state."""
        while True:
            query = self.api.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if query["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return query
            time.sleep(POLL_SECONDS)

    def run(self, sql: str, database: str = "default") -> QueryExecutionTypeDef:
        """Runs a statement to its end. Raises StatementFailedError unless it succeeds."""
        query = self.wait(self.start(sql, database))
        if query["Status"]["State"] != "SUCCEEDED":
            raise StatementFailedError(query["Status"].get("StateChangeReason", query["Status"]["State"]))
        return query

    def rows(self, sql: str, database: str = "default") -> list[tuple[str | None, ...]]:
        """The rows of a SELECT, all of them, without the header: every value as Athena's text, None for null."""
        query_id = self.run(sql, database)["QueryExecutionId"]
        pages = self.api.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        rows = [row for page in pages for row in page["ResultSet"]["Rows"]]
        return [tuple(datum.get("VarCharValue") for datum in row["Data"]) for row in rows[1:]]
