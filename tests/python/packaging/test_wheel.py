"""`pip install .`: the wheel is the ingest and no more than that, and its command lands rows far from any checkout."""

import ast
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PIP: tuple[str | Path, ...] = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")

PACKAGES = ("ingest", "terminal")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run(command, check=True)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment's `bin` with the wheel in it; libraries are those of the running environment."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / "bin"


def test_the_wheel_holds_the_ingest_alone(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True)
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == set(tracked.stdout.splitlines())


@pytest.mark.parametrize("command", [["dispatch-ingest"], ["python", "-m", "ingest"]], ids=" ".join)
def test_its_command_lands_a_file(command: list[str], environment: Path, tmp_path: Path) -> None:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        program, *rest = command
        return subprocess.run(
            [str(environment / program), *rest, *arguments],
            cwd=tmp_path,
            env={"DISPATCH_LANDING": str(tmp_path / "landing")},
            capture_output=True,
            text=True,
        )

    landed = run("load", ROOT / "sample" / "incidents_2024-06.ndjson.gz")
    assert landed.returncode == 0, landed.stderr
    assert "1,157" in landed.stdout + landed.stderr
    assert len(list(tmp_path.glob("landing/incidents/dt=*/hh=*/*.gz"))) == 1
    assert run("load", "no-such-file").returncode == 2


def imported_by(paths: Iterable[Path]) -> set[str]:
    """The packages, by their first names."""
    imported = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    return imported


def test_nothing_but_tests_imports_tests() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True)
    product = [ROOT / name for name in tracked.stdout.splitlines() if not name.startswith("tests/")]
    assert ROOT / "bench" / "publishing.py" in product
    assert [path.name for path in product if "tests" in imported_by([path])] == []


def test_it_names_what_it_imports(environment: Path, tmp_path: Path) -> None:
    imported = imported_by(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    command = [
        str(environment / "python"),
        "-c",
        "from importlib.metadata import requires; print(*requires('dispatch'))",
    ]
    named = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    # botocore comes with boto3, in the version that fits it.
    assert imported - sys.stdlib_module_names - {"_typeshed", *PACKAGES} == {*named, "botocore"}
