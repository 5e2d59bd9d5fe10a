"""The dataset's columns against those that this program knows.

Rows land as they are, so that a change of the columns loses nothing here. It can empty a column of the warehouse.
"""

import json
from dataclasses import dataclass

from ingest.dataset import COLUMN_TYPES, NEEDED_FIELDS
from ingest.errors import DamagedBodyError, PortalInconsistentError


@dataclass(frozen=True)
class Drift:
    """Columns, by the API's names, that are new, missing, or (with their new type) of a type that no reader expects."""

    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retyped: tuple[tuple[str, str], ...] = ()

    @property
    def harm(self) -> str:
        """What of it empties columns of the warehouse, in words; "" if nothing does."""
        parts = [f"has no {name}" for name in self.missing]
        parts += [f"has {name} as {kind}" for name, kind in self.retyped]
        return " and ".join(parts)

    @property
    def warning(self) -> str:
        """The same in a sentence, for a pull that has landed all rows."""
        if not self.harm:
            return ""
        return f"the dataset {self.harm}: all rows landed as they are, but the warehouse cannot fill that column"


def read_columns(body: bytes) -> dict[str, str]:
    """Reads the type of each column from the portal's description of the dataset.

    Computed regions and system fields, whose names start with a colon, are none of the dataset's own.

    Raises:
        DamagedBodyError: The body is no such description.
    """
    try:
        columns = {column["fieldName"]: column["dataTypeName"] for column in json.loads(body)["columns"]}
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedBodyError(f"it describes no dataset: {body[:80].decode(errors='replace')}") from error
    return {name: kind for name, kind in columns.items() if not name.startswith(":")}


def check_columns(columns: dict[str, str]) -> Drift:
    """Tells what has changed.

    Args:
        columns: The type of each column.

    Raises:
        PortalInconsistentError: A column is gone without which a row is no incident.
    """
    gone = [name for name in NEEDED_FIELDS if name not in columns]
    if gone:
        raise PortalInconsistentError(
            f"the dataset has no column {' and no '.join(gone)} any more, without which a row is no incident: "
            "nothing has landed; look at the dataset's page, it may have been renamed"
        )
    return Drift(
        new=tuple(sorted(columns.keys() - COLUMN_TYPES.keys())),
        missing=tuple(name for name in COLUMN_TYPES if name not in columns),
        retyped=tuple(
            (name, columns[name])
            for name, kinds in COLUMN_TYPES.items()
            if name in columns and columns[name] not in kinds
        ),
    )
