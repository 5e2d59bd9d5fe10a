"""``python bench/pull_with_dlt.py URL FOLDER``: the dataset as gzipped NDJSON by dlt, from rest_api to filesystem."""

import os
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__REQUEST_TIMEOUT"] = "600"
url, folder = sys.argv[1:]
source = rest_api_source({
    "client": {"base_url": url},
    "resources": [{
        "name": "incidents",
        "endpoint": {
            "path": "resource/98cc-bc7d.json",
            "params": {"$select": "*,:id,:created_at,:updated_at", "$order": ":id"},
            "paginator": {
                "type": "offset", "limit": 50_000, "limit_param": "$limit", "offset_param": "$offset",
                "total_path": None,
            },
        },
    }],
})  # fmt: skip
pipeline = dlt.pipeline(
    "county",
    destination=dlt.destinations.filesystem(f"file://{folder}"),
    dataset_name="raw",
    pipelines_dir=f"{folder}/state",
)
pipeline.run(source, loader_file_format="jsonl")
