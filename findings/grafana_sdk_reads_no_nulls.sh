#!/usr/bin/env bash
# Guess: the foundation SDK reads back a dashboard that Grafana exported.
# Fact: `"datasource": null`, which Grafana writes where a panel takes the default, is a TypeError; a key that the SDK does not know
#   vanishes without a word, so reading and writing a dashboard loses it.
# Versions: grafana-foundation-sdk 0.0.21 (the line of 0.0 versions follows Grafana 12).
# Source: measured by this script.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check grafana-foundation-sdk==0.0.21
"$work/venv/bin/python" -W ignore::DeprecationWarning - <<'PY'
import json
from importlib.metadata import version

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

panel = {"type": "text", "title": "Freshness", "gridPos": {"h": 2, "w": 6, "x": 0, "y": 0}}
read = Dashboard.from_json({"title": "Overview", "panels": [panel], "countyNote": "kept?"})
written = json.loads(JSONEncoder().encode(read))
try:
    Dashboard.from_json({"title": "Overview", "panels": [panel | {"datasource": None}]})
    error = "none"
except TypeError as raised:
    error = f"TypeError: {raised}"
print("grafana-foundation-sdk", version("grafana-foundation-sdk"))
print("unknown key kept:", "countyNote" in written)
print("of a null data source:", error)
assert "countyNote" not in written
assert error.startswith("TypeError")
PY
