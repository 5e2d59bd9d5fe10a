#!/usr/bin/env bash
# Guess: `get_all` gives each row of the dataset once, whatever the page size and the form.
# Fact: three ways in which it does not, without a word.
#   1. A portal that sends at most 1,000 rows a page (SODA 2.0 sends 50,000) ends it: asked for pages of 2,000, it takes the first
#      short page for the last one, and 1,000 of 2,500 rows come.
#   2. As CSV the header line of every page comes as a row: 2,503 rows of 2,500.
#   3. An answer 202, "still processing", is an object: its keys come as rows.
# Versions: sodapy 2.2.0.
# Source: measured by this script against a portal on the loopback address; Socrata.get_all in sodapy/socrata.py.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sodapy==2.2.0
"$work/venv/bin/python" - <<'PY'
import http.server
import json
import threading
from importlib.metadata import version
from urllib.parse import parse_qsl, urlparse

from sodapy import Socrata

ROWS = [{"incident_id": f"P{number:04d}"} for number in range(2_500)]
MOST_ROWS = 1_000
processing = False


class Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        query = dict(parse_qsl(url.query))
        offset = int(query.get("$offset", 0))
        rows = ROWS[offset : offset + min(int(query.get("$limit", 1_000)), MOST_ROWS)]
        if processing:
            self.answer(202, "application/json; charset=utf-8", json.dumps({"status": "processing"}))
        elif url.path.endswith(".csv"):
            lines = ["incident_id", *(row["incident_id"] for row in rows)]
            self.answer(200, "text/csv; charset=utf-8", "\n".join(lines) + "\n")
        else:
            self.answer(200, "application/json; charset=utf-8", json.dumps(rows))

    def answer(self, status, content_type, text):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Socrata(f"127.0.0.1:{server.server_port}", "no-token")
client.uri_prefix = "http://"

plain = len(list(client.get_all("98cc-bc7d")))
large_pages = len(list(client.get_all("98cc-bc7d", limit=2_000)))
csv_rows = list(client.get_all("98cc-bc7d", content_type="csv"))
headers = [place for place, row in enumerate(csv_rows) if row == ["incident_id"]]
processing = True
of_202 = list(client.get_all("98cc-bc7d"))
print("sodapy", version("sodapy"))
print(f"pages of 1,000: {plain} rows; pages of 2,000: {large_pages} rows")
print(f"as CSV: {len(csv_rows)} rows, the header at {headers}")
print(f"of an answer 202: {of_202}")
assert (plain, large_pages, len(csv_rows), headers, of_202) == (2_500, 1_000, 2_503, [0, 1001, 2002], ["status"])
PY
