"""One list of what is readable serves `load` and staging: the same patterns, the same answers for the same texts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

from ingest.files import readable

ROOT = Path(__file__).parents[3]
TYPING = ROOT / "macros" / "typing.sql"
CASES = ROOT / "tests" / "dbt" / "typing"


def patterns(macro: str) -> list[str]:
    """The patterns that a macro holds a text against, as dbt renders them."""
    asked: list[str] = []

    def regexp_like(text: str, pattern: str) -> str:
        asked.append(pattern)
        return "true"

    module = jinja2.Environment().from_string(TYPING.read_text()).make_module({"regexp_like": regexp_like})
    getattr(module, macro)("text")
    return asked


@pytest.mark.parametrize(
    ("macro", "pattern"),
    [
        ("read_integer", readable.WHOLE_NUMBER),
        ("read_degrees", readable.DECIMAL_DEGREES),
        ("read_timestamp", readable.LOCAL_TIME),
        ("read_utc_timestamp", readable.UTC_TIME),
    ],
)
def test_patterns_are_those_of_the_macros(macro: str, pattern: str) -> None:
    assert patterns(macro) == [pattern]


def test_white_space_is_that_of_the_macro() -> None:
    """Which writes code points as both engines do, where Python has another spelling."""
    module: Any = jinja2.Environment().from_string(TYPING.read_text()).make_module({"regexp_like": str})
    spelled = re.sub(r"\\x\{(\w+)\}", lambda code: f"\\u{int(code[1], 16):04X}", module.white_space())
    assert spelled.strip().replace("\\u00", "\\x") == readable.WHITE_SPACE


def cases(name: str, columns: str) -> list[tuple[Any, ...]]:
    """The texts of a test of the macros, and whether staging reads a value in them."""
    table = (CASES / f"{name}.sql").read_text().partition("\nresults as (")[0].rstrip().removesuffix(",")
    with duckdb.connect() as connection:
        return connection.execute(f"{table} select text, {columns} from cases where text is not null").fetchall()


@pytest.mark.parametrize(("text", "is_read"), cases("typing_read_integer", "expected is not null"))
def test_whole_numbers(text: str, is_read: bool) -> None:
    assert readable.is_whole_number(text) == is_read


@pytest.mark.parametrize(("text", "is_read"), cases("typing_read_degrees", "expected is not null"))
def test_degrees(text: str, is_read: bool) -> None:
    assert readable.is_degrees(text) == is_read


@pytest.mark.parametrize(
    ("text", "local", "utc"),
    cases("typing_read_timestamp", "expected_local is not null, expected_utc is not null"),
)
def test_times(text: str, local: bool, utc: bool) -> None:
    assert (readable.is_local_time(text), readable.is_utc_time(text)) == (local, utc)


@pytest.mark.parametrize("is_readable", [readable.is_whole_number, readable.is_degrees, readable.is_local_time])
def test_nothing_may_follow(is_readable: Callable[[str], bool]) -> None:
    """Python's `$` would let a newline pass."""
    for text in ("1", "2026-11-02T13:40:42"):
        assert not is_readable(f"{text}\n")
