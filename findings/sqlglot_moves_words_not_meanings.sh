#!/usr/bin/env bash
# Guess: a query of Athena (Trino) that sqlglot turns into one of DuckDB gives the same answer there, or sqlglot says what it cannot turn:
#   it does for greatest, concat and day_of_week.
# Fact: five things differ without a word. date_diff counts whole units in Trino and crossed borders in DuckDB, so 40 minutes across an
#   hour are 0 hours and 1; extract(dow) of a Sunday is 7 and 0; 5 / 2 is 2 and 2.5; a field that split_part does not find, and a group
#   that regexp_extract does not, is null and the empty text.
# Versions: sqlglot 30.30.0, duckdb 2.0.1.
# Source: DuckDB's answers are measured by this script, Trino's with Trino 483; its documentation says them of extract, / and split_part.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlglot==30.30.0 duckdb==2.0.1
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import duckdb
import sqlglot

OF_TRINO_AND_DUCKDB = {
    "date_diff('hour', timestamp '2024-06-09 23:30:00', timestamp '2024-06-10 00:10:00')": (0, 1),
    "extract(dow from timestamp '2024-06-09 23:30:00')": (7, 0),
    "5 / 2": (2, 2.5),
    "split_part('GEORGIA AVE', '/', 2)": (None, ""),
    "regexp_extract('GEORGIA AVE', '(\\d+) BLK', 1)": (None, ""),
    "day_of_week(timestamp '2024-06-09 23:30:00')": (7, 7),
    "greatest(1, null)": (None, None),
}
print("sqlglot", version("sqlglot"), "duckdb", version("duckdb"))
for expression, (of_trino, expected) in OF_TRINO_AND_DUCKDB.items():
    sql = sqlglot.transpile(f"select {expression}", read="athena", write="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)[0]
    of_duckdb = duckdb.execute(sql).fetchone()[0]
    print(f"{expression}: {of_trino!r} in Trino, {of_duckdb!r} by {sql}")
    assert of_duckdb == expected, expression
PY
