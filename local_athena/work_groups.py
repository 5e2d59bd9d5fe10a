"""Athena's work groups: kept by moto, which has `primary` without an output location."""

from collections.abc import Mapping
from typing import Any

from mypy_boto3_athena.client import AthenaClient

from local_athena.api_errors import ApiError


class WorkGroups:
    """Reads the work groups of moto's Athena."""

    def __init__(self, athena: AthenaClient) -> None:
        self._athena = athena

    def get(self, name: str) -> dict[str, Any]:
        found = self._athena.get_work_group(WorkGroup=name).get("WorkGroup")
        if not found:
            raise ApiError(f"WorkGroup {name} is not found.")
        return dict(found)

    def get_work_group(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"WorkGroup": self.get(request["WorkGroup"])}

    def output_location(self, name: str, requested: Mapping[str, Any]) -> str:
        """Where results would go: what the work group enforces, or the caller wants, or the work group has."""
        configuration = self.get(name).get("Configuration") or {}
        default = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
        wanted = requested.get("OutputLocation")
        location = default if configuration.get("EnforceWorkGroupConfiguration") else wanted or default
        if not location:
            raise ApiError(
                "No output location provided. An output location is required either through the Workgroup result "
                "configuration setting or as an API input."
            )
        return str(location)
