"""What GitHub runs and shows agrees with the project. The workflows themselves are linted by `make lint` (zizmor)."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def programs(commands: list[str]) -> list[tuple[str, ...]]:
    """Of each command the program, and the words that say what it checks: a hook gets its files' paths behind them."""
    words = [[word for word in shlex.split(command) if "=" not in word and word != "env"] for command in commands]
    return [
        (Path(each[0]).name, *(word for word in each[1:] if word.startswith(("--check", "lint", ".github"))))
        for each in words
    ]


def test_pre_commit_runs_the_checks_of_make_lint() -> None:
    lint = subprocess.run(
        ["make", "--dry-run", "--always-make", "lint"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    commands = [
        line.lstrip("@\t")
        for line in lint.stdout.splitlines()
        if re.search(r"\.venv/bin/(ruff|mypy|sqlfluff|zizmor)", line)
    ]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert programs([hook["entry"] for hook in hooks]) == programs(commands), "edit .pre-commit-config.yaml"


def test_a_citation_names_the_newest_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    heading = f"## [{VERSION}] - {citation['date-released']}"
    assert citation["version"] == VERSION
    assert heading in (ROOT / "CHANGELOG.md").read_text().splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script that takes a release's notes, with a version and a changelog of its own."""
    (tmp_path / ".github").mkdir()
    shutil.copy(ROOT / ".github" / "release-notes", tmp_path / ".github")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    sections = "## [0.2.0] - 2026-12-01\n\n### Added\n\n- Two.\n\n## [0.1.0] - 2026-11-24\n\n- One.\n\n[0.2.0]: https://example.org\n"
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n\n- Three.\n\n{sections}")
    return tmp_path


def notes(checkout: Path, tag: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout / ".github" / "release-notes", tag], capture_output=True, text=True)


def test_a_release_has_the_notes_of_its_version(checkout: Path) -> None:
    assert notes(checkout, "v0.2.0").stdout.strip() == "### Added\n\n- Two."


def test_a_release_is_refused(checkout: Path) -> None:
    other = notes(checkout, "v0.3.0")
    assert (other.returncode, other.stdout) == (2, "")
    assert other.stderr.startswith("release: pyproject.toml has another version than v0.3.0")
    (checkout / "CHANGELOG.md").write_text("## [Unreleased]\n\n- Two.\n")
    without = notes(checkout, "v0.2.0")
    assert (without.returncode, without.stdout) == (2, "")
    assert 'no section "## [0.2.0] - ..."' in without.stderr
