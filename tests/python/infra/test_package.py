"""The archives: the same bytes from any folder, only what git tracks, and a function that runs from its own."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra import package
from infra.package import PackageError, pins, write_archive
from local_portal.soda_server import SodaServer, incidents
from tests.python.firehose_server import FirehoseServer
from tests.python.ingest.landed import versions

ARCHIVES = ("ingest-lambda.zip", "project.zip")
CALL = """
import boto3, json, requests, sys
import infra.tell
from ingest.lambda_handler import handler
class Context:
    def get_remaining_time_in_millis(self):
        return 900_000
print(json.dumps({"requests": requests.__file__, "boto3": boto3.__file__, **handler({}, Context())}))
"""


@pytest.fixture(scope="module")
def other_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files of this folder in another one, newly written, with a developer's leftovers beside them."""
    clone = tmp_path_factory.mktemp("elsewhere") / "clone"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=package.ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, names.stdout.split("\0")):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package.ROOT / name, clone / name)
        (clone / name).chmod(0o755)
    git(clone, "init", "--quiet")
    git(clone, "add", "--all", "--force")
    for leftover in ("ingest/secret.py", "ingest/__pycache__/cli.pyc", "models/marts/scratch.sql", "profiles.yml"):
        (clone / leftover).parent.mkdir(exist_ok=True)
        (clone / leftover).write_text("left over")
    return clone


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SodaServer, FirehoseServer]]:
    """A portal, a Firehose and an S3 with a bucket, and the environment that Lambda would give the function."""
    s3 = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    s3.start()
    with SodaServer() as portal, FirehoseServer() as firehose:
        host, port = s3.get_host_and_port()
        for name in list(os.environ):
            monkeypatch.delenv(name)
        environment = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
            "AWS_ENDPOINT_URL_FIREHOSE": firehose.url,
            "DISPATCH_LANDING": "s3://landing",
            "DISPATCH_STREAM": "dispatch",
            "DISPATCH_PORTAL": portal.url,
            "SOCRATA_TOKEN_PARAMETER": "",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        boto3.client("s3", "us-east-1").create_bucket(Bucket="landing")
        yield portal, firehose
    s3.stop()


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def names_in(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def test_the_same_bytes_from_another_folder(archives: Path, other_clone: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.package", "--output", str(tmp_path)]
    subprocess.run(command, cwd=other_clone, check=True, capture_output=True)

    for name in ARCHIVES:
        one, other = ((folder / name).read_bytes() for folder in (archives, tmp_path))
        assert hashlib.sha256(one).hexdigest() == hashlib.sha256(other).hexdigest()


def test_what_is_in_them(archives: Path) -> None:
    function, project = (names_in(archives / name) for name in ARCHIVES)

    assert {name.split("/")[0] for name in function if ".dist-info/" not in name} == {
        *("infra", "ingest", "terminal"),
        *("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py"),
        *("certifi", "charset_normalizer", "idna", "requests", "urllib3"),
    }
    assert [name for name in function if name.startswith("infra/")] == ["infra/__init__.py", "infra/tell.py"]
    assert {"ingest/lambda_handler.py", "ingest/pull.py", "requests/__init__.py"} <= set(function)
    assert not [name for name in function if name.endswith((".so", ".pyc"))]
    assert {"dbt_project.yml", "profiles.yml.example", "infra/buildspec.yml", "infra/requirements.txt"} <= set(project)
    assert {"infra/artifacts.py", "infra/install.sh", "infra/orphans.py", "ingest/cli.py"} <= set(project)
    assert {name.split("/")[0] for name in project if "/" in name} == {
        *("analyses", "infra", "ingest", "macros", "models", "seeds", "terminal", "tests"),
    }
    assert not [name for name in project if name.endswith(".pyc") or name.startswith("tests/python/")]


def test_dbt_reads_the_project(archives: Path, tmp_path: Path) -> None:
    """As CodeBuild does before it builds: nothing is missing that another file names."""
    with zipfile.ZipFile(archives / "project.zip") as archive:
        archive.extractall(tmp_path)
    shutil.copyfile(tmp_path / "profiles.yml.example", tmp_path / "profiles.yml")
    addresses = dict.fromkeys(("DISPATCH_LANDING", "DISPATCH_ATHENA_RESULTS", "DISPATCH_WAREHOUSE"), "s3://bucket/x/")
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "--no-use-colors",
        "--warn-error",
        "parse",
        "--target",
        "athena",
    ]

    ran = subprocess.run(
        command, cwd=tmp_path, env={"AWS_REGION": "us-east-1", **addresses}, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout


def test_entries_have_one_time_and_one_mode(tmp_path: Path) -> None:
    write_archive(tmp_path / "x.zip", {"b/two": b"2", "a/one": b"1", "c": b""})

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        entries = archive.infolist()
        assert archive.read("b/two") == b"2"
    assert [entry.filename for entry in entries] == ["a/one", "b/two", "c"]
    assert {(entry.date_time, entry.external_attr >> 16, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644, zipfile.ZIP_STORED)
    }


def test_the_function_runs_from_its_archive(
    archives: Path, servers: tuple[SodaServer, FirehoseServer], tmp_path: Path
) -> None:
    """In a process that has nothing but the archive: not Lambda's own boto3, but the lock's.

    It does not prove that it runs on Lambda's own Python and processor; that the wheels are pure makes it likely.
    """
    portal, firehose = servers
    portal.insert(incidents(25))
    task = tmp_path / "task"
    with zipfile.ZipFile(archives / "ingest-lambda.zip") as archive:
        archive.extractall(task)

    path = f"import sys; sys.path[:0] = [{str(task)!r}]"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", f"{path}\n{CALL}"], capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["requests"].startswith(str(task))
    assert answer["boto3"].startswith(str(task))
    assert (answer["landed"], answer["to_build"]) == (25, True)
    assert versions(firehose.delivered("dispatch")) == versions(portal.rows())


class TestPins:
    LOCK = (
        "# made by\n#    make lock\n"
        "boto==1 \\\n    --hash=sha256:aa\n    # via dispatch (pyproject.toml)\n"
        "certifi==2 \\\n    --hash=sha256:bb\n    # via requests\n"
        "moto[s3]==5 \\\n    --hash=sha256:cc\n    # via\n    #   dispatch (pyproject.toml)\n"
        "requests==3 \\\n    --hash=sha256:dd\n    # via\n    #   boto\n    #   dispatch (pyproject.toml)\n"
        "tld==4 ; sys_platform == 'win32' \\\n    --hash=sha256:ee\n    # via\n    #   boto\n    #   certifi\n"
    )

    def test_a_package_and_what_it_needs(self) -> None:
        lines = pins(["requests"], self.LOCK).splitlines()

        assert [line for line in lines if "==" in line] == [
            "certifi==2 \\",
            "requests==3 \\",
            "tld==4 ; sys_platform == 'win32' \\",
        ]
        assert [line.strip() for line in lines if "hash" in line] == [
            f"--hash=sha256:{name}" for name in ("bb", "dd", "ee")
        ]

    def test_one_that_needs_nothing(self) -> None:
        assert pins(["moto"], self.LOCK).startswith("moto[s3]==5")

    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(PackageError, match=r"requirements/demo.txt has no httpx: run make lock"):
            pins(["requests", "httpx"], self.LOCK)


class TestFailures:
    def test_a_hash_that_differs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        lock = tmp_path / "requirements.txt"
        version = re.search(r"^idna==\S+", package.LOCK.read_text(), re.MULTILINE)
        assert version
        lock.write_text(f"{version.group()} \\\n    --hash=sha256:{'0' * 64}\n    # via requests\n")
        monkeypatch.setattr(package, "LOCK", lock)
        monkeypatch.setattr(package, "LIBRARIES", ("idna",))

        assert package.main(["--output", str(tmp_path / "build")]) == 1

        error = capfd.readouterr().err
        assert "THESE PACKAGES DO NOT MATCH THE HASHES" in error
        assert error.endswith("package: the function's libraries could not be downloaded: pip says above why\n")
        assert not (tmp_path / "build").exists()

    def test_no_clone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(package, "ROOT", tmp_path)
        monkeypatch.setattr(package, "libraries", dict)

        assert package.main(["--output", str(tmp_path / "build")]) == 1

        error = capsys.readouterr().err
        assert error.startswith("package: git does not say which files to pack (fatal: not a git repository")
        assert error.endswith("): run this in a clone\n")

    def test_no_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(package, "libraries", dict)

        assert package.main(["--output", str(tmp_path / "build")]) == 1

        assert (
            capsys.readouterr().err == "package: git is not installed, and only what it tracks is packed: install it\n"
        )
