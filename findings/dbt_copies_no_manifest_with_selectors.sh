#!/usr/bin/env bash
# Guess: `Manifest.deepcopy`, which dbt offers to whoever runs it several times on one parse (dbtRunner(manifest)), copies any manifest
#   that dbt has parsed.
# Fact: with a selectors.yml in the project it raises AttributeError: 'dict' object has no attribute 'from_dict'. Without that file it
#   copies. Whoever keeps one parse for many runs has to empty `selectors` first; `--selector` still works then, for it reads the file.
# Versions: dbt-core 1.11.16, dbt-duckdb 1.11.1, duckdb 2.0.1.
# Source: measured by this script; dbt/contracts/graph/manifest.py (Manifest.deepcopy, _deepcopy).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==2.0.1
mkdir -p "$work/project/models"
cd "$work/project"
printf 'name: county\nprofile: county\nflags: {send_anonymous_usage_stats: false}\n' > dbt_project.yml
printf 'county: {target: local, outputs: {local: {type: duckdb}}}\n' > profiles.yml
printf 'select 1 as one\n' > models/ones.sql
printf 'select 2 as two\n' > models/twos.sql
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version
from pathlib import Path

from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"))
dbtRunner().invoke(["--quiet", "--no-partial-parse", "parse"]).result.deepcopy()
print("without selectors.yml: copied")
Path("selectors.yml").write_text("selectors:\n  - {name: nightly, definition: {method: fqn, value: ones}}\n")
manifest = dbtRunner().invoke(["--quiet", "--no-partial-parse", "parse"]).result
try:
    manifest.deepcopy()
except AttributeError as error:
    print("with selectors.yml:", error)
else:
    raise SystemExit("a manifest with selectors is copied now")
manifest.selectors = {}
run = dbtRunner(manifest.deepcopy()).invoke(["--quiet", "run", "--selector", "nightly"])
print("copied without them, dbt run --selector nightly makes:", [result.node.name for result in run.result])
assert [result.node.name for result in run.result] == ["ones"]
PY
