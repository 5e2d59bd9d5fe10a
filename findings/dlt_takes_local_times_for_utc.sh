#!/usr/bin/env bash
# Guess: a text such as "2024-06-10T00:01:02.000", which names no zone, lands as text, or as a time without a zone.
# Fact: dlt detects it as a time and stores it as 00:01:02 UTC, so that each of a county's local times is four or five hours off.
#   (Text like "0" and "02139" stays text; the key ":id" becomes the column _id, which a later key "_id" would share.)
# Versions: dlt 1.31.0 with duckdb 2.0.1.
# Source: measured by this script; dlt's schema setting `detections`, which holds iso_timestamp by default.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'dlt==1.31.0' duckdb==2.0.1
cd "$work"
RUNTIME__DLTHUB_TELEMETRY=false RUNTIME__LOG_LEVEL=ERROR venv/bin/python - <<'PY'
import datetime as dt

import dlt

row = {":id": "row-a", "start_time": "2024-06-10T00:01:02.000", "priority": "0", "zip": "02139"}
pipeline = dlt.pipeline("county", destination="duckdb", dataset_name="raw", pipelines_dir=".")
pipeline.run([row], table_name="incidents")
with pipeline.sql_client() as client, client.execute_query("select _id, start_time, priority, zip from incidents") as rows:
    landed = rows.fetchone()
print("dlt", dlt.__version__, landed)
assert landed[1].utcoffset() == dt.timedelta(0), landed
assert landed[1].replace(tzinfo=None) == dt.datetime(2024, 6, 10, 0, 1, 2)
assert (landed[0], landed[2], landed[3]) == ("row-a", "0", "02139")
PY
