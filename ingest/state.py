"""What a pull remembers between runs."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from ingest import durable
from ingest.dataset import DATASET
from ingest.errors import IngestError
from ingest.pages import Cursor
from ingest.paging import Selection, Window

VERSION = 1


@dataclass(frozen=True)
class Run:
    """A pull that has begun: its window, what the portal counted at its start, and how far it got."""

    window: Window
    started: str
    """UTC."""
    portal_count: int
    """Rows of the selection, whatever their stamps."""
    expected: int
    """Rows of the window."""
    rows: int = 0
    """Rows landed, up to the cursor."""
    cursor: Cursor | None = None


@dataclass(frozen=True)
class State:
    watermark: str | None = None
    """All rows with a stamp up to this one have landed."""
    count: int | None = None
    """Rows that the portal had when the run that set the watermark began."""
    run: Run | None = None
    """The unfinished pull of everything, or of everything new."""
    range_run: Run | None = None
    """The unfinished pull of a range of start_time. Such a pull never moves the watermark."""
    new_columns: tuple[str, ...] = ()
    """Columns of the dataset that this program does not know, and has told of."""

    def unfinished(self, selection: Selection) -> Run | None:
        """The run that a pull of this selection goes on with."""
        run = self.run if selection.is_everything else self.range_run
        return run if run and run.window.selection == selection else None

    def with_run(self, run: Run) -> "State":
        return replace(self, run=run) if run.window.selection.is_everything else replace(self, range_run=run)

    def without_run(self, selection: Selection) -> "State":
        return replace(self, run=None) if selection.is_everything else replace(self, range_run=None)

    def after(self, run: Run) -> "State":
        """The state when a run has read all of its window."""
        state = self.without_run(run.window.selection)
        if run.window.selection.is_everything:
            return replace(state, watermark=run.window.hi, count=run.portal_count)
        return state


class StateStore(Protocol):
    def load(self) -> State:
        """The state as last saved; an empty one if none was."""

    def save(self, state: State) -> None:
        """Saves the state. When this returns, it outlives a crash."""


class NoStateStore:
    """Remembers nothing, for a run that begins anew each time."""

    def load(self) -> State:
        return State()

    def save(self, state: State) -> None:
        pass


class FileStateStore:
    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> State:
        """
        Raises:
            IngestError: The file is damaged, or of another version or dataset.
        """
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return State()
        return from_json(text, str(self._path))

    def save(self, state: State) -> None:
        durable.replace_file(self._path, to_json(state))


def to_json(state: State, **more: str) -> bytes:
    """Writes a state as a document, with more keys that mean nothing to it."""
    document = {"version": VERSION, "dataset": DATASET, **asdict(state), **more}
    return json.dumps(document, indent=2).encode() + b"\n"


def from_json(text: str, where: str) -> State:
    """Reads a document that `to_json` wrote.

    Raises:
        IngestError: It is damaged, or of another version or dataset. The message says where it is.
    """
    try:
        return _state(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise IngestError(
            f"{where} cannot be used ({reason}): move it away and pull again, which reads everything anew"
        ) from error


def _state(document: dict[str, Any]) -> State:
    if document["version"] != VERSION:
        raise ValueError(f"its version is {document['version']}, this program knows {VERSION}")
    if document["dataset"] != DATASET:
        raise ValueError(f"it is about dataset {document['dataset']}, not {DATASET}")
    return State(
        watermark=document["watermark"],
        count=document["count"],
        run=_run(document["run"]),
        range_run=_run(document["range_run"]),
        new_columns=tuple(document.get("new_columns", ())),
    )


def _run(document: dict[str, Any] | None) -> Run | None:
    if document is None:
        return None
    window = document["window"]
    return Run(
        **{
            **document,
            "window": Window(**{**window, "selection": Selection(**window["selection"])}),
            "cursor": Cursor(**document["cursor"]) if document["cursor"] else None,
        }
    )
