"""The HTTP server that dbt and dashboards take for Athena, and Trino for Glue."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_athena.api_errors import ApiError
from local_athena.glue_proxy import Moto, glue_call
from local_athena.metadata import Metadata
from local_athena.queries import Queries
from local_athena.work_groups import WorkGroups

logger = logging.getLogger(__name__)

ATHENA = "AmazonAthena."
GLUE = "AWSGlue."

Operation = Callable[[Mapping[str, Any]], dict[str, Any]]

# Operations of Athena that moto answers by itself.
HANDED_ON = ("CreateWorkGroup", "DeleteWorkGroup", "ListWorkGroups")


class FrontEnd:
    """Listens on 127.0.0.1:`port` (0: any free one) from `start` to `stop`."""

    def __init__(self, port: int, moto: Moto) -> None:
        self._moto = moto
        self._operations: dict[str, Operation] = {}
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise OSError(f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}") from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="front-end", daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve_athena(self, queries: Queries, work_groups: WorkGroups, metadata: Metadata) -> None:
        """From here on the operations of Athena are answered. Glue's are from `start` on: Trino needs them to start."""
        self._operations = {
            "StartQueryExecution": queries.start_query_execution,
            "GetQueryExecution": queries.get_query_execution,
            "BatchGetQueryExecution": queries.batch_get_query_execution,
            "ListQueryExecutions": queries.list_query_executions,
            "StopQueryExecution": queries.stop_query_execution,
            "GetQueryResults": queries.get_query_results,
            "GetWorkGroup": work_groups.get_work_group,
            "ListDataCatalogs": metadata.list_data_catalogs,
            "GetDataCatalog": metadata.get_data_catalog,
            "ListEngineVersions": metadata.list_engine_versions,
            "ListDatabases": metadata.list_databases,
            "GetDatabase": metadata.get_database,
            "ListTableMetadata": metadata.list_table_metadata,
            "GetTableMetadata": metadata.get_table_metadata,
        }

    def answer(self, target: str, body: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer to a call of the operation `target`."""
        if target.startswith(GLUE):
            return glue_call(self._moto, target, body)
        name = target.removeprefix(ATHENA)
        if name in HANDED_ON:
            return self._moto.call("athena", target, body)
        try:
            if name not in self._operations:
                raise ApiError(f"LOCAL_ATHENA: the operation {target!r} is not modelled", "UnknownOperationException")
            return 200, json.dumps(self._operations[name](json.loads(body)), default=_seconds).encode()
        except ApiError as error:
            return 400, json.dumps({"__type": error.code, "Message": str(error)}).encode()
        except KeyError as error:
            return 400, json.dumps({"__type": "InvalidRequestException", "Message": f"{error} is missing"}).encode()
        except Exception as error:
            logger.exception("the operation %s met a fault of the local Athena itself", name)
            return 500, json.dumps(
                {"__type": "InternalServerException", "Message": f"LOCAL_ATHENA: {error!r}"}
            ).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front_end = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet: in two, each answer waits for an acknowledgement

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = front_end.answer(self.headers.get("X-Amz-Target", ""), body)
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Statements are logged where they end; a line for every poll would only hide them."""

        return Handler


def _seconds(value: object) -> float:
    """Times in JSON: seconds since 1970."""
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{value!r} is nothing that JSON has")
