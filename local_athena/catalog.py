"""The Glue catalog, as the statements need it."""

import base64
import json
import re
from typing import Any

from mypy_boto3_glue.client import GlueClient

# What UpdateTable takes of what GetTable gives.
TABLE_INPUT = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
)


class NotInCatalogError(LookupError):
    """No such database or table."""


class AlreadyInCatalogError(ValueError):
    """A database or table of that name is there."""


class Catalog:
    """Databases and tables. A table is a dict with the keys of Glue's Table."""

    def __init__(self, glue: GlueClient) -> None:
        self.glue = glue

    def create_database(self, name: str) -> None:
        try:
            self.glue.create_database(DatabaseInput={"Name": name})
        except self.glue.exceptions.AlreadyExistsException:
            raise AlreadyInCatalogError(f"SCHEMA_ALREADY_EXISTS: Schema '{name}' already exists") from None

    def delete_database(self, name: str) -> None:
        try:
            self.glue.delete_database(Name=name)
        except self.glue.exceptions.EntityNotFoundException:
            raise NotInCatalogError(f"SCHEMA_NOT_FOUND: Schema '{name}' does not exist") from None

    def databases(self) -> list[dict[str, Any]]:
        pages = self.glue.get_paginator("get_databases").paginate()
        return [dict(database) for page in pages for database in page["DatabaseList"]]

    def tables(self, database: str) -> list[dict[str, Any]]:
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=database)
        try:
            return [dict(table) for page in pages for table in page["TableList"]]
        except self.glue.exceptions.EntityNotFoundException:
            raise NotInCatalogError(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist") from None

    def table(self, database: str, name: str) -> dict[str, Any]:
        try:
            return dict(self.glue.get_table(DatabaseName=database, Name=name)["Table"])
        except self.glue.exceptions.EntityNotFoundException:
            raise NotInCatalogError(f"TABLE_NOT_FOUND: Table '{database}.{name}' does not exist") from None

    def create_table(self, database: str, table: dict[str, Any]) -> None:
        try:
            self.glue.create_table(DatabaseName=database, TableInput=table)  # type: ignore[arg-type]
        except self.glue.exceptions.AlreadyExistsException:
            raise AlreadyInCatalogError(f"TABLE_ALREADY_EXISTS: Table '{database}.{table['Name']}' exists") from None
        except self.glue.exceptions.EntityNotFoundException:
            raise NotInCatalogError(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist") from None

    def update_table(self, database: str, table: dict[str, Any]) -> None:
        kept = {key: table[key] for key in TABLE_INPUT if table.get(key) not in ("", None)}
        self.glue.update_table(DatabaseName=database, TableInput=kept)  # type: ignore[arg-type]

    def delete_table(self, database: str, name: str) -> None:
        """Takes the table out of the catalog; its files stay."""
        self.glue.delete_table(DatabaseName=database, Name=name)


def is_iceberg(table: dict[str, Any]) -> bool:
    kind: str = table.get("Parameters", {}).get("table_type", "")
    return kind.upper() == "ICEBERG"


def view_columns(table: dict[str, Any]) -> list[dict[str, str]]:
    """The columns (`name`, Trino's `type`) of a view, from the text that Trino and Athena alike store with it."""
    encoded = re.fullmatch(r"/\* Presto View: (.*) \*/", table["ViewOriginalText"])
    assert encoded is not None, "a view without Presto's text"
    columns: list[dict[str, str]] = json.loads(base64.b64decode(encoded[1]))["columns"]
    return columns
