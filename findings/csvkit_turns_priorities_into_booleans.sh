#!/usr/bin/env bash
# Guess: csvsort moves rows and leaves the values alone, as sort does.
# Fact: it guesses types first and writes the guessed values. A column of priorities 0 and 1 comes out as False and True, the ZIP code
#   02139 as 2139, "1,252" as 1252. With --no-inference the values stay.
# Versions: csvkit 2.2.0 with agate 1.14.2.
# Source: measured by this script; csvkit's documentation of --no-inference.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
cd "$work"
printf 'incident_id,priority,zip,seconds\nP1,0,02139,"1,252"\nP2,1,20832,7\n' > incidents.csv

venv/bin/csvsort --version
sorted=$(venv/bin/csvsort --columns incident_id incidents.csv)
kept=$(venv/bin/csvsort --no-inference --columns incident_id incidents.csv)
printf 'csvsort:\n%s\ncsvsort --no-inference:\n%s\n' "$sorted" "$kept"
[ "$sorted" = $'incident_id,priority,zip,seconds\nP1,False,2139,1252\nP2,True,20832,7' ]
[ "$kept" = "$(cat incidents.csv)" ]
