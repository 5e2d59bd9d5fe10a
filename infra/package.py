"""Makes the two archives of the stack: the Lambda function's code, and the dbt project that CodeBuild runs.

    python -m infra.package

writes ``build/ingest-lambda.zip`` and ``build/project.zip``. The same files give the same bytes, whenever, wherever and
by whomever they are packed: entries are sorted, have one time and one mode, and are stored without compression, which
each version of zlib does otherwise. Only files that git tracks are packed.

The functions' libraries are pure Python, so that the archive runs on any processor.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "demo.txt"

LIBRARIES = ("boto3", "requests")
"""What the functions need; the lock says what those need. Lambda's own boto3 is another than the tested one, and the
state in the bucket rests on its conditional writes."""

RUNTIME = "3.13"
"""Lambda's Python."""

PROJECT = (
    "dbt_project.yml",
    "selectors.yml",
    "profiles.yml.example",
    "models",
    "macros",
    "seeds",
    "analyses",
    "tests/dbt",
    "infra/__init__.py",
    "infra/artifacts.py",
    "infra/buildspec.yml",
    "infra/install.sh",
    "infra/orphans.py",
    "infra/requirements.txt",
    # For `reconcile`.
    "ingest",
    "terminal",
)

FUNCTIONS = ("infra/__init__.py", "infra/tell.py", "ingest", "terminal")


FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The oldest that an archive can tell."""

Files = dict[str, bytes]
"""Contents by name, with forward slashes."""


class PackageError(Exception):
    """The archives cannot be made. The message is one sentence for the person at the terminal."""


def main(arguments: list[str] | None = None) -> int:
    """Makes both archives and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.partition("\n")[0])
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=ROOT / "build", help="default: build")
    folder = parser.parse_args(arguments).output
    try:
        archives = {
            "ingest-lambda.zip": libraries() | tracked_files(FUNCTIONS),
            "project.zip": tracked_files(PROJECT),
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, files in archives.items():
            write_archive(folder / name, files)
            print(f"{folder / name}: {len(files):,} files, {(folder / name).stat().st_size / 1e6:,.1f} MB")
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"package: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def write_archive(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIRST_MOMENT)
            entry.create_system = 3  # Unix, also where it is made on Windows
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])


def tracked_files(paths: list[str] | tuple[str, ...]) -> Files:
    """The files that git tracks at some paths, as they are in this folder.

    Raises:
        PackageError: Git does not track one of the paths, or is not there.
    """
    command = ["git", "ls-files", "-z", "--error-unmatch", "--", *paths]
    try:
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise PackageError("git is not installed, and only what it tracks is packed: install it") from error
    except subprocess.CalledProcessError as error:
        raise PackageError(
            f"git does not say which files to pack ({error.stderr.partition(chr(10))[0]}): run this in a clone"
        ) from error
    return {name: (ROOT / name).read_bytes() for name in names.split("\0") if name}


def libraries() -> Files:
    """What is in the wheels of the function's libraries, in the lock's versions, checked against the lock's hashes.

    Raises:
        PackageError: They cannot be had.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        requirements = folder / "requirements.txt"
        requirements.write_text(pins(LIBRARIES, LOCK.read_text()))
        which = [
            *("--require-hashes", "--no-deps", "--only-binary=:all:"),
            *("--python-version", RUNTIME, "--implementation", "py", "--abi", "none", "--platform", "any"),
        ]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *which]
        try:
            subprocess.run([*command, "--dest", folder, "--requirement", requirements], check=True)
        except subprocess.CalledProcessError as error:
            raise PackageError("the function's libraries could not be downloaded: pip says above why") from error
        files: Files = {}
        for wheel in folder.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                # What a wheel has beside its modules goes elsewhere: scripts.
                files |= {name: archive.read(name) for name in archive.namelist() if ".data/" not in name}
        return files


def pins(packages: Iterable[str], lock: str) -> str:
    """The lock's entries of some packages and of all that they need.

    Args:
        packages: Their names.
        lock: Entries of ``uv pip compile``, each followed by the names of those that need it: ``# via requests``.

    Raises:
        PackageError: The lock does not have one.
    """
    entries = {
        entry.partition("==")[0].partition("[")[0]: entry
        for entry in re.split(r"\n(?=[a-z0-9])", lock)
        if not entry.startswith("#")
    }
    needed = set(packages)
    if missing := needed - entries.keys():
        raise PackageError(f"{LOCK.parent.name}/{LOCK.name} has no {', '.join(sorted(missing))}: run make lock")
    while more := {name for name, entry in entries.items() if needed & _needed_by(entry)} - needed:
        needed |= more
    return "\n".join(entries[name] for name in sorted(needed))


def _needed_by(entry: str) -> set[str]:
    return set(re.findall(r"# (?:via |  )([\w.-]+)", entry))


if __name__ == "__main__":
    sys.exit(main())
