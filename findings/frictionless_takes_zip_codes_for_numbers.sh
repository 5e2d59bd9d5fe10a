#!/usr/bin/env bash
# Guess: a column of ZIP codes, one of which begins with 0, is described as text.
# Fact: `describe` calls it an integer, and the rows that are read by that description lack the zero. A number with a thousands
#   separator in the same file makes its column text.
# Versions: frictionless 5.21.0.
# Source: measured by this script.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0
cd "$work"
printf 'incident_id,zip,seconds\nP1,02139,"1,252"\nP2,20832,7\n' > incidents.csv
venv/bin/python - <<'PY'
import frictionless

described = {field.name: field.type for field in frictionless.describe("incidents.csv").schema.fields}
rows = [row.to_dict() for row in frictionless.Resource("incidents.csv").read_rows()]
print("frictionless", frictionless.__version__)
print(described)
print(rows)
assert described == {"incident_id": "string", "zip": "integer", "seconds": "string"}
assert [row["zip"] for row in rows] == [2139, 20832]
PY
