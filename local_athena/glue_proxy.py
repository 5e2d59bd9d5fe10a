"""Calls handed on to moto, and the few Glue operations that moto lacks and Trino insists on.

Trino's Glue client talks to the front end instead of moto for these alone: without them every write fails.
"""

import json

import urllib3

from local_athena.moto_server import ACCESS_KEY, REGION

# Column statistics: never kept, always empty. User-defined functions: none.
STUBS: dict[str, dict[str, list[str]]] = {
    "DeleteColumnStatisticsForTable": {},
    "DeleteColumnStatisticsForPartition": {},
    "UpdateColumnStatisticsForTable": {"Errors": []},
    "UpdateColumnStatisticsForPartition": {"Errors": []},
    "GetColumnStatisticsForTable": {"ColumnStatisticsList": [], "Errors": []},
    "GetColumnStatisticsForPartition": {"ColumnStatisticsList": [], "Errors": []},
    "GetUserDefinedFunctions": {"UserDefinedFunctions": []},
}


class Moto:
    """Sends calls in AWS's JSON protocol to moto's endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._http = urllib3.PoolManager(maxsize=16)

    def call(self, service: str, target: str, body: bytes) -> tuple[int, bytes]:
        """The status and the body of moto's answer to the operation `target` (Prefix.Operation)."""
        signature = f"Credential={ACCESS_KEY}/20200101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        headers = {
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.1",
            # moto finds the service by the scope of the signature, and verifies nothing.
            "Authorization": f"AWS4-HMAC-SHA256 {signature}",
        }
        response = self._http.request("POST", self._endpoint, body=body, headers=headers)
        return response.status, response.data


def glue_call(moto: Moto, target: str, body: bytes) -> tuple[int, bytes]:
    stub = STUBS.get(target.rpartition(".")[2])
    if stub is not None:
        return 200, json.dumps(stub).encode()
    return moto.call("glue", target, body)
