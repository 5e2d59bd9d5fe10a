"""The statements of Athena, one function a kind.

What Athena and Trino both read goes to Trino word for word. What only Athena reads (Hive DDL, the property names of
CTAS) is translated by exactly one function here. A statement that fits no route fails: nothing is ever swallowed.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from local_athena import refusals
from local_athena.catalog import AlreadyInCatalogError, Catalog, NotInCatalogError, is_iceberg, view_columns
from local_athena.hive_ddl import (
    IDENTIFIER,
    columns,
    external_table,
    hive_type,
    identifier,
    properties,
    table_name,
    trino_type,
)
from local_athena.sql_text import assignments, bare, closing_bracket, trino_literal, trino_quoted
from local_athena.trino_client import Column, TrinoClient, TrinoResult

HIVE_CATALOG = "awsdatacatalog"
ICEBERG_CATALOG = "awsdatacatalog_iceberg"

# https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
VACUUM_AGE_PROPERTY = "vacuum_max_snapshot_age_seconds"
VACUUM_DEFAULT_AGE_SECONDS = 432_000

# A table's name as Trino reads it, in groups `database` and `table`.
TRINO_NAME = r'(?:"[^"]+"|\w+)'
TRINO_TABLE = rf'(?:"?awsdatacatalog"?\s*\.\s*)?(?:(?P<database>{TRINO_NAME})\s*\.\s*)?(?P<table>{TRINO_NAME})'


class NoRouteError(Exception):
    """The local Athena does not know the statement, or a part of it."""


@dataclass
class Outcome:
    """What Athena reports of a statement that succeeded."""

    statement_type: str
    substatement_type: str = ""
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    update_count: int | None = None

    @property
    def has_header(self) -> bool:
        """Whether the first row of the result repeats the names of the columns."""
        return self.statement_type == "DML" and self.substatement_type != "EXPLAIN" and bool(self.columns)


class Execution:
    """One statement on its way: the database it runs in, and what Trino was asked on its behalf."""

    def __init__(self, trino: TrinoClient, catalog: Catalog, database: str) -> None:
        self.catalog = catalog
        self.database = database
        self.trino_sql: list[str] = []
        self.bytes_scanned = 0
        self.partitions: list[str] = []
        self._trino = trino
        self._cancelled = threading.Event()

    def ask(self, sql: str, prepared: Mapping[str, str] | None = None) -> TrinoResult:
        """Asks Trino something that Athena would know by itself: not counted as a part of the statement."""
        return self._trino.run(sql, self.database, prepared=prepared, cancelled=self._cancelled)

    def run(self, sql: str, session: Mapping[str, str] | None = None) -> TrinoResult:
        self.trino_sql.append(sql)
        result = self._trino.run(sql, self.database, session=session, cancelled=self._cancelled)
        self.bytes_scanned += result.bytes_scanned
        if result.bytes_scanned:
            self.partitions += self._trino.partitions_read(result.query_id)
        return result

    def cancel(self) -> None:
        self._cancelled.set()

    def table_of(self, match: re.Match[str]) -> tuple[str, str]:
        """Database and table of a match with these two groups."""
        database = match["database"]
        return identifier(database) if database else self.database, identifier(match["table"])


Handler = Callable[[Execution, re.Match[str]], Outcome]


class Route(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    handler: Handler


ROUTES: list[Route] = []


def route(pattern: str) -> Callable[[Handler], Handler]:
    """Registers the function for the statements that begin with `pattern` (that match it whole if it ends with $)."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(handler.__name__, re.compile(pattern, re.I | re.S), handler))
        return handler

    return register


def find_route(sql: str) -> tuple[Route, re.Match[str]]:
    """The route for a statement. Raises RefusedError where Athena would refuse, NoRouteError without a route."""
    refusals.check_text(sql)
    statement = bare(sql)
    for candidate in ROUTES:
        if match := candidate.pattern.match(statement):
            return candidate, match
    raise NoRouteError(f"LOCAL_ATHENA: no route for this statement: {statement[:200]}")


# ---- schemas


@route(rf"create\s+(?:schema|database)\s+(?P<lenient>if\s+not\s+exists\s+)?(?P<name>{IDENTIFIER})$")
def create_schema(execution: Execution, match: re.Match[str]) -> Outcome:
    try:
        execution.catalog.create_database(identifier(match["name"]))
    except AlreadyInCatalogError:
        if not match["lenient"]:
            raise
    return Outcome("DDL", "CREATE_DATABASE")


@route(rf"drop\s+(?:schema|database)\s+(?P<lenient>if\s+exists\s+)?(?P<name>{IDENTIFIER})(?P<cascade>\s+cascade)?$")
def drop_schema(execution: Execution, match: re.Match[str]) -> Outcome:
    name = identifier(match["name"])
    try:
        if not match["cascade"] and execution.catalog.tables(name):
            raise refusals.RefusedError(f"Database {name} is not empty. One or more tables exist.")
        execution.catalog.delete_database(name)
    except NotInCatalogError:
        if not match["lenient"]:
            raise
    return Outcome("DDL", "DROP_DATABASE")


# ---- tables and views


@route(rf"create\s+external\s+table\s+(?P<lenient>if\s+not\s+exists\s+)?{table_name()}\s*(?P<definition>\(.*)$")
def create_external_table(execution: Execution, match: re.Match[str]) -> Outcome:
    database, name = execution.table_of(match)
    try:
        execution.catalog.create_table(database, external_table(name, match["definition"]))
    except AlreadyInCatalogError:
        if not match["lenient"]:
            raise
    return Outcome("DDL", "CREATE_TABLE")


@route(rf"drop\s+table\s+(?P<lenient>if\s+exists\s+)?{table_name()}$")
def drop_table(execution: Execution, match: re.Match[str]) -> Outcome:
    database, name = execution.table_of(match)
    try:
        table = execution.catalog.table(database, name)
    except NotInCatalogError:
        if not match["lenient"]:
            raise
        return Outcome("DDL", "DROP_TABLE")
    if is_iceberg(table):
        execution.run(f'DROP TABLE {ICEBERG_CATALOG}."{database}"."{name}"')  # with its files, as on Athena
    else:
        execution.catalog.delete_table(database, name)
    return Outcome("DDL", "DROP_TABLE")


@route(rf"drop\s+view\s+(?:if\s+exists\s+)?{TRINO_TABLE}$")
def drop_view(execution: Execution, match: re.Match[str]) -> Outcome:
    execution.run(match.string)
    return Outcome("DDL", "DROP_VIEW")


@route(rf"create\s+(?:or\s+replace\s+)?view\s+{TRINO_TABLE}\s+as\s")
def create_view(execution: Execution, match: re.Match[str]) -> Outcome:
    """Trino writes one column named `dummy` into Glue, Athena the real ones."""
    execution.run(match.string)
    database, name = execution.table_of(match)
    view = execution.catalog.table(database, name)
    view["StorageDescriptor"]["Columns"] = [
        {"Name": column["name"], "Type": hive_type(column["type"])} for column in view_columns(view)
    ]
    execution.catalog.update_table(database, view)
    return Outcome("DDL", "CREATE_VIEW")


# ---- changes of a table


@route(rf"alter\s+table\s+{table_name()}\s+set\s+tblproperties\s*\((?P<properties>.*)\)$")
def set_table_properties(execution: Execution, match: re.Match[str]) -> Outcome:
    database, name = execution.table_of(match)
    table = execution.catalog.table(database, name)
    values = properties(match["properties"])
    if is_iceberg(table):
        _alter_iceberg(execution, match, f"SET PROPERTIES extra_properties = {_map(values)}")
    else:
        table["Parameters"] = table.get("Parameters", {}) | values
        execution.catalog.update_table(database, table)
    return Outcome("DDL", "ALTER_TABLE")


@route(rf"alter\s+table\s+{table_name()}\s+add\s+columns\s*\((?P<columns>.*)\)$")
def add_columns(execution: Execution, match: re.Match[str]) -> Outcome:
    database, name = execution.table_of(match)
    table = execution.catalog.table(database, name)
    added = columns(match["columns"])
    if is_iceberg(table):
        for column in added:
            _alter_iceberg(execution, match, f'ADD COLUMN "{column["Name"]}" {trino_type(column["Type"])}')
    else:
        table["StorageDescriptor"]["Columns"] += added
        execution.catalog.update_table(database, table)
    return Outcome("DDL", "ALTER_TABLE")


@route(rf"alter\s+table\s+{table_name()}\s+replace\s+columns\s*\((?P<columns>.*)\)$")
def replace_columns(execution: Execution, match: re.Match[str]) -> Outcome:
    database, name = execution.table_of(match)
    table = execution.catalog.table(database, name)
    if is_iceberg(table):
        raise NoRouteError(f"LOCAL_ATHENA: no route for REPLACE COLUMNS of the Iceberg table {database}.{name}")
    table["StorageDescriptor"]["Columns"] = columns(match["columns"])
    execution.catalog.update_table(database, table)
    return Outcome("DDL", "ALTER_TABLE")


@route(rf"alter\s+table\s+{table_name()}\s+drop\s+column\s+(?P<column>{IDENTIFIER})$")
def drop_column(execution: Execution, match: re.Match[str]) -> Outcome:
    return _alter_iceberg(execution, match, f'DROP COLUMN "{identifier(match["column"])}"')


@route(
    rf"alter\s+table\s+{table_name()}\s+change\s+(?:column\s+)?"
    rf"(?P<old>{IDENTIFIER})\s+(?P<new>{IDENTIFIER})\s+(?P<type>\S.*)$"
)
def change_column(execution: Execution, match: re.Match[str]) -> Outcome:
    old, new = identifier(match["old"]), identifier(match["new"])
    (column,) = columns(f"{match['new']} {match['type']}")
    outcome = _alter_iceberg(execution, match, f'ALTER COLUMN "{old}" SET DATA TYPE {trino_type(column["Type"])}')
    if old != new:
        _alter_iceberg(execution, match, f'RENAME COLUMN "{old}" TO "{new}"')
    return outcome


@route(rf"alter\s+table\s+{table_name()}\s+rename\s+to\s+{table_name('new_')}$")
def rename_table(execution: Execution, match: re.Match[str]) -> Outcome:
    database, _ = execution.table_of(match)
    target = identifier(match["new_database"]) if match["new_database"] else database
    return _alter_iceberg(execution, match, f'RENAME TO "{target}"."{identifier(match["new_table"])}"')


@route(rf"optimize\s+{table_name()}\s+rewrite\s+data\s+using\s+bin_pack(?P<where>\s+where\s.*)?$")
def optimize(execution: Execution, match: re.Match[str]) -> Outcome:
    _alter_iceberg(execution, match, f"EXECUTE optimize{match['where'] or ''}")
    return Outcome("DML", "OPTIMIZE")


@route(rf"vacuum\s+{table_name()}$")
def vacuum(execution: Execution, match: re.Match[str]) -> Outcome:
    """Expires snapshots and removes files that none of them needs, both by the age that the table's property gives."""
    database, name = _iceberg_table(execution, match)
    stored = execution.ask(f'SELECT key, value FROM {ICEBERG_CATALOG}."{database}"."{name}$properties"')
    age = dict(stored.rows).get(VACUUM_AGE_PROPERTY, VACUUM_DEFAULT_AGE_SECONDS)
    _alter_iceberg(execution, match, f"EXECUTE expire_snapshots(retention_threshold => '{age}s')")
    _alter_iceberg(execution, match, f"EXECUTE remove_orphan_files(retention_threshold => '{age}s')")
    return Outcome("DML", "VACUUM")


def _alter_iceberg(execution: Execution, match: re.Match[str], change: str) -> Outcome:
    database, name = _iceberg_table(execution, match)
    execution.run(f'ALTER TABLE {ICEBERG_CATALOG}."{database}"."{name}" {change}')
    return Outcome("DDL", "ALTER_TABLE")


def _iceberg_table(execution: Execution, match: re.Match[str]) -> tuple[str, str]:
    database, name = execution.table_of(match)
    if not is_iceberg(execution.catalog.table(database, name)):
        raise refusals.RefusedError(f"NOT_SUPPORTED: {database}.{name} is no Iceberg table: {match.string[:60]}")
    return database, name


def _map(values: Mapping[str, str]) -> str:
    """A map of text as a Trino expression."""
    keys = ", ".join(map(trino_quoted, values))
    items = ", ".join(map(trino_quoted, values.values()))
    return f"MAP(ARRAY[{keys}], ARRAY[{items}])"


# ---- CREATE TABLE AS SELECT

# Athena's names of the properties, and Trino's. https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
HIVE_PROPERTIES = {
    "external_location": "external_location",
    "format": "format",
    "partitioned_by": "partitioned_by",
    "bucketed_by": "bucketed_by",
    "bucket_count": "bucket_count",
    "field_delimiter": "textfile_field_separator",
}
ICEBERG_PROPERTIES = {"location": "location", "format": "format", "partitioning": "partitioning"}
# Athena keeps these with an Iceberg table, for its own OPTIMIZE and VACUUM.
ICEBERG_UPKEEP = re.compile(r"(?:optimize_rewrite|vacuum)_\w+")
# Athena has bucket(16, x), Trino bucket(x, 16).
TRANSFORM = re.compile(r"'(bucket|truncate)\s*\(\s*(\d+)\s*,\s*(\w+)\s*\)'", re.I)


@route(rf"create\s+table\s+{TRINO_TABLE}\s+with\s*\(")
def create_table_as(execution: Execution, match: re.Match[str]) -> Outcome:
    end = closing_bracket(match.string, match.end() - 1)
    given = assignments(match.string[match.end() : end])
    select = re.match(r"\s*as\s+(.*)", match.string[end + 1 :], re.I | re.S)
    if select is None:
        raise NoRouteError("LOCAL_ATHENA: no route for CREATE TABLE ... WITH (...) without AS")
    database, name = execution.table_of(match)
    iceberg = trino_literal(given.pop("table_type", "'hive'")).lower() == "iceberg"
    external = given.pop("is_external", "true").lower() == "true"
    if iceberg and external:
        raise refusals.RefusedError("NOT_SUPPORTED: an Iceberg table is created with is_external = false")
    if iceberg:
        refusals.check_iceberg_columns(_output_columns(execution, select[1]))
    catalog = ICEBERG_CATALOG if iceberg else HIVE_CATALOG
    values, session = _iceberg_properties(execution, given) if iceberg else _hive_properties(given)
    clause = ", ".join(f"{key} = {value}" for key, value in values.items())
    created = execution.run(f'CREATE TABLE {catalog}."{database}"."{name}" WITH ({clause}) AS {select[1]}', session)
    return Outcome("DDL", "CREATE_TABLE_AS_SELECT", update_count=created.update_count)


def _hive_properties(given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Trino's table properties and session properties for a hive table."""
    codec = trino_literal(given.pop("write_compression", "'gzip'"))
    values = _renamed(given, HIVE_PROPERTIES)
    if "external_location" not in values:
        raise NoRouteError("LOCAL_ATHENA: CTAS without external_location: the work group's default is not modelled")
    return values, {f"{HIVE_CATALOG}.compression_codec": codec.upper()}


def _iceberg_properties(execution: Execution, given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Trino's table properties and session properties for an Iceberg table."""
    codec = trino_literal(given.pop("write_compression", "'zstd'")).upper()
    upkeep = {key: trino_literal(given.pop(key)) for key in list(given) if ICEBERG_UPKEEP.fullmatch(key)}
    values = _renamed(given, ICEBERG_PROPERTIES)
    if "location" not in values:
        raise refusals.RefusedError("INVALID_TABLE_PROPERTY: an Iceberg table needs a location")
    if "partitioning" in values:
        values["partitioning"] = TRANSFORM.sub(r"'\1(\3, \2)'", values["partitioning"])
    if upkeep:
        values["extra_properties"] = _map(upkeep)
    # The codec was a session property before Trino had the table property, and is one no more.
    known = execution.ask(
        "SELECT 1 FROM system.metadata.table_properties "
        f"WHERE catalog_name = '{ICEBERG_CATALOG}' AND property_name = 'compression_codec'"
    )
    if known.rows:
        return values | {"compression_codec": f"'{codec}'"}, {}
    return values, {f"{ICEBERG_CATALOG}.compression_codec": codec}


def _renamed(given: dict[str, str], names: Mapping[str, str]) -> dict[str, str]:
    if unknown := sorted(set(given) - set(names)):
        raise NoRouteError(f"LOCAL_ATHENA: no route for the CTAS properties {', '.join(unknown)}")
    return {names[key]: value for key, value in given.items()}


def _output_columns(execution: Execution, select: str) -> list[Column]:
    described = execution.ask("DESCRIBE OUTPUT statement", prepared={"statement": select})
    # Column Name, Catalog, Schema, Table, Type, ...
    return [Column(row[0], row[4], {}) for row in described.rows]


# ---- what Athena and Trino read alike


@route(r"(?:select|with|values|\()")
def select(execution: Execution, match: re.Match[str]) -> Outcome:
    result = execution.run(match.string)
    return Outcome("DML", "SELECT", result.columns, result.rows)


@route(r"explain\s")
def explain(execution: Execution, match: re.Match[str]) -> Outcome:
    result = execution.run(match.string)
    lines = [[line] for row in result.rows for line in str(row[0]).splitlines()]
    return Outcome("DML", "EXPLAIN", result.columns, lines)


@route(r"insert\s+into\s")
def insert(execution: Execution, match: re.Match[str]) -> Outcome:
    return Outcome("DML", "INSERT", update_count=execution.run(match.string).update_count)


@route(rf"merge\s+into\s+{TRINO_TABLE}\s")
def merge(execution: Execution, match: re.Match[str]) -> Outcome:
    return _change_rows(execution, match, "MERGE")


@route(rf"delete\s+from\s+{TRINO_TABLE}(?:\s|$)")
def delete(execution: Execution, match: re.Match[str]) -> Outcome:
    return _change_rows(execution, match, "DELETE")


@route(rf"update\s+{TRINO_TABLE}\s+set\s")
def update(execution: Execution, match: re.Match[str]) -> Outcome:
    return _change_rows(execution, match, "UPDATE")


def _change_rows(execution: Execution, match: re.Match[str], verb: str) -> Outcome:
    refusals.check_changes_rows(execution.catalog, verb, *execution.table_of(match))
    return Outcome("DML", verb, update_count=execution.run(match.string).update_count)
