#!/usr/bin/env bash
# Guess: a reader of NDJSON gives a column for every key in the file, or says that it met one it did not expect. The portal leaves
#   null keys out, so a rare key may first come after thousands of rows.
# Fact: polars looks at 100 rows and petl at 1,000; a key that first comes later is dropped, with its values, without a word.
#   pyarrow, which also infers from a first block, takes the key in when it comes.
# Versions: polars 2.1.0, petl 1.7.30, pyarrow 26.0.1.
# Source: measured by this script; polars' infer_schema_length, petl's fromjson(header=...).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 petl==1.7.30 pyarrow==26.0.1
cd "$work"
venv/bin/python - <<'PY'
import json

import petl
import polars
import pyarrow
import pyarrow.json

with open("incidents.ndjson", "w") as file:
    for number in range(60_000):
        row = {"incident_id": f"P{number}", "address": "x" * 40}
        if number >= 50_000:
            row["crash_reports"] = "MCP1"
        file.write(json.dumps(row) + "\n")

by_polars = polars.read_ndjson("incidents.ndjson").columns
by_petl = list(petl.header(petl.fromjson("incidents.ndjson", lines=True)))
by_pyarrow = pyarrow.json.read_json("incidents.ndjson").column_names
print("polars", polars.__version__, by_polars)
print("petl", petl.__version__, by_petl)
print("pyarrow", pyarrow.__version__, by_pyarrow)
assert by_polars == ["incident_id", "address"]
assert sorted(by_petl) == ["address", "incident_id"]
assert by_pyarrow == ["incident_id", "address", "crash_reports"]
PY
