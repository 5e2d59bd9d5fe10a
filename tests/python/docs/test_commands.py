"""Each command of the documents is there, and docs/commands.md says which test runs it, or why none does."""

import argparse
import re
import runpy
import sys
from typing import Any

import click
import pytest
from dbt.cli.main import cli as dbt

from tests.python.docs.documents import ROOT, Command, commands, commands_of, each

LISTED = ROOT / "docs" / "commands.md"
MAKEFILE = (ROOT / "Makefile").read_text()
SCRIPTS = "".join(path.read_text() for folder in ("requirements", "infra") for path in (ROOT / folder).glob("*.sh"))
COMMANDS = sorted({command for place, command in commands() if place.path != LISTED})


class ParsedError(Exception):
    """A program has read its arguments, and shall not run."""


def of(program: str) -> list[Command]:
    return [command for command in COMMANDS if command[0] == program]


@pytest.fixture
def arguments_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs end when they have read their arguments."""
    read = argparse.ArgumentParser.parse_args

    def parse_args(parser: argparse.ArgumentParser, *arguments: Any) -> argparse.Namespace:
        read(parser, *arguments)
        raise ParsedError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_args)


@pytest.mark.parametrize("command", of("python"), ids=" ".join)
def test_a_module_takes_its_arguments(command: Command, arguments_alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    dash_m, module, *arguments = command[1:]
    assert dash_m == "-m"
    places = [ROOT / f"{module.replace('.', '/')}.py", ROOT / module / "__main__.py", ROOT / module / "cli.py"]
    if not any("argparse" in path.read_text() for path in places if path.exists()):
        assert any(path.exists() for path in places[:2])
        assert arguments == []
        return
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(ParsedError):
        runpy.run_module(module, run_name="__main__")


@pytest.mark.parametrize("command", of("dbt"), ids=" ".join)
def test_dbt_takes_its_arguments(command: Command) -> None:
    name, *arguments = command[1:]
    with click.Context(dbt, info_name="dbt") as parent:
        dbt.commands[name].make_context(name, arguments, parent=parent)
    assert [path for path in re.findall(r"path:(\S+)", " ".join(arguments)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("command", of("make"), ids=" ".join)
def test_make_has_its_targets(command: Command) -> None:
    targets = [word for word in command[1:] if "=" not in word]
    assert [target for target in targets if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []
    variables = [word.partition("=")[0] for word in command[1:] if "=" in word]
    assert [name for name in variables if not re.search(rf"\b{name}\b", MAKEFILE + SCRIPTS)] == []


def test_what_is_named_in_a_sentence_is_there() -> None:
    """`make answers PERIOD=2026-10` in a line of text; its other words may stand for something."""
    unknown = []
    for place, token in each("code_inline"):
        if place.path.name == "CHANGELOG.md":
            continue
        make = re.match(r"make ([a-z][a-z-]*)\b", token.content)
        module = re.match(r"(?:\.venv/bin/)?python3? -m ([a-z_.]+)", token.content)
        if make and not re.search(rf"^{make[1]}:", MAKEFILE, re.MULTILINE):
            unknown.append(f"{place}: {token.content}")
        if module and module[1].partition(".")[0] not in ("pip", "venv"):
            path = ROOT / module[1].replace(".", "/")
            if not (path.with_suffix(".py").exists() or (path / "__main__.py").exists()):
                unknown.append(f"{place}: {token.content}")
    assert unknown == []


def test_each_is_run_or_said_not_to_be() -> None:
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", LISTED.read_text(), re.MULTILINE)
    listed = {command: says for text, says in rows for command in commands_of(text)}
    unlisted = [command for command in COMMANDS if not any(is_meant(row, command) for row in listed)]
    assert unlisted == [], "add a row for each to docs/commands.md"
    left_over = [row for row in listed if not any(is_meant(row, command) for command in COMMANDS)]
    assert left_over == [], "no document has these: take their rows out of docs/commands.md"
    for says in listed.values():
        tests = [name for name in re.findall("`(.+?)`", says) if "/" in name]
        assert says.startswith("not run: ") or tests, says
        assert [test for test in tests if not (ROOT / test).exists()] == []


def is_meant(row: Command, command: Command) -> bool:
    return row == command or (row[-1] == "..." and row[:-1] == command[: len(row) - 1])
