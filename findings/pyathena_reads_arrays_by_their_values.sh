#!/usr/bin/env bash
# Guess: a column of type array(varchar) comes from Athena as lists of texts, or, since Athena prints arrays without quotation marks, as
#   the text that it printed.
# Fact: it depends on the values of each row. ['SILVER SPRING, MD', '7A'] is a list of three; ['1', '2'] are numbers, but ['1', '001'] are
#   texts; the texts 'true' and 'null' become True and None; and a row with an equals sign or a quotation mark in any text is no list, but
#   what Athena printed. Printed as JSON, by `json_format(cast(... as json))` in the query, texts stay what they are.
# Versions: PyAthena 3.40.0.
# Source: measured by this script on Athena's form of arrays ("[a, b]"); pyathena/converter.py. Athena's user guide, "Convert arrays to
#   strings", shows the form.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyathena==3.40.0
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from pyathena.converter import DefaultTypeConverter

ROWS = {
    "[ROCKVILLE, 7A]": ["ROCKVILLE", "7A"],
    "[SILVER SPRING, MD, 7A]": ["SILVER SPRING", "MD", "7A"],
    "[1, 2]": [1, 2],
    "[1, 001]": ["1", "001"],
    "[true, null]": [True, None],
    "[NOISE, CR=240012345]": "[NOISE, CR=240012345]",
    '["B" SHIFT, 7A]': '["B" SHIFT, 7A]',
    '["SILVER SPRING, MD", "1"]': ["SILVER SPRING, MD", "1"],
}
converter = DefaultTypeConverter()
print("PyAthena", version("pyathena"))
seen = {printed: converter.convert("array", printed) for printed in ROWS}
for printed, value in seen.items():
    print(f"{printed}: {value!r}")
assert seen == ROWS
PY
