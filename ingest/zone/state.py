"""What a pull remembers between runs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest.errors import IngestError
from ingest.portal.dataset import DATASET
from ingest.portal.pages import Cursor
from ingest.portal.paging import Selection, Window
from ingest.portal.schema import NO_HARM, Harm
from ingest.times import is_in_future, parse_utc_stamp, utc_now
from ingest.zone import durable
from terminal.words import words_of_others

T = TypeVar("T")

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
    folds: bool = False
    """Whether it leaves out rows whose content has landed."""


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
    told_columns: tuple[str, ...] = ()
    """What has changed of the dataset's columns without harm, and has been told of."""
    harm: Harm = NO_HARM
    """What has changed of them with harm, and has not been accepted."""
    accepted: Harm = NO_HARM
    """What has been accepted of that."""
    newest_landed: str | None = None
    """The stamp of the last row that landed."""

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
            content = self._path.read_bytes()
        except FileNotFoundError:
            return State()
        return from_json(content, str(self._path))

    def save(self, state: State) -> None:
        durable.replace_file(self._path, to_json(state))


def to_json(state: State, **more: str) -> bytes:
    """Writes a state as a document, with more keys that mean nothing to it."""
    document = {"version": VERSION, "dataset": DATASET, **asdict(state), **more}
    return json.dumps(document, indent=2).encode() + b"\n"


def from_json(content: bytes, where: str) -> State:
    """Reads a document that `to_json` wrote.

    Args:
        content: The document.
        where: Its name, for the message.

    Raises:
        IngestError: It is damaged, or of another version or dataset, or has a stamp that no portal could have written.
    """
    try:
        state = _state(json.loads(content))
        for stamp in _stamps(state):
            if is_in_future(parse_utc_stamp(stamp), utc_now()):
                raise ValueError(f"its stamp {stamp} is more than a day ahead of this machine's clock")
        return state
    except (ValueError, RecursionError) as error:
        raise IngestError(
            f"{where} cannot be used ({words_of_others(error)}): move it away and pull again, "
            "which reads everything anew"
        ) from error


def _stamps(state: State) -> Iterator[str]:
    if state.watermark:
        yield state.watermark
    for run in (state.run, state.range_run):
        if run:
            yield run.window.hi
            if run.cursor:
                yield run.cursor.updated_at


def _state(document: object) -> State:
    """
    Raises:
        ValueError: The document is none of a state. The message is a part of a sentence.
    """
    fields = _Fields(document)
    if fields.whole_number("version") != VERSION:
        raise ValueError(f"its version is {fields.whole_number('version')}, this program knows {VERSION}")
    if fields.text("dataset") != DATASET:
        raise ValueError(f"it is about dataset {fields.text('dataset')}, not {DATASET}")
    return State(
        watermark=fields.optional("watermark", fields.stamp),
        count=fields.optional("count", fields.whole_number),
        run=fields.optional("run", lambda name: _run(fields.object(name))),
        range_run=fields.optional("range_run", lambda name: _run(fields.object(name))),
        told_columns=fields.texts("told_columns"),
        harm=_harm(fields, "harm"),
        accepted=_harm(fields, "accepted"),
        # Of an earlier version the state has none.
        newest_landed=fields.optional("newest_landed", fields.stamp) if fields.has("newest_landed") else None,
    )


def _harm(fields: "_Fields", name: str) -> Harm:
    """None where there is no such field, as in the state of an earlier version."""
    if not fields.has(name):
        return NO_HARM
    harm = fields.object(name)
    return Harm(missing=harm.texts("missing"), retyped=harm.pairs("retyped"), own=harm.texts("own"))


def _run(fields: "_Fields") -> Run:
    window = fields.object("window")
    selection = window.object("selection")
    return Run(
        window=Window(
            selection=Selection(
                since=selection.optional("since", selection.text), until=selection.optional("until", selection.text)
            ),
            lo=window.optional("lo", window.stamp),
            hi=window.stamp("hi"),
        ),
        started=fields.stamp("started"),
        portal_count=fields.whole_number("portal_count"),
        expected=fields.whole_number("expected"),
        rows=fields.whole_number("rows"),
        cursor=fields.optional("cursor", lambda name: _cursor(fields.object(name))),
        folds=fields.has("folds") and fields.flag("folds"),
    )


def _cursor(fields: "_Fields") -> Cursor:
    return Cursor(updated_at=fields.stamp("updated_at"), id=fields.text("id"))


class _Fields:
    """The fields of a JSON object, by the types that they must have; each raises ValueError where it has another."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict):
            raise ValueError("it is no JSON object")
        self._document: dict[str, Any] = document

    def has(self, name: str) -> bool:
        return name in self._document

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        return None if self._value(name) is None else read(name)

    def text(self, name: str) -> str:
        value = self._value(name)
        if not isinstance(value, str):
            raise ValueError(f"its {name} is no text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """None at all where there is no such field."""
        values = self._document.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"its {name} is no list of texts")
        return tuple(values)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Pairs of texts."""
        values = self._value(name)
        pairs = [tuple(value) for value in values if isinstance(value, list)] if isinstance(values, list) else None
        if pairs is None or not all(len(pair) == 2 and set(map(type, pair)) == {str} for pair in pairs):
            raise ValueError(f"its {name} is no list of pairs")
        return tuple(pairs)

    def whole_number(self, name: str) -> int:
        value = self._value(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise ValueError(f"its {name} is no whole number")

    def flag(self, name: str) -> bool:
        value = self._value(name)
        if isinstance(value, bool):
            return value
        raise ValueError(f"its {name} is neither true nor false")

    def stamp(self, name: str) -> str:
        value = self.text(name)
        try:
            parse_utc_stamp(value)
        except ValueError as error:
            raise ValueError(f"its {name} {error}") from error
        return value

    def object(self, name: str) -> "_Fields":
        return _Fields(self._value(name))

    def _value(self, name: str) -> Any:
        if name not in self._document:
            raise ValueError(f"it has no '{name}'")
        return self._document[name]
