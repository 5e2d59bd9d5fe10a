"""Keeps what dbt says of a build in the warehouse bucket, also of one that failed.

    python -m infra.artifacts

writes run_results.json, manifest.json and failed_rows.json to ``artifacts/builds/<build>/``, where the mail about a
failure looks (`infra.tell`), and the first two of a build that succeeded also to ``artifacts/latest/``.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

OF_EVERY_BUILD = {
    "target/run_results.json": "run_results.json",
    "target/manifest.json": "manifest.json",
    # What `dbt test --store-failures` made of the tests that failed.
    "failed/run_results.json": "failed_rows.json",
}
OF_A_GOOD_ONE = {
    "target/run_results.json": "run_results.json",
    "target/manifest.json": "manifest.json",
}
TASKS = ("build", "rebuild")


def keep(s3: Any, environment: Mapping[str, str], folder: Path) -> list[str]:
    """Uploads the files that are there, and returns their addresses.

    Args:
        s3: boto3's client.
        environment: CodeBuild's and the stack's: TASK, CODEBUILD_BUILD_ID, CODEBUILD_BUILD_SUCCEEDING ("1" or "0") and
            DISPATCH_ATHENA_RESULTS, ``s3://bucket/results/``.
        folder: The project's.
    """
    bucket = environment["DISPATCH_ATHENA_RESULTS"].removeprefix("s3://").partition("/")[0]
    build = environment["CODEBUILD_BUILD_ID"].rpartition(":")[2]
    wanted = {file: f"artifacts/builds/{build}/{name}" for file, name in OF_EVERY_BUILD.items()}
    uploads = list(wanted.items())
    if environment["TASK"] in TASKS and environment.get("CODEBUILD_BUILD_SUCCEEDING") == "1":
        uploads += [(file, f"artifacts/latest/{name}") for file, name in OF_A_GOOD_ONE.items()]
    kept = []
    for file, key in uploads:
        path = folder / file
        if path.exists():
            s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType="application/json")
            kept.append(f"s3://{bucket}/{key}")
    return kept


def main() -> int:
    for address in keep(boto3.client("s3"), os.environ, Path.cwd()):
        print(f"Kept {address}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
