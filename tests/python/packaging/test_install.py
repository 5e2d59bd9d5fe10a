"""Which Python requirements/install.sh takes, and what it says where something is missing."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ("awk", "bash", "cat", "chmod", "cp", "dirname", "env", "grep", "mkdir", "rm", "touch")

PYTHON = """#!/bin/sh
if [ "$1" = -c ]; then
    exec {real} -c 'import sys; sys.version_info = {version}; exec(sys.argv[1])' "$2"
fi
mkdir -p .venv/bin
cp "$0" .venv/bin/python
printf '#!/bin/sh\\necho pip "$@"\\n' > .venv/bin/pip
chmod +x .venv/bin/pip
"""
"""A Python that says it is of some version, and makes an environment whose pip only says what it was asked."""

POINTER_TO_NOTHING = "#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n"

Install = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """All that is on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


@pytest.fixture
def install(tmp_path: Path, commands: Path) -> Install:
    """Installs a lock of these packages with these Pythons on the PATH, and others of the environment's variables."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "install.sh", tmp_path / "requirements")

    def run(lock: str = "demo", packages: str = "requests", **variables: str) -> subprocess.CompletedProcess[str]:
        text = "".join(f"{name}==1.0 \\\n    --hash=sha256:00\n" for name in packages.split())
        (tmp_path / "requirements" / f"{lock}.txt").write_text(text)
        script = tmp_path / "requirements" / "install.sh"
        environment = {"PATH": str(commands), **variables}
        return subprocess.run([script, lock], env=environment, capture_output=True, text=True)

    return run


def add(commands: Path, name: str, *version: int) -> None:
    """Puts a Python of a version on the PATH; without a version, one that is none."""
    text = PYTHON.format(real=sys.executable, version=(*version, 0)) if version else POINTER_TO_NOTHING
    (commands / name).write_text(text)
    (commands / name).chmod(0o755)


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3": (3, 12), "python3.11": (3, 11)}, "3.12"),
        ({"python3": (3, 13), "python3.12": (3, 12), "python3.11": (3, 11)}, "3.12"),
        ({"python3": (3, 13), "python3.12": (), "python3.11": (3, 11)}, "3.11"),
        ({"python3": (3, 9), "python3.11": (3, 11)}, "3.11"),
        ({"python3": (3, 14)}, "3.14"),
    ],
    ids=str,
)
def test_3_11_and_3_12_come_first(
    pythons: dict[str, tuple[int, ...]], taken: str, install: Install, commands: Path
) -> None:
    for name, version in pythons.items():
        add(commands, name, *version)
    installed = install()
    assert installed.returncode == 0, installed.stderr
    assert f"Installing 1 packages (requirements/demo.txt) into .venv, Python {taken}:" in installed.stdout


def test_another_python_by_name(install: Install, commands: Path) -> None:
    add(commands, "python3", 3, 12)
    add(commands, "python3.14", 3, 14)
    assert "Python 3.14:" in install(PYTHON="python3.14").stdout


def test_what_one_lock_brings_is_not_installed_again(install: Install, commands: Path, tmp_path: Path) -> None:
    add(commands, "python3", 3, 11)
    assert "--require-hashes --requirement requirements/dev.txt" in install("dev").stdout
    marks = {mark.name for mark in (tmp_path / ".venv").glob("installed-*")}
    assert marks == {"installed-demo", "installed-dashboards", "installed-aws", "installed-dev"}
    shutil.rmtree(tmp_path / ".venv")
    install("aws")
    assert {mark.name for mark in (tmp_path / ".venv").glob("installed-*")} == {"installed-demo", "installed-aws"}


@pytest.mark.parametrize("pythons", [{"python3": (3, 10)}, {"python3": ()}, {}], ids=str)
def test_no_python_is_new_enough(pythons: dict[str, tuple[int, ...]], install: Install, commands: Path) -> None:
    for name, version in pythons.items():
        add(commands, name, *version)
    refused = install()
    assert refused.returncode == 2
    assert refused.stderr == (
        "make: dispatch needs Python 3.11 or newer, and python3 is not: "
        "install one and name it, as in make PYTHON=python3.12 install\n"
    )


def test_no_compiler_for_what_has_no_wheel(install: Install, commands: Path) -> None:
    add(commands, "python3", 3, 13)
    refused = install("aws", "mmh3 requests")
    assert refused.returncode == 2
    assert refused.stderr == (
        "make: Python 3.13 has no wheel of mmh3, which dbt-athena needs: "
        "install Python 3.12 and run make again after rm -r .venv, or install a C compiler\n"
    )
    assert install("demo").returncode == 0
    add(commands, "cc")
    assert "C compiler" not in install("aws", "mmh3 requests").stderr


def test_a_failed_installation_is_tried_again(install: Install, commands: Path, tmp_path: Path) -> None:
    add(commands, "python3", 3, 11)
    install()
    (tmp_path / ".venv" / "installed-demo").unlink()
    (tmp_path / ".venv" / "bin" / "pip").write_text("#!/bin/sh\nexit 1\n")
    assert install().returncode == 1
    assert not (tmp_path / ".venv" / "installed-demo").exists()
