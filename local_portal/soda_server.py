"""A small model of the portal's API, SODA 2.1 and SODA 3, for tests and for trying things out without the portal.

It answers what a client of one dataset asks, ``GET /resource/98cc-bc7d.json`` with ``$select``, ``$where``, ``$group``,
``$order``, ``$limit`` and ``$offset``, in the portal's own layout, and can be made to misbehave as the portal does. Its
data can be changed between two requests. ``GET /api/views/98cc-bc7d.json`` describes its columns.

By SODA 3 the same is asked as one text, ``POST /api/v3/views/98cc-bc7d/query.json`` with ``{"query": "SELECT ..."}``
and the options of https://dev.socrata.com/docs/queries/. What that page says holds here: no answer without an app
token, no limit unless the query or ``page`` has one, a total order where there is a ``page``, and system fields in each
row unless ``includeSystem`` is false. In a test:

    with SodaServer() as server:
        server.insert(incidents(1000))
        server.answer_next(busy(429, retry_after=1), None, cut_off())  # the second answer is honest
        server.on_query = lambda query: server.change(["P2600000001"])
        ...  # a client reads from server.url

By hand: ``python -m local_portal --port 8765 sample/incidents_2024-06.ndjson.gz``, then
``DISPATCH_PORTAL=http://127.0.0.1:8765 python -m ingest pull``.

What it does not prove: how fast the portal is, that it accepts every query that this server does, and that its SODA 3
has the layout and the errors of SODA 2, as here.
"""

import gzip
import hashlib
import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

PATH = "/resource/98cc-bc7d.json"
SODA3_PATH = "/api/v3/views/98cc-bc7d/query.json"
METADATA_PATH = "/api/views/98cc-bc7d.json"
DEFAULT_LIMIT = 1000
FIRST_STAMP = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)

SYSTEM_FIELDS = (":id", ":created_at", ":updated_at")
FIELDS = (
    "incident_id",
    "cr_number",
    "crash_reports",
    "start_time",
    "end_time",
    "priority",
    "initial_type",
    "close_type",
    "address",
    "city",
    "state",
    "zip",
    "longitude",
    "latitude",
    "police_district_number",
    "sector",
    "pra",
    "calltime_callroute",
    "calltime_dispatch",
    "calltime_arrive",
    "calltime_cleared",
    "callroute_dispatch",
    "dispatch_arrive",
    "arrive_cleared",
    "disposition_desc",
)
COLUMNS = {
    **dict.fromkeys(FIELDS, "text"),
    "start_time": "calendar_date",
    "end_time": "calendar_date",
    "longitude": "number",
    "latitude": "number",
    "geolocation": "point",
    ":@computed_region_6vgr_duib": "number",
}
"""What the dataset's description says of its columns."""

_WORDS = {"and", "or", "not", "is", "null", "in", "between", "like", "asc", "desc"}
_FUNCTIONS = {"count", "max", "min", "date_trunc_ym"}
_CLAUSES = {"SELECT": "$select", "WHERE": "$where", "GROUP BY": "$group", "ORDER BY": "$order", "LIMIT": "$limit"}
_CLAUSE = re.compile(r"('(?:[^']|'')*')|\b(SELECT|WHERE|GROUP BY|ORDER BY|LIMIT)\b", re.IGNORECASE)
_OPTIONS = {"query", "page", "parameters", "timeout", "includeSystem", "includeSynthetic", "orderingSpecifier"}
_TOKEN = re.compile(r"'(?:[^']|'')*'|:?[A-Za-z_]\w*|\d+|[<>!=]+|[(),*]|\s+|.")

Row = dict[str, object]


@dataclass(frozen=True)
class Query:
    """A request as it came in. One of SODA 3 has the same parameters as one of SODA 2.1 that asks the same."""

    parameters: dict[str, str]
    headers: dict[str, str]
    document: dict[str, Any] | None = None
    """The body, by SODA 3."""

    @property
    def is_page(self) -> bool:
        return self.parameters.get("$select", "*").startswith("*")


@dataclass(frozen=True)
class Answer:
    """What to answer in place of the data (`body`), or how to spoil them."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body_kept: float = 1.0
    """Share of the body that is sent, as if it were all."""
    wire_kept: float = 1.0
    """Share of the bytes on the wire, gzipped if the client takes that, before the connection ends."""
    seconds: float = 0.0
    """How long the answer takes."""


def busy(status: int, retry_after: int | str | None = None) -> Answer:
    """429, a 5xx, or 202 (still working)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return replace(portal_error(status, "busy", "Try again later."), headers=headers)


def portal_error(status: int, code: str, message: str, key: str = "errorCode") -> Answer:
    """An error in the portal's form. Its older query compiler calls the code `errorCode`, its newer one `code`."""
    return Answer(status, json.dumps({key: code, "error": True, "message": message, "data": {}}).encode())


def web_page(status: int = 403) -> Answer:
    """What a guard in front of the portal, or a notice of maintenance, puts in place of data."""
    return Answer(status, b"<!DOCTYPE html><html><body>Access denied</body></html>", {"Content-Type": "text/html"})


def cut_off(kept: float = 0.5) -> Answer:
    """The start of the body as if it were all: a proxy has cut it."""
    return Answer(body_kept=kept)


def broken_connection(kept: float = 0.5) -> Answer:
    """The start of what goes over the wire, then the connection breaks."""
    return Answer(wire_kept=kept)


_NO_DATASET = portal_error(404, "dataset.missing", "Not found", key="code")


def incidents(count: int, first: int = 1) -> list[Row]:
    """Incidents without system fields, one a minute, with what is awkward in the county's texts and more."""
    texts = (
        "900 BLK  VEIRS MILL RD",
        'A "quoted" \\ RD',
        "two\nlines\r\n,{",
        "},{",
        '}\n,{":id":',
        "MAÑANA ❤ \u2028 AVE",
    )
    start = datetime(2026, 1, 1)
    return [
        {
            "incident_id": f"P26{number:08}",
            "start_time": (start + timedelta(minutes=number)).isoformat(timespec="milliseconds"),
            "priority": str(number % 5),
            "initial_type": "ALARMRB - RESIDENTIAL BURGLARY/INTRUSION",
            "address": texts[number % len(texts)],
            "city": "SILVER SPRING",
            "calltime_dispatch": str(60 + number % 600),
            "geolocation": {"type": "Point", "coordinates": [-76.9769, 39.0152]},
        }
        for number in range(first, first + count)
    ]


class SodaServer:
    """The dataset and the server, which runs on its own thread while the object is entered as a context.

    Attributes:
        page_cap: Most rows in an answer, whatever `$limit` says.
        stale: Whether answers say that the replica is out of date.
        count_offset: Added to every count(*).
        soda2_refusal: The answer to everything by SODA 2.1, once the portal has it no more.
        tokens: The app tokens that the portal knows; all that a client may send, if none are given.
        columns: Name and type of each column, as the dataset's description says, whatever the rows have.
        on_query: Called with each query before it is answered; may change the data and these attributes.
        queries: The queries so far.
    """

    def __init__(self, port: int = 0) -> None:
        self.page_cap = 50_000
        self.stale = False
        self.count_offset = 0
        self.soda2_refusal: Answer | None = None
        self.tokens: set[str] | None = None
        self.columns = dict(COLUMNS)
        self.on_query: Callable[[Query], None] = lambda query: None
        self.queries: list[Query] = []
        self._answers: list[Answer | None] = []
        self._lock = threading.RLock()
        self._batches = 0
        self._ids = 0
        self._data = sqlite3.connect(":memory:", check_same_thread=False)
        self._data.create_function("date_trunc_ym", 1, lambda time: time and f"{time[:7]}-01T00:00:00.000")
        columns = ",".join(f'"{name}" TEXT' for name in (":created_at", ":updated_at", *FIELDS))
        self._data.execute(f'CREATE TABLE incidents (":id" TEXT, id_order TEXT, {columns}, document TEXT)')
        self._data.execute('CREATE INDEX by_change ON incidents (":updated_at", id_order)')
        self._data.execute("CREATE INDEX by_id ON incidents (id_order)")
        self._data.execute("CREATE INDEX by_incident ON incidents (incident_id)")
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(self))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def insert(self, rows: Iterable[Row], stamp: str | None = None) -> None:
        """Adds rows in one batch. They share a stamp: the one given, or one that is newer than all others.

        Rows that bring system fields keep them.
        """
        with self._lock:
            stamp = stamp or self._next_stamp()
            self._put({":id": self._next_id(), ":created_at": stamp, ":updated_at": stamp, **row} for row in rows)

    def change(self, incident_ids: Iterable[str], stamp: str | None = None, **fields: object) -> None:
        """Changes rows in one batch: each gets the fields and a stamp as in `insert`, and keeps its `:id`."""
        with self._lock:
            stamp = stamp or self._next_stamp()
            for incident_id in incident_ids:
                rows = self.rows(incident_id)
                self.delete([incident_id])
                self._put({**row, **fields, ":updated_at": stamp} for row in rows)

    def delete(self, incident_ids: Iterable[str]) -> None:
        with self._lock:
            self._data.executemany("DELETE FROM incidents WHERE incident_id = ?", [(key,) for key in incident_ids])

    def replace_all(self, stamp: str | None = None) -> None:
        """Publishes the same rows again as a full replacement does: every id is new, and the stamp as in `insert`."""
        with self._lock:
            rows = self.rows()
            self._data.execute("DELETE FROM incidents")
            self.insert(
                ({name: value for name, value in row.items() if name not in SYSTEM_FIELDS} for row in rows), stamp
            )

    def rows(self, incident_id: str | None = None) -> list[Row]:
        """The rows as they are now, all or those of one incident, with their system fields."""
        select = 'SELECT document, ":id", ":created_at", ":updated_at" FROM incidents'
        with self._lock:
            if incident_id is None:
                found = self._data.execute(select).fetchall()
            else:
                found = self._data.execute(f"{select} WHERE incident_id = ?", (incident_id,)).fetchall()
        return [{**json.loads(text), **dict(zip(SYSTEM_FIELDS, system, strict=True))} for text, *system in found]

    def answer_next(self, *answers: Answer | None) -> None:
        """Decides over the next answers, one each; None stands for an honest one."""
        with self._lock:
            self._answers += answers

    def forget_answers(self) -> None:
        """Makes all further answers honest ones."""
        with self._lock:
            self._answers.clear()

    def answer(self, query: Query) -> Answer:
        """Answers a query as it would be now."""
        with self._lock:
            self.queries.append(query)
            self.on_query(query)
            refusal = self._refusal(query)
            if refusal:
                return refusal
            answer = self._answers.pop(0) if self._answers else None
            answer = answer or Answer()
            if answer.body is not None:
                return answer
            try:
                body = self._result(query)
            except _QueryError as error:
                return portal_error(400, error.code, str(error), key=error.key)
            stale = {"X-SODA2-Data-Out-Of-Date": "true"} if self.stale else {}
            return replace(answer, body=body, headers={**stale, **answer.headers})

    def _refusal(self, query: Query) -> Answer | None:
        token = query.headers.get("X-App-Token")
        if token and self.tokens is not None and token not in self.tokens:
            return portal_error(403, "permission_denied", "Invalid app_token specified", key="code")
        if query.document is None:
            return self.soda2_refusal
        if not token:
            return portal_error(403, "permission_denied", "An app_token or authentication is required", key="code")
        return None

    def metadata(self) -> Answer:
        """Describes the dataset. Such requests are no queries: neither recorded nor spoiled."""
        columns = [{"fieldName": name, "dataTypeName": kind} for name, kind in self.columns.items()]
        return Answer(body=json.dumps({"id": "98cc-bc7d", "columns": columns}).encode())

    def _put(self, rows: Iterable[Row]) -> None:
        names = (*SYSTEM_FIELDS, *FIELDS)
        marks = ",".join("?" * (len(names) + 2))
        columns = ",".join(f'"{name}"' for name in (*names, "id_order", "document"))
        self._data.executemany(
            f"INSERT INTO incidents ({columns}) VALUES ({marks})",
            (
                (
                    *(row.get(name) for name in names),
                    _id_order(str(row[":id"])),
                    _json({name: value for name, value in row.items() if name not in SYSTEM_FIELDS}),
                )
                for row in rows
            ),
        )

    def _next_stamp(self) -> str:
        self._batches += 1
        moment = FIRST_STAMP + timedelta(seconds=self._batches)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _next_id(self) -> str:
        self._ids += 1
        digest = hashlib.md5(str(self._ids).encode()).hexdigest()
        return f"row-{digest[:4]}.{digest[4:8]}-{digest[8:12]}"

    def _result(self, query: Query) -> bytes:
        parameters = query.parameters
        unknown = set(parameters) - {"$select", "$where", "$group", "$order", "$limit", "$offset"}
        if unknown:
            raise _QueryError("query.soql.unsupported", f"This model of the portal does not know {sorted(unknown)}")
        select = [item.strip() for item in parameters.get("$select", "*").split(",")]
        clauses = f" WHERE {_sql(parameters['$where'])}" if "$where" in parameters else ""
        aliases = [item.split(" as ")[1] for item in select if " as " in item]
        if "$group" in parameters:
            clauses += f" GROUP BY {_sql(parameters['$group'], aliases)}"
        if "$order" in parameters:
            clauses += f" ORDER BY {_sql(parameters['$order'], aliases)}"
        default_limit = DEFAULT_LIMIT if query.document is None else self.page_cap
        limit = min(int(parameters.get("$limit", default_limit)), self.page_cap)
        clauses += f" LIMIT {limit} OFFSET {int(parameters.get('$offset', 0))}"
        if "*" in select:
            if query.document and query.document.get("includeSystem", True):
                select += [name for name in SYSTEM_FIELDS if name not in select]
            return self._page(select, clauses)
        return self._aggregates(select, clauses)

    def _page(self, select: list[str], clauses: str) -> bytes:
        system = [name for name in select if name != "*"]
        if select[0] != "*" or not set(system) <= set(SYSTEM_FIELDS):
            raise _QueryError("query.compiler.malformed", f"Expected an expression: {','.join(select)}", key="code")
        start = "substr(document, 1, length(document) - 1)"
        ends = "".join(f""" || ',"{name}":"' || "{name}" || '"'""" for name in system)
        rows = [row for (row,) in self._execute(f"SELECT {start}{ends} || '}}' FROM incidents{clauses}")]
        return ("[" + "\n,".join(rows) + "\n]\n" if rows else "[]\n").encode()

    def _aggregates(self, select: list[str], clauses: str) -> bytes:
        expressions, names = zip(
            *(item.split(" as ") if " as " in item else (item, item) for item in select), strict=True
        )
        columns = ",".join(f'{_sql(item)} AS "{name}"' for item, name in zip(expressions, names, strict=True))
        rows: list[Row] = [
            {
                name: str(value + self.count_offset if expression.startswith("count(") else value)
                for expression, name, value in zip(expressions, names, values, strict=True)
                if value is not None
            }
            for values in self._execute(f"SELECT {columns} FROM incidents{clauses}")
        ]
        return ("[" + "\n,".join(map(_json, rows)) + "]\n").encode()

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        try:
            return self._data.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            raise _QueryError("query.compiler.malformed", str(error), key="code") from error


class _QueryError(Exception):
    def __init__(self, code: str, message: str, key: str = "errorCode") -> None:
        super().__init__(message)
        self.code = code
        self.key = key


def soda3_query(document: dict[str, Any], headers: dict[str, str]) -> Query:
    """Reads a request of SODA 3.

    Raises:
        _QueryError: It has an option or a query that is none.
    """
    unknown = document.keys() - _OPTIONS
    if unknown:
        raise _QueryError(
            "query.option.unknown", f"This model of the portal does not know {sorted(unknown)}", key="code"
        )
    before, *pieces = _CLAUSE.split(document.get("query", "SELECT *").strip())
    if before or not pieces or not pieces[1]:
        raise _QueryError("query.compiler.malformed", f"Expected SELECT: {document.get('query')}", key="code")
    parameters: dict[str, str] = {}
    for text, keyword, rest in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if keyword:
            name = _CLAUSES[keyword.upper()]
            parameters[name] = rest
        else:
            parameters[name] += text + rest
    parameters = {name: clause.strip() for name, clause in parameters.items()}
    page = document.get("page")
    if page:
        if not {"$order", "$group"} & parameters.keys():
            parameters["$order"] = ":id"
        rows = min(page["pageSize"], int(parameters.get("$limit", page["pageSize"])))
        parameters |= {"$limit": str(rows), "$offset": str((page["pageNumber"] - 1) * page["pageSize"])}
    return Query(parameters, headers, document)


def _sql(soql: str, aliases: Sequence[str] = ()) -> str:
    """Translates the part of SoQL that a client of one dataset needs: quoted names, and literals as they are stored."""
    sql, name = [], ""
    for token in _TOKEN.findall(soql):
        if token in aliases:
            sql.append(token)
        elif token.startswith("'"):
            sql.append(f"'{_id_order(token[1:-1])}'" if name == ":id" else _as_stored(token))
        elif token in SYSTEM_FIELDS or token in FIELDS:
            name = token
            sql.append("id_order" if token == ":id" else f'"{token}"')
        elif re.match(r"[:A-Za-z_]", token) and token.lower() not in _WORDS | _FUNCTIONS:
            raise _QueryError("query.soql.no-such-column", f"No such column: {token}")
        else:
            sql.append(token)
    return "".join(sql)


def _as_stored(literal: str) -> str:
    """Gives a local time of a query the milliseconds that stored ones have."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(literal.strip("'"))
        if moment.tzinfo is None:
            return f"'{moment.isoformat(timespec='milliseconds')}'"
    return literal


def _id_order(row_id: str) -> str:
    """By which the portal orders ids: what they stand for, which is not the order of their text."""
    return hashlib.md5(row_id.encode()).hexdigest()


def _json(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _handler_of(server: SodaServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave together; apart, they would wait 40 ms for each other (Nagle's algorithm).
        wbufsize = -1

        def do_GET(self) -> None:
            target = urlsplit(self.path)
            if target.path == PATH:
                self._send(server.answer(Query(dict(parse_qsl(target.query)), dict(self.headers.items()))))
            elif target.path == METADATA_PATH:
                self._send(server.metadata())
            else:
                self._send(_NO_DATASET)

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != SODA3_PATH:
                self._send(_NO_DATASET)
                return
            try:
                self._send(server.answer(soda3_query(document, dict(self.headers.items()))))
            except _QueryError as error:
                self._send(portal_error(400, error.code, str(error), key=error.key))

        def _send(self, answer: Answer) -> None:
            time.sleep(answer.seconds)
            body = answer.body or b""
            body = body[: int(len(body) * answer.body_kept)]
            self.send_response(answer.status)
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 1)
                self.send_header("Content-Encoding", "gzip")
            headers = {
                "Content-Type": "application/json;charset=utf-8",
                "Content-Length": str(len(body)),
                "X-Socrata-RequestId": hashlib.md5(self.path.encode()).hexdigest(),
                **answer.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: int(len(body) * answer.wire_kept)])
            self.close_connection = answer.wire_kept < 1

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: a test's output is its own."""

    return Handler
