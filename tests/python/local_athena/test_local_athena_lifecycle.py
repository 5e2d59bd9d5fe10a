"""Start and stop: the Java, the children, the command by hand, and what a run of tests says when it cannot start."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_athena.children import Child, ChildDiedError, free_port
from local_athena.server import LocalAthena
from local_athena.trino_distribution import MissingToolError, default_version, find_java, find_or_fetch
from local_athena.trino_server import StartSecondsError, start_seconds

ROOT = Path(__file__).parents[3]
FAITHFUL = "from local_athena.children import end_with_parent; import time; end_with_parent(); time.sleep(300)"


def jdk(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "javac").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')
    return folder


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc").exists() else True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while runs(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


# ---- Java and Maven


def test_java_is_found_where_it_usually_is(tmp_path: Path) -> None:
    jdk(tmp_path / "jvm" / "old", "17.0.2")
    new = jdk(tmp_path / "jvm" / "new", "25.0.1")
    assert find_java({}, [f"{tmp_path}/jvm/*"]) == new
    assert find_java({"JAVA_HOME": str(tmp_path / "jvm" / "old")}, [f"{tmp_path}/jvm/*"]) == new
    newer = jdk(tmp_path / "newer", "26")
    assert find_java({"JAVA_HOME": str(newer)}, [f"{tmp_path}/jvm/*"]) == newer
    assert find_java({"JAVA25_HOME": str(newer)}, [f"{tmp_path}/jvm/*"]) == newer


def test_a_missing_java_is_told(tmp_path: Path) -> None:
    old = jdk(tmp_path / "jvm" / "old", "21.0.2")
    with pytest.raises(MissingToolError, match="Trino needs a JDK 25 or newer: install one"):
        find_java({"JAVA_HOME": str(old)}, [f"{tmp_path}/jvm/*"])
    with pytest.raises(MissingToolError, match=f"JAVA25_HOME is {old}, which holds no JDK 25 or newer"):
        find_java({"JAVA25_HOME": str(old)}, [])


def test_a_missing_maven_is_told(tmp_path: Path) -> None:
    java = jdk(tmp_path / "java", "25")
    with pytest.raises(MissingToolError, match="Maven, which is not on the PATH"):
        find_or_fetch({"JAVA25_HOME": str(java), "PATH": str(tmp_path)}, tmp_path / "cache")


def test_the_version_is_one_property() -> None:
    assert default_version().isdecimal()


# ---- children


def test_a_child_ends_when_it_is_stopped(tmp_path: Path) -> None:
    child = Child("child", [sys.executable, "-c", FAITHFUL], tmp_path / "log", env=dict(os.environ), cwd=ROOT)
    child.check()
    child.stop()
    assert not runs(child.pid)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = (
        "import os, sys, time; from pathlib import Path; from local_athena.children import Child\n"
        f"child = Child('child', [sys.executable, '-c', {FAITHFUL!r}], Path('{tmp_path}/log'), env=dict(os.environ))\n"
        "print(child.pid, flush=True); time.sleep(300)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    assert runs(pid)
    process.kill()
    process.wait()
    wait_until_gone(pid)


def test_a_child_that_dies_shows_its_log(tmp_path: Path) -> None:
    child = Child("child", [sys.executable, "-c", "print('no luck'); raise SystemExit(3)"], tmp_path / "log", env={})
    wait_until_gone(child.pid)
    with pytest.raises(ChildDiedError, match=r"(?s)child ended by itself.*no luck"):
        child.check()


def test_a_stubborn_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_athena.children.STOP_SECONDS", 0.2)
    stubborn = [sys.executable, "-c", "import time; time.sleep(300)"]
    child = Child("child", stubborn, tmp_path / "log", env=dict(os.environ))
    child.stop()
    assert not runs(child.pid)


# ---- by hand


def by_hand(tmp_path: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    env = {key: value for key, value in os.environ.items() if key != "LOCAL_ATHENA_TRINO"}
    return subprocess.Popen(
        [sys.executable, "-m", "local_athena", *arguments],
        cwd=ROOT,
        env=env | {"TMPDIR": str(tmp_path)} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_by_hand_until_ctrl_c(tmp_path: Path, local_athena: LocalAthena) -> None:
    """The whole, as `make athena-local` runs it; Ctrl-C ends it, and nothing of it stays."""
    if "LOCAL_ATHENA_TRINO" in os.environ:
        pytest.skip("starts a Trino of its own, for which with LOCAL_ATHENA_TRINO there may be no Java")
    process = by_hand(tmp_path)
    assert process.stdout is not None
    exports = [process.stdout.readline().strip() for _ in range(12)]
    assert exports[0] == "unset AWS_PROFILE AWS_SESSION_TOKEN"
    names = {*local_athena.env, "DISPATCH_LANDING"}
    assert {line.partition("=")[0] for line in exports[1:]} == {f"export {name}" for name in names}
    assert f"export AWS_ENDPOINT_URL={local_athena.aws_endpoint}" not in exports, "another one beside ours"
    found = subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE, text=True, check=True)
    children = [int(pid) for pid in found.stdout.split()]
    assert len(children) == 2

    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    for pid in children:
        wait_until_gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_a_trino_with_other_catalogs_is_refused(tmp_path: Path, local_athena: LocalAthena) -> None:
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
    process = by_hand(tmp_path, *ports, LOCAL_ATHENA_TRINO=local_athena.trino_url)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"The Trino at {local_athena.trino_url} (LOCAL_ATHENA_TRINO) does not read this Glue" in errors
    assert "Traceback" not in errors


def test_a_start_that_takes_too_long_leaves_its_log(tmp_path: Path, local_athena: LocalAthena) -> None:
    if "LOCAL_ATHENA_TRINO" in os.environ:
        pytest.skip("starts a Trino of its own, for which with LOCAL_ATHENA_TRINO there may be no Java")
    process = by_hand(tmp_path, LOCAL_ATHENA_START_SECONDS="1")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    told = re.search(r"no query after 1 s: wait longer \(LOCAL_ATHENA_START_SECONDS\), or read its log, (.+)\.", errors)
    assert told, errors
    assert Path(told[1]).is_file()


@pytest.mark.parametrize("text", ["soon", "0", "-1", "1.5"])
def test_a_time_to_start_that_is_none_is_told(text: str) -> None:
    with pytest.raises(StartSecondsError, match=r"set it to a number of seconds, such as 600\.$"):
        start_seconds({"LOCAL_ATHENA_START_SECONDS": text})
    assert start_seconds({"LOCAL_ATHENA_START_SECONDS": "600"}) == 600
    assert start_seconds({}) == 180


def test_a_port_in_use_is_told(tmp_path: Path, local_athena: LocalAthena) -> None:
    process = by_hand(tmp_path, "--port", local_athena.athena_endpoint.rpartition(":")[2])
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1].endswith("cannot be used: Address already in use")
    assert "Traceback" not in errors


# ---- a run of tests that cannot start it


def run_of_tests(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in ("CI", "LOCAL_ATHENA_TRINO")}
    test = "tests/python/local_athena/test_local_athena_api.py::test_results_need_a_place"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, test],
        cwd=ROOT,
        env=env | {"JAVA25_HOME": "/nowhere"} | more,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("options", [(), ("--numprocesses", "1")], ids=["one process", "workers"])
def test_without_java_the_last_line_says_so(options: tuple[str, ...]) -> None:
    run = run_of_tests(*options)
    assert run.returncode == 0
    assert "1 skipped" in run.stdout
    assert run.stdout.splitlines()[-1] == (
        "The Athena half of the tests DID NOT RUN. JAVA25_HOME is /nowhere, which holds no JDK 25 or newer."
    )


def test_without_java_a_ci_run_fails() -> None:
    run = run_of_tests(CI="true")
    assert run.returncode == 1
    assert "1 error" in run.stdout
    assert "With CI=true the Athena half of the tests must run" in run.stdout
