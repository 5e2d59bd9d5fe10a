#!/usr/bin/env bash
# Guess: a normalizer of US addresses keeps both streets of an intersection, or refuses it, and takes "BLK" of a block address, as
#   police data write it, for no part of the street's name.
# Fact: of "GEORGIA AVE & FOREST GLEN RD" it keeps "GEORGIA AVE & RD", without a word. Of "12300 BLK N GEORGIA AVE" the parser below it
#   makes the street "BLK N GEORGIA", so that its direction is lost too; and "GEORGIA AVE / FOREST GLEN RD" is one street, GEORGIA AVE
#   FOREST GLEN, of the type "Ambiguous".
# Versions: usaddress-scourgify 0.7.1, usaddress 0.5.16.
# Source: measured by this script; https://github.com/datamade/usaddress/issues/195 asks for block addresses.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check usaddress-scourgify==0.7.1 usaddress==0.5.16
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import usaddress
from scourgify import normalize_address_record

print("usaddress-scourgify", version("usaddress-scourgify"), "usaddress", version("usaddress"))
corner = normalize_address_record("GEORGIA AVE & FOREST GLEN RD, SILVER SPRING, MD 20902")["address_line_1"]
print("GEORGIA AVE & FOREST GLEN RD:", corner)
parts = {}
for address in ("12300 BLK N GEORGIA AVE", "12300 N GEORGIA AVE", "GEORGIA AVE / FOREST GLEN RD"):
    tagged, kind = usaddress.tag(address)
    parts[address] = (tagged["StreetName"], tagged.get("StreetNamePreDirectional"), kind)
    print(f"{address}: street {tagged['StreetName']}, direction {parts[address][1]}, {kind}")
assert corner == "GEORGIA AVE & RD"
assert parts == {
    "12300 BLK N GEORGIA AVE": ("BLK N GEORGIA", None, "Street Address"),
    "12300 N GEORGIA AVE": ("GEORGIA", "N", "Street Address"),
    "GEORGIA AVE / FOREST GLEN RD": ("GEORGIA AVE FOREST GLEN", None, "Ambiguous"),
}
PY
