"""A Java and the files of a Trino server: found on this machine, or fetched once from Maven Central into a cache."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MINIMUM_JAVA = 25
SOURCES = Path(__file__).parent / "trino"
DEFAULT_CACHE = Path(__file__).parents[1] / ".cache" / "local_athena"
MAIN_CLASS = "LocalTrino"

# The released plugin archives name their classes in such a file; the jars on Maven Central do not.
PLUGIN_CLASSES = "io.trino.plugin.hive.HivePlugin\nio.trino.plugin.iceberg.IcebergPlugin\n"

JAVA_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/homebrew/opt/openjdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)


class MissingToolError(RuntimeError):
    """Java or Maven is not on this machine. The message says which, and how to get it."""


class FetchError(RuntimeError):
    """Maven could not fetch Trino."""


@dataclass(frozen=True)
class Distribution:
    """What a Trino server needs to start."""

    java: Path
    version: str
    folder: Path

    @property
    def class_path(self) -> str:
        return os.pathsep.join([str(self.folder / "classes"), str(self.folder / "lib" / "*")])


def find_java(env: Mapping[str, str], folders: Iterable[str] = JAVA_FOLDERS) -> Path:
    """The home of a JDK of version 25 or newer: JAVA25_HOME and no other if it is set, JAVA_HOME, the usual folders."""
    if chosen := env.get("JAVA25_HOME"):
        if _is_jdk(Path(chosen)):
            return Path(chosen)
        raise MissingToolError(f"JAVA25_HOME is {chosen}, which holds no JDK {MINIMUM_JAVA} or newer.")
    candidates = [Path(env["JAVA_HOME"])] if env.get("JAVA_HOME") else []
    for pattern in folders:
        path = Path(pattern).expanduser()
        candidates += sorted(path.parents[-1].glob(str(path.relative_to(path.anchor))), reverse=True)
    for home in candidates:
        if _is_jdk(home):
            return home
    raise MissingToolError(
        f"Trino needs a JDK {MINIMUM_JAVA} or newer: install one (Temurin {MINIMUM_JAVA}, for example) "
        "or set JAVA25_HOME to its folder."
    )


def _is_jdk(home: Path) -> bool:
    release = home / "release"
    if not (home / "bin" / "javac").exists() or not release.exists():
        return False
    version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.M)
    return version is not None and int(version[1]) >= MINIMUM_JAVA


def default_version() -> str:
    """The property trino.version of pom.xml."""
    version = re.search(r"<trino\.version>(.+?)</trino\.version>", (SOURCES / "pom.xml").read_text())
    assert version is not None
    return version[1]


def find_or_fetch(env: Mapping[str, str], cache: Path = DEFAULT_CACHE) -> Distribution:
    """The server of version LOCAL_ATHENA_TRINO_VERSION (default: pom.xml's) from the cache, fetched if it is not there.

    Raises MissingToolError without a JDK, or without Maven when something must be fetched; FetchError when Maven fails.
    """
    java = find_java(env)
    version = env.get("LOCAL_ATHENA_TRINO_VERSION") or default_version()
    folder = cache / version
    recipe = _recipe()
    stamp = folder / "recipe"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{version}.lock").open("w") as lock:
        # Who comes second waits, and finds what the first has fetched.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != recipe:
            maven = shutil.which("mvn", path=env.get("PATH"))
            if maven is None:
                raise MissingToolError("Trino is fetched by Maven, which is not on the PATH: install it (`mvn`).")
            _fetch(java, maven, version, folder, recipe, env)
    return Distribution(java, version, folder)


def _recipe() -> str:
    """A digest of the sources that the cache is made from, so that a change of theirs fetches anew."""
    digest = hashlib.sha256(PLUGIN_CLASSES.encode())
    for source in sorted([*SOURCES.rglob("pom.xml"), *SOURCES.glob("*.java")]):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _fetch(java: Path, maven: str, version: str, folder: Path, recipe: str, env: Mapping[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Made aside and moved into place, so that an interrupted fetch leaves no half-filled cache.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{version}-") as scratch:
        fresh = Path(scratch) / "trino"
        _run([maven, "-q", "-B", f"-Dcache={fresh}", f"-Dtrino.version={version}", "package"], SOURCES, env)
        with zipfile.ZipFile(fresh / "plugin" / "lake" / "services.jar", "w") as services:
            services.writestr("META-INF/services/io.trino.spi.Plugin", PLUGIN_CLASSES)
        javac = [str(java / "bin" / "javac"), "-cp", str(fresh / "lib" / "*"), "-d", str(fresh / "classes")]
        _run([*javac, f"{MAIN_CLASS}.java"], SOURCES, env)
        (fresh / "recipe").write_text(recipe)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _run(command: list[str], cwd: Path, env: Mapping[str, str]) -> None:
    result = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        output = "\n".join(line for line in result.stdout.splitlines() if line.startswith("[ERROR]"))
        raise FetchError(f"Trino could not be fetched: `{' '.join(command)}` failed.\n{output or result.stdout}")
