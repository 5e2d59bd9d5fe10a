"""Which columns a file must have: one that lacks some would blank them in incidents that have landed whole."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from ingest.errors import UsageError
from ingest.files.json_rows import Row
from ingest.files.readable import clean, is_withdrawn, shown
from ingest.portal.dataset import FIELDS, NEEDED_FIELDS, STAGED_FIELDS

SPARSE = frozenset(
    {
        "cr_number",
        "crash_reports",
        "calltime_dispatch",
        "calltime_arrive",
        "callroute_dispatch",
        "dispatch_arrive",
        "arrive_cleared",
    }
)
"""Fields that are null in many rows, and so absent in many rows of JSON. Any other is null in 0.03 % at most of 786,255
rows that were counted."""

ROWS_WITH_ALL = 1_000
"""So many rows have each field that is not always null: a page of the API's default size. The rarest, `crash_reports`,
is in 6 % of the rows of June 2024, and an arrival in 2 % of the telephone reports."""

_RENAMED = {"crime_reports": "cr_number", "beat": "sector", "location": "geolocation"}


_WITHDRAWS = "which would withdraw incidents from the warehouse: rename it, or leave it out"


@lru_cache(maxsize=1_000)
def field_name(header: str) -> str:
    """The API's name for a column: ``Crime Reports`` is ``cr_number``, and so is ``Crime.Reports``, as R writes it."""
    name = re.sub(r"[\s_.-]+", "_", clean(header).lower())
    return _RENAMED.get(name, name)


def check_header(fields: list[str]) -> None:
    """Holds a table's columns against those that are needed.

    Args:
        fields: The columns, by the API's names; "" for one without a name.

    Raises:
        UsageError: A needed column is not there, or one is there twice, or one would withdraw incidents.
    """
    missing = [field for field in STAGED_FIELDS if field not in fields]
    if missing:
        unknown = [field for field in fields if field and field not in FIELDS]
        told = f"; it has {shown(', '.join(unknown))}" if unknown else ""
        raise UsageError(f"this is no export of the dataset: its header lacks {', '.join(missing)}{told}")
    repeated = [field for field, columns in Counter(fields).items() if field and columns > 1]
    if repeated:
        raise UsageError(f"its header has two columns for {', '.join(repeated)}")
    if "deleted" in fields:
        raise UsageError(f"its header has a column deleted, {_WITHDRAWS}")


def has_landed(row: Row) -> bool:
    """Whether a row has landed elsewhere, as a version of an incident or its tombstone: it says when it was read."""
    return bool(row.get("row_ts"))


def check_row(row: Row, place: str) -> None:
    """Holds that a row is an incident, which can be told from others and has a place in time; or withdraws one.

    Raises:
        UsageError: It lacks one of `NEEDED_FIELDS`, or the time that its `row_ts` should be; or it would withdraw its
            incident, and has not landed elsewhere.
    """
    if not clean(str(row.get("row_ts", "x") or "")):
        raise UsageError(f"{place}, column row_ts: it is empty: leave it out of rows that have not landed elsewhere")
    if is_withdrawn(row) and not has_landed(row):
        raise UsageError(f"{place} has deleted: true, {_WITHDRAWS}")
    lacking = [field for field in NEEDED_FIELDS if not clean(str(row.get(field) or ""))]
    if lacking == ["start_time"]:
        if has_landed(row) and is_withdrawn(row):
            return
        raise UsageError(f"{place} has no start_time, without which a row is no incident")
    if lacking:
        instead = "it is empty" if "incident_id" in row else f"it has {shown(', '.join(row))}"
        raise UsageError(f"{place} has no incident_id, without which a row is no incident: {instead}")


def check_keys(keys: Iterable[str], rows: int) -> None:
    """Holds the keys of all of a file's rows, taken together, against those that are needed.

    A single row may lack any, since the portal leaves out what is null.

    Args:
        keys: Each key that some row has.
        rows: How many rows there are.

    Raises:
        UsageError: A needed one is in no row.
    """
    present = set(keys)
    missing = [
        field for field in STAGED_FIELDS if field not in present and (field not in SPARSE or rows >= ROWS_WITH_ALL)
    ]
    if missing:
        raise UsageError(
            f"it lacks {', '.join(missing)} in all of its rows, which would blank that in the warehouse: "
            "save it anew with all columns, or as CSV if these are empty"
        )
