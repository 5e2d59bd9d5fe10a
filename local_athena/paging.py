"""Lists in pages, by the API's MaxResults and NextToken."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from local_athena.api_errors import ApiError

Item = TypeVar("Item")


def page(items: Sequence[Item], request: Mapping[str, Any], largest: int) -> tuple[list[Item], dict[str, str]]:
    """One page of the items, and the answer's NextToken (none after the last page). `largest` is also the default."""
    size = request.get("MaxResults") or largest
    if not 1 <= size <= largest:
        raise ApiError(f"MaxResults must be between 1 and {largest}, not {size}")
    token = request.get("NextToken") or "0"
    if not token.isdecimal() or int(token) > len(items):
        raise ApiError(f"Invalid NextToken: {token}")
    start = int(token)
    end = start + size
    return list(items[start:end]), {"NextToken": str(end)} if end < len(items) else {}
