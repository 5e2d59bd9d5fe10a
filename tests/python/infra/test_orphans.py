"""What nobody needs any more: found, told of for a week, and then deleted, and nothing else.

On moto, which has Glue and S3. That dbt and Athena leave such things behind was read in their sources.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.orphans import Table, Warehouse, clear, known_tables

MART, GONE, LINES = ("dispatch_marts", "q01"), ("dispatch_marts", "q99"), ("dispatch_staging", "stg_landed_lines")
NOW = datetime.now(UTC)
# Reckoned when the tests are collected, which may be an hour before what they make is made.
AFTER_A_WEEK = NOW + timedelta(days=8)
MANIFEST = {
    "nodes": {
        "model.dispatch.q01": {"schema": "dispatch_marts_build", "alias": "q01"},
        "model.dispatch.lines": {"schema": "dispatch_staging", "alias": "stg_landed_lines"},
        "analysis.dispatch.x": {"schema": "dispatch", "alias": None},
    },
    "sources": {"source.dispatch.raw.incidents": {"schema": "dispatch_raw", "identifier": "incidents"}},
}
KEPT = {
    "tables/dispatch_marts/q01/new/1.parquet",
    "tables/dispatch_marts/q01/old/1.parquet",
    "tables/dispatch_staging/stg_landed_lines/a/landed_date=2026-11-01/1.parquet",
    "tables/elsewhere/landed_date=2026-11-02/1.parquet",
    "tables/anna_dispatch_marts/q01/of-a-developer/1.parquet",
    "results/1.csv",
}
ORPHANS = {
    "tables/dispatch_marts/q01/killed/1.parquet",
    "tables/dispatch_marts/q01/newer/1.parquet",
    "tables/dispatch_staging/stg_incidents/killed/data/1.parquet",
}
OF_REMOVED = {"tables/dispatch_marts/q99/x/1.parquet"}


@pytest.fixture
def account() -> Iterator[tuple[Any, Any]]:
    """Glue and S3 with a published mart and its version before, a mart of no model, and what killed builds left."""
    with mock_aws():
        glue: Any
        glue = boto3.client("glue", "us-east-1")
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="warehouse")
        for key in KEPT | ORPHANS | OF_REMOVED:
            s3.put_object(Bucket="warehouse", Key=key, Body=b"x")
        for database in ("dispatch_marts", "dispatch_staging", "dispatch_raw"):
            glue.create_database(DatabaseInput={"Name": database})
        make(glue, MART, "dispatch_marts/q01/old")
        glue.update_table(DatabaseName=MART[0], TableInput=described(MART[1], "dispatch_marts/q01/new"))
        make(glue, GONE, "dispatch_marts/q99/x")
        make(glue, LINES, "dispatch_staging/stg_landed_lines/a", PartitionKeys=[{"Name": "landed_date"}])
        glue.create_partition(
            DatabaseName=LINES[0],
            TableName=LINES[1],
            PartitionInput={
                "Values": ["2026-11-02"],
                "StorageDescriptor": {"Location": "s3://warehouse/tables/elsewhere/landed_date=2026-11-02"},
            },
        )
        make(glue, ("dispatch_raw", "incidents"), "../landing")
        yield glue, s3


def described(name: str, folder: str, **more: Any) -> dict[str, Any]:
    return {"Name": name, "StorageDescriptor": {"Location": f"s3://warehouse/tables/{folder}"}, **more}


def make(glue: Any, table: Table, folder: str, **more: Any) -> None:
    glue.create_table(DatabaseName=table[0], TableInput=described(table[1], folder, **more))


def keys(s3: Any) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket="warehouse")["Contents"]}


def run(account: tuple[Any, Any], now: datetime) -> list[str]:
    return clear(Warehouse(*account, "s3://warehouse/tables/", ""), known_tables(MANIFEST, ""), now)


def test_they_are_told_of_for_a_week(account: tuple[Any, Any]) -> None:
    said = run(account, NOW)

    assert keys(account[1]) == KEPT | ORPHANS | OF_REMOVED
    assert len(said) == 4
    assert said[0].startswith(
        "To be deleted 7 days after its last change: the table dispatch_marts.q99, which no model"
    )
    assert said[1].startswith("To be deleted 7 days after it was written")
    assert "tables/dispatch_marts/q01/killed/, which no table names: 1 objects of 0.0 MB" in said[1]


def test_then_they_are_deleted_and_nothing_else(account: tuple[Any, Any]) -> None:
    said = run(account, AFTER_A_WEEK)

    assert keys(account[1]) == KEPT
    glue = account[0]
    assert [table["Name"] for table in glue.get_tables(DatabaseName="dispatch_marts")["TableList"]] == ["q01"]
    assert [sentence.split(" ")[0] for sentence in said] == ["Deleted"] * 5
    assert run(account, AFTER_A_WEEK) == []
