#!/usr/bin/env bash
# Guess: the dialect `athena` parses what Athena's documentation shows.
# Fact: OPTIMIZE, VACUUM, time travel (FOR TIMESTAMP AS OF), EXPLAIN ANALYZE and a row type with quoted field names do not parse;
#   MERGE INTO and UNLOAD do.
# Versions: sqlfluff 4.4.0.
# Source: measured by this script; Athena's user guide, "Optimize Iceberg tables" and "Query Iceberg table data".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlfluff==4.4.0
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from sqlfluff.core import Linter

STATEMENTS = {
    "optimize marts.incidents rewrite data using bin_pack": False,
    "vacuum marts.incidents": False,
    "select a from marts.incidents for timestamp as of timestamp '2024-06-10 00:00:00 UTC'": False,
    "explain analyze select a from marts.incidents": False,
    "select cast(json_parse(line) as row(\"a\" varchar)) from raw.incidents": False,
    "merge into t using s on t.id = s.id when matched then update set a = s.a": True,
    "unload (select a from t) to 's3://bucket/folder/' with (format = 'PARQUET')": True,
}
linter = Linter(dialect="athena")
parses = {sql: not linter.parse_string(sql + "\n").violations for sql in STATEMENTS}
print("sqlfluff", version("sqlfluff"))
for sql, does in parses.items():
    print("parses " if does else "refuses", sql)
assert parses == STATEMENTS
PY
