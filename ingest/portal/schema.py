"""The dataset's columns against those that this program knows.

Rows land as they are, so that a change of the columns loses nothing here. It can empty a column of the warehouse.
"""

from dataclasses import dataclass

from ingest.errors import PortalInconsistentError
from ingest.portal.answers import json_of, not_understood
from ingest.portal.dataset import COLUMN_TYPES, NEEDED_FIELDS, OWN_KEYS, STAGED_FIELDS
from ingest.portal.pages import renamed
from terminal.words import words_of_others


@dataclass(frozen=True)
class Harm:
    """Columns that the warehouse reads and cannot fill: gone ones, and those of a type that it cannot read. And those
    of a name in `OWN_KEYS`, which would pass for it."""

    missing: tuple[str, ...] = ()
    retyped: tuple[tuple[str, str], ...] = ()
    own: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.retyped or self.own)

    def without(self, other: "Harm") -> "Harm":
        return Harm(
            tuple(name for name in self.missing if name not in other.missing),
            tuple(change for change in self.retyped if change not in other.retyped),
            tuple(name for name in self.own if name not in other.own),
        )

    @property
    def words(self) -> str:
        parts = [f"has no {name}" for name in self.missing]
        parts += [f"has {name} as {words_of_others(kind)}" for name, kind in self.retyped]
        parts += [
            f"has a column {name}, which lands as {renamed(name)} since {name} is this program's" for name in self.own
        ]
        return f"the dataset {' and '.join(parts)}"

    @property
    def warning(self) -> str:
        """What to tell after a pull that has landed all rows; "" if there is nothing."""
        if not self:
            return ""
        if not self.missing and not self.retyped:
            return (
                f"{self.words}: all rows landed, and no table shows that column; look at the dataset's page for what "
                "it is, and pull with --accept-columns if the change is permanent"
            )
        return (
            f"{self.words}: all rows landed, but the warehouse cannot fill a column that it reads; look at the "
            "dataset's page, and pull with --accept-columns if the change is permanent"
        )


NO_HARM = Harm()


@dataclass(frozen=True)
class Drift:
    """What is not as it was known, by the API's names.

    Attributes:
        harm: What of it the warehouse cannot do without.
        new: Columns that are not known.
        unread: Columns that are known and not read, and what has become of them.
    """

    harm: Harm = NO_HARM
    new: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_columns(body: bytes) -> dict[str, str]:
    """Reads the type of each column from the portal's description of the dataset.

    Computed regions and system fields, whose names start with a colon, are none of the dataset's own.

    Raises:
        DamagedBodyError: The body is no JSON.
        PortalInconsistentError: It is no such description.
    """
    description = json_of(body)
    columns = description.get("columns") if isinstance(description, dict) else None
    if not isinstance(columns, list):
        raise not_understood("describing no dataset", description)
    kinds: dict[str, str] = {}
    for column in columns:
        name, kind = (column.get(key) if isinstance(column, dict) else None for key in ("fieldName", "dataTypeName"))
        if not isinstance(name, str) or not isinstance(kind, str):
            raise not_understood("with a column that has no name or no type", column)
        kinds[name] = kind
    return {name: kind for name, kind in kinds.items() if not name.startswith(":")}


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
    missing = [name for name in COLUMN_TYPES if name not in columns]
    retyped = [
        (name, columns[name]) for name, kinds in COLUMN_TYPES.items() if name in columns and columns[name] not in kinds
    ]
    return Drift(
        harm=Harm(
            missing=tuple(name for name in missing if name in STAGED_FIELDS),
            retyped=tuple((name, kind) for name, kind in retyped if name in STAGED_FIELDS),
            own=tuple(name for name in OWN_KEYS if name in columns),
        ),
        new=tuple(sorted(columns.keys() - COLUMN_TYPES.keys() - set(OWN_KEYS))),
        unread=tuple(
            [f"{name} is gone" for name in missing if name not in STAGED_FIELDS]
            + [f"{name} is of type {kind}" for name, kind in retyped if name not in STAGED_FIELDS]
        ),
    )
