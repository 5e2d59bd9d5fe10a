"""``python bench/pull_with_sodapy.py URL FILE``: the dataset as gzipped NDJSON by sodapy's get_all."""

import gzip
import json
import sys

from sodapy import Socrata

url, file = sys.argv[1:]
scheme, _, domain = url.partition("://")
client = Socrata(domain, None, timeout=600)
client.uri_prefix = f"{scheme}://"
with gzip.open(file, "wt", encoding="utf-8") as output:
    for row in client.get_all("98cc-bc7d", select="*,:id,:created_at,:updated_at", order=":id", limit=50_000):
        output.write(json.dumps(row) + "\n")
