#!/usr/bin/env bash
# Guess: `load(nrows=60_000)` reads 60,000 rows of a dataset, or whole pages up to that number.
# Fact: where the number is larger than one page of the portal (50,000 rows of SODA 2.0), it reads the dataset to its end and throws
#   away what is too much: 250,000 rows here, 1.9 million of this county's. Up to one page it reads what was asked for.
# Versions: openpolicedata 0.12, sodapy 2.2.0.
# Source: measured by this script against a portal on the loopback address; Socrata.load in openpolicedata/data_loaders/socrata.py,
#   whose loop ends where one page holds as many rows as the whole order.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpolicedata==0.12 sodapy==2.2.0
"$work/venv/bin/python" -W ignore - <<'PY'
import http.server
import json
import threading
from importlib.metadata import version
from urllib.parse import parse_qsl, urlparse

from openpolicedata.data_loaders.socrata import Socrata

ROWS = 250_000
MOST_ROWS = 50_000
sent = 0


class Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global sent
        query = dict(parse_qsl(urlparse(self.path).query))
        if "count" in query.get("$select", ""):
            rows = [{"count": str(ROWS)}]
        else:
            first = int(query.get("$offset", 0))
            last = min(ROWS, first + min(int(query.get("$limit", 1_000)), MOST_ROWS))
            rows = [{"incident_id": f"P{number}"} for number in range(first, last)]
            sent += len(rows)
        body = json.dumps(rows).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
threading.Thread(target=server.serve_forever, daemon=True).start()
loader = Socrata(f"127.0.0.1:{server.server_port}", "98cc-bc7d")
loader.client.uri_prefix = "http://"

print("openpolicedata", version("openpolicedata"))
read = {}
for asked in (50_000, 60_000):
    sent = 0
    got = len(loader.load(nrows=asked, pbar=False))
    read[asked] = sent
    print(f"asked for {asked:,} rows: {got:,} came back, the portal sent {sent:,}")
assert read == {50_000: 50_000, 60_000: ROWS}
PY
