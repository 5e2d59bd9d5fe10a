"""Finds what nobody needs any more in the warehouse bucket, lists it, and deletes it when it is a week old.

    python -m infra.orphans

A build that is killed between writing a table's files and naming them leaves files that no table names; a model that a
release removes leaves its table. Each is told of for a week before it goes. Only folders and databases of this prefix
(DISPATCH_SCHEMA_PREFIX) are looked at; others may be those of a developer.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

KEPT_FOR = timedelta(days=7)
SCHEMAS = ("raw", "staging", "marts_build", "marts", "failed_rows")
MARK = ("marts_build", "being_published")
"""The entry that macros/publish_on_athena.sql makes while it publishes."""

MOST_IN_A_CALL = 1000
"""Objects that S3 deletes at once."""

Table = tuple[str, str]
"""A database and a name."""


@dataclass(frozen=True)
class Folder:
    """Objects of one table's files that no table names.

    Attributes:
        prefix: Of their keys, as far as the folder of the files: ``tables/dispatch_marts/q01/<id>/``.
        newest: When the last of them was written.
    """

    prefix: str
    keys: list[str]
    bytes: int
    newest: datetime


def known_tables(manifest: Mapping[str, Any], prefix: str) -> set[Table]:
    """The tables that the project's models, seeds, tests and sources make, as dbt's manifest has them."""
    tables = {(node["schema"], node["alias"]) for node in manifest["nodes"].values() if node.get("alias")}
    tables |= {(source["schema"], source["identifier"]) for source in manifest["sources"].values()}
    built, published = f"{prefix}dispatch_marts_build", f"{prefix}dispatch_marts"
    tables |= {(published, name) for schema, name in tables if schema == built}
    return tables | {(f"{prefix}dispatch_{MARK[0]}", MARK[1])}


class Warehouse:
    """The bucket's tables.

    Args:
        glue: boto3's client.
        s3: boto3's client.
        address: DISPATCH_WAREHOUSE, ``s3://bucket/tables/``.
        prefix: DISPATCH_SCHEMA_PREFIX.
    """

    def __init__(self, glue: Any, s3: Any, address: str, prefix: str) -> None:
        self._glue = glue
        self._s3 = s3
        self._bucket, _, self._root = address.removeprefix("s3://").rstrip("/").partition("/")
        self._databases = [f"{prefix}dispatch_{schema}" for schema in SCHEMAS]

    def tables(self) -> dict[Table, datetime]:
        """All tables, and when each was changed last."""
        found = {}
        for database in self._databases:
            for table in self._all(self._glue, "get_tables", "TableList", DatabaseName=database):
                found[database, table["Name"]] = table.get("UpdateTime") or table["CreateTime"]
        return found

    def locations(self, tables: Iterable[Table]) -> set[str]:
        """Where files of tables are, of their versions and of their partitions too, as prefixes of keys."""
        found = set()
        for database, name in tables:
            about = {"DatabaseName": database, "TableName": name}
            versions = [
                version["Table"] for version in self._all(self._glue, "get_table_versions", "TableVersions", **about)
            ]
            current = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
            parts = (
                self._all(self._glue, "get_partitions", "Partitions", **about) if current.get("PartitionKeys") else []
            )
            for one in (current, *versions, *parts):
                location = one.get("StorageDescriptor", {}).get("Location", "")
                if location.startswith(f"s3://{self._bucket}/"):
                    found.add(location.removeprefix(f"s3://{self._bucket}/").rstrip("/") + "/")
        return found

    def orphans(self, locations: set[str]) -> list[Folder]:
        """The folders of objects that are at none of these places."""
        objects: dict[str, list[Any]] = {}
        for database in self._databases:
            where = f"{self._root}/{database}/"
            for entry in self._all(self._s3, "list_objects_v2", "Contents", Bucket=self._bucket, Prefix=where):
                key = entry["Key"]
                ends = (place + 1 for place, sign in enumerate(key) if sign == "/")
                if not any(key[:end] in locations for end in ends):
                    # tables/<database>/<table>/<id>/
                    objects.setdefault("/".join(key.split("/")[:4]) + "/", []).append(entry)
        return [
            Folder(
                prefix,
                [entry["Key"] for entry in entries],
                sum(entry["Size"] for entry in entries),
                max(entry["LastModified"] for entry in entries),
            )
            for prefix, entries in sorted(objects.items())
        ]

    def delete_table(self, table: Table) -> None:
        self._glue.delete_table(DatabaseName=table[0], Name=table[1])

    def delete(self, folder: Folder) -> None:
        for start in range(0, len(folder.keys), MOST_IN_A_CALL):
            some = [{"Key": key} for key in folder.keys[start : start + MOST_IN_A_CALL]]
            self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": some, "Quiet": True})

    def _all(self, client: Any, operation: str, key: str, **about: str) -> Iterator[Any]:
        """All of what a listing gives, page by page; nothing of a database that is not there."""
        try:
            for page in client.get_paginator(operation).paginate(**about):
                yield from page.get(key, [])
        except self._glue.exceptions.EntityNotFoundException:
            return


def clear(warehouse: Warehouse, known: set[Table], now: datetime) -> list[str]:
    """Deletes what is needed no more and is a week old; says of each thing what was or will be done, in a sentence."""
    said = []
    kept = []
    for table, changed in sorted(warehouse.tables().items()):
        kept.append(table)
        if table in known:
            continue
        what = f"the table {table[0]}.{table[1]}, which no model makes, last changed on {changed:%Y-%m-%d}"
        if now - changed > KEPT_FOR:
            warehouse.delete_table(table)
            kept.pop()
            said.append(f"Deleted {what}")
        else:
            said.append(f"To be deleted {KEPT_FOR.days} days after its last change: {what}")
    for folder in warehouse.orphans(warehouse.locations(kept)):
        what = f"{folder.prefix}, which no table names: {len(folder.keys):,} objects of {folder.bytes / 1e6:,.1f} MB"
        if now - folder.newest > KEPT_FOR:
            warehouse.delete(folder)
            said.append(f"Deleted {what}, last written on {folder.newest:%Y-%m-%d}")
        else:
            said.append(f"To be deleted {KEPT_FOR.days} days after it was written, {folder.newest:%Y-%m-%d}: {what}")
    return said


def main() -> int:
    prefix = os.environ.get("DISPATCH_SCHEMA_PREFIX", "")
    warehouse = Warehouse(boto3.client("glue"), boto3.client("s3"), os.environ["DISPATCH_WAREHOUSE"], prefix)
    manifest = json.loads(Path("target/manifest.json").read_text())
    for sentence in clear(warehouse, known_tables(manifest, prefix), datetime.now(UTC)):
        print(sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
