"""What Athena refuses and a newer Trino accepts, as far as it is known.

Each refusal keeps a statement from being green here that would be red on AWS. The list is not complete: nothing but
real Athena is. Sources are Athena's user guide and, for functions, Trino's documentation of the time when engine
version 3 came.
"""

import re

from local_athena.catalog import Catalog, NotInCatalogError, is_iceberg
from local_athena.sql_text import blanked
from local_athena.trino_client import Column

# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
MAX_QUERY_BYTES = 262_144

# Functions of Trino 483 that Trino's documentation did not list in 2022, when Athena's engine version 3 came, with what
# does the same. AWS names no Trino version, so some of them may work by now: each is a risk with a plain way round.
NEWER_FUNCTIONS = {
    "any_value": "arbitrary(x)",
    "array_first": "element_at(x, 1)",
    "array_histogram": "a subquery with unnest and count(*)",
    "array_last": "element_at(x, -1)",
    "bitwise_xor_agg": "reduce_agg",
    "cosine_distance": "arithmetic",
    "dot_product": "arithmetic",
    "ends_with": "substr(x, -length(y)) = y",
    "euclidean_distance": "arithmetic",
    "exclude_columns": "the columns by name",
    "json_table": "json_extract and unnest",
    "quantile_at_value": "count(*) filter (where ...)",
    "t_cdf": "arithmetic",
    "t_pdf": "arithmetic",
    "title_case": "upper and lower of parts",
    "variant_is_null": "json",
}
NEWER_SYNTAX = {
    r"\bpivot\s*\(": "PIVOT",
    r"\boverlaps\b": "OVERLAPS",
    r"^\s*with\s+(?:function|session)\b": "WITH FUNCTION and WITH SESSION",
}
CALL = re.compile(r"\b(" + "|".join(NEWER_FUNCTIONS) + r")\s*\(", re.I)

# Catalogs of the local Trino alone: Athena knows Iceberg tables by awsdatacatalog, and has no tables about itself.
LOCAL_CATALOGS = re.compile(r'\b(awsdatacatalog_iceberg|system)"?\s*\.\s*"?\w+"?\s*\.', re.I)


class RefusedError(Exception):
    """Athena would not run this."""


def check_text(sql: str) -> None:
    """Refuses by the text alone: too long, or with what Athena's engine does not have."""
    size = len(sql.encode())
    if size > MAX_QUERY_BYTES:
        raise RefusedError(f"Query string of {size} bytes is longer than Athena's {MAX_QUERY_BYTES}")
    code = blanked(sql)
    if call := CALL.search(code):
        name = call[1].lower()
        raise RefusedError(
            f"FUNCTION_NOT_FOUND: {name} came to Trino after Athena's engine version 3: use {NEWER_FUNCTIONS[name]}"
        )
    for pattern, name in NEWER_SYNTAX.items():
        if re.search(pattern, code, re.I):
            raise RefusedError(f"SYNTAX_ERROR: {name} came to Trino after Athena's engine version 3")
    if catalog := LOCAL_CATALOGS.search(sql):
        raise RefusedError(f"CATALOG_NOT_FOUND: Catalog '{catalog[1].lower()}' is not there on Athena")


def check_iceberg_columns(columns: list[Column]) -> None:
    """Refuses timestamps that do not have Iceberg's six digits, which newer Trino widens in silence."""
    for column in columns:
        precision = re.match(r"timestamp\((\d+)\)", column.type)
        if precision and precision[1] != "6":
            raise RefusedError(
                f"NOT_SUPPORTED: Timestamp precision ({precision[1]}) not supported for Iceberg. "
                f'Use "timestamp(6)" instead. (column {column.name})'
            )


def check_changes_rows(catalog: Catalog, verb: str, database: str, table: str) -> None:
    """Refuses to change rows of anything but Iceberg tables; Trino would drop a whole partition of a hive table."""
    try:
        found = catalog.table(database, table)
    except NotInCatalogError:
        return  # Trino says so, and where in the statement.
    if not is_iceberg(found):
        raise RefusedError(f"NOT_SUPPORTED: {verb.upper()} is for Iceberg tables only, which {database}.{table} is not")
