"""Athena's operations on catalogs, databases and tables, which dashboards list: read from Glue.

Source of the shapes: https://docs.aws.amazon.com/athena/latest/APIReference/
"""

import re
from collections.abc import Mapping
from typing import Any

from local_athena.api_errors import ApiError
from local_athena.catalog import Catalog, NotInCatalogError
from local_athena.paging import page
from local_athena.queries import CATALOG_NAME, ENGINE

LARGEST_PAGE = 50


class Metadata:
    """There is one catalog, AwsDataCatalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def list_data_catalogs(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"DataCatalogsSummary": [{"CatalogName": CATALOG_NAME, "Type": "GLUE"}]}

    def get_data_catalog(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _check_catalog(request["Name"])
        return {"DataCatalog": {"Name": CATALOG_NAME, "Type": "GLUE", "Parameters": {}}}

    def list_engine_versions(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"EngineVersions": [ENGINE]}

    def list_databases(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _check_catalog(request["CatalogName"])
        databases, token = page(self._catalog.databases(), request, LARGEST_PAGE)
        return {"DatabaseList": [_database(database) for database in databases], **token}

    def get_database(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _check_catalog(request["CatalogName"])
        for database in self._catalog.databases():
            if database["Name"] == request["DatabaseName"]:
                return {"Database": _database(database)}
        raise ApiError(f"Database {request['DatabaseName']} not found", "MetadataException")

    def list_table_metadata(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _check_catalog(request["CatalogName"])
        try:
            tables = self._catalog.tables(request["DatabaseName"])
        except NotInCatalogError as error:
            raise ApiError(str(error), "MetadataException") from None
        expression = request.get("Expression")
        wanted = [t for t in tables if not expression or re.fullmatch(expression, t["Name"], re.I)]
        shown, token = page(wanted, request, LARGEST_PAGE)
        return {"TableMetadataList": [_table(table) for table in shown], **token}

    def get_table_metadata(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _check_catalog(request["CatalogName"])
        try:
            return {"TableMetadata": _table(self._catalog.table(request["DatabaseName"], request["TableName"]))}
        except NotInCatalogError as error:
            raise ApiError(str(error), "MetadataException") from None


def _check_catalog(name: str) -> None:
    if name.lower() != CATALOG_NAME.lower():
        raise ApiError(f"Catalog {name} was not found")


def _database(database: Mapping[str, Any]) -> dict[str, Any]:
    return {key: database[key] for key in ("Name", "Description", "Parameters") if database.get(key)}


def _table(table: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "Name": table["Name"],
        "TableType": table.get("TableType", ""),
        "Columns": [_column(column) for column in table["StorageDescriptor"]["Columns"]],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys", [])],
        "Parameters": table.get("Parameters", {}),
    }
    if created := table.get("CreateTime"):
        shown["CreateTime"] = created
    return shown


def _column(column: Mapping[str, Any]) -> dict[str, str]:
    return {key: column[key] for key in ("Name", "Type", "Comment") if column.get(key)}
