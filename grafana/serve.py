"""Shows the dashboards in an installed Grafana, without Docker and without root: `python -m grafana.serve`.

PostgreSQL comes from a wheel. Everything that the two write is below `data/dashboards`; Ctrl-C stops both.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

from grafana.local_postgres import Server, run_server
from grafana.publish import READER, PublishError, publish
from terminal.progress import Progress
from warehouse.reading import DEFAULT_DUCKDB, database_of

HERE = Path(__file__).parent
FOLDER = Path("data/dashboards")
DEFAULT_PORT = "3000"
START_SECONDS = 180
STOP_SECONDS = 30

MANUAL = f"""\
Shows the dashboards in a Grafana that is installed on this machine, and
publishes the marts to the PostgreSQL that it reads, which comes with this
project. Both listen on this machine alone, and write below {FOLDER}.
Ctrl-C stops both.

environment:
  GRAFANA_HOME     where Grafana is installed: a folder with bin, conf and
                   public (default: that of `grafana` on the PATH)
  GRAFANA_PORT     where to open it (default: {DEFAULT_PORT})
  GRAFANA_ALERTS   true evaluates the alert rules (default: false)
  DISPATCH_DUCKDB  the file that dbt built (default: {DEFAULT_DUCKDB})

exit codes:
  0  stopped by Ctrl-C, or by a signal that ends it (SIGTERM)
  1  PostgreSQL or Grafana did not start, or ended by itself
  2  no Grafana was found, nothing is built, or the port is taken
"""


class ServeError(Exception):
    """PostgreSQL or Grafana does not run: run it again after what the sentence says."""

    exit_code = 1


class NoGrafanaError(ServeError):
    """There is no Grafana to run, or it is not where GRAFANA_HOME says."""

    exit_code = 2


class PortTakenError(ServeError):
    """Something else listens where Grafana would."""

    exit_code = 2


@dataclass(frozen=True)
class Installed:
    """An installed Grafana.

    Attributes:
        command: What runs its server.
        home: The folder with `conf` and `public`.
    """

    command: tuple[str, ...]
    home: Path


def main(arguments: list[str] | None = None) -> int:
    """Runs until Ctrl-C and returns the exit code."""
    argparse.ArgumentParser(
        prog="python -m grafana.serve",
        description=MANUAL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    port = os.environ.get("GRAFANA_PORT") or DEFAULT_PORT
    database = database_of(os.environ)
    for number in (signal.SIGINT, signal.SIGTERM):
        # A shell that starts this in the background has it ignore Ctrl-C; killed, it would leave both running.
        signal.signal(number, signal.default_int_handler)
    try:
        serve(find_grafana(os.environ), database, FOLDER.absolute(), port)
    except (ServeError, PublishError) as error:
        print(f"serve: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped Grafana and PostgreSQL")
    return 0


def find_grafana(environment: Mapping[str, str]) -> Installed:
    """The Grafana of GRAFANA_HOME, else that on the PATH. Raises NoGrafanaError where there is none."""
    if home := environment.get("GRAFANA_HOME"):
        for name in ("grafana", "grafana-server"):
            binary = Path(home).expanduser() / "bin" / name
            if binary.is_file():
                return Installed(_server_command(binary), _home_of(Path(home).expanduser()))
        raise NoGrafanaError(
            f"there is no bin/grafana in GRAFANA_HOME ({home}): set it to the folder of an installed one"
        )
    for name in ("grafana", "grafana-server"):
        if found := shutil.which(name, path=environment.get("PATH")):
            binary = Path(found).resolve()
            return Installed(_server_command(Path(found)), _home_of(binary.parent.parent))
    raise NoGrafanaError(
        "there is neither Docker nor Grafana: install one of them, or set GRAFANA_HOME to the folder of a Grafana "
        "(from 12 on)"
    )


def _server_command(binary: Path) -> tuple[str, ...]:
    return (str(binary),) if binary.name == "grafana-server" else (str(binary), "server")


def _home_of(prefix: Path) -> Path:
    """A tarball has all in one folder, brew below `share`, packages of Debian and Red Hat in /usr/share."""
    for home in (prefix, prefix / "share" / "grafana", Path("/usr/share/grafana")):
        if (home / "conf" / "defaults.ini").is_file() and (home / "public").is_dir():
            return home
    raise NoGrafanaError(f"{prefix} has no conf/defaults.ini and public: set GRAFANA_HOME to Grafana's folder")


def serve(installed: Installed, database: Path, folder: Path, port: str) -> None:
    """Publishes the marts and runs Grafana until KeyboardInterrupt.

    Args:
        database: The DuckDB file with the marts.
        folder: Where everything is written.

    Raises:
        ServeError: PostgreSQL or Grafana did not start, or ended by itself.
        PublishError: There is nothing to publish, or it failed.
    """
    _refuse_taken(port)
    folder.mkdir(parents=True, exist_ok=True)
    print("1/3 Starting PostgreSQL")
    with _postgres(folder / "postgres") as server:
        print(f"2/3 Publishing the tables of {database}")
        publish(database, server.url(), Progress())
        print("3/3 Starting Grafana")
        settings = write_settings(folder, installed.home, server.socket_folder, port, os.environ)
        with _grafana(installed, settings, folder / "grafana.log") as process:
            _wait_until_healthy(process, port, folder / "grafana.log")
            print(f"Open http://127.0.0.1:{port}/d/dispatch-overview?kiosk=1 (Escape brings Grafana's menu)")
            print("Ctrl-C stops Grafana and PostgreSQL")
            code = process.wait()
            raise ServeError(f"Grafana ended with code {code}: its reasons are in {folder / 'grafana.log'}")


def _refuse_taken(port: str) -> None:
    """What listens there would answer in Grafana's place, perhaps with older tables."""
    with socket.socket() as client:
        if client.connect_ex(("127.0.0.1", int(port))) == 0:
            raise PortTakenError(
                f"something listens on port {port} of this machine: stop it, or set GRAFANA_PORT to another one"
            )


@contextmanager
def _postgres(cluster: Path) -> Iterator[Server]:
    try:
        running = run_server(cluster)
        server = running.__enter__()
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise ServeError(f"PostgreSQL does not start on {cluster}: {error}") from error
    try:
        server.create_reader(READER)
        yield server
    finally:
        running.__exit__(None, None, None)


def write_settings(
    folder: Path, home: Path, socket_folder: Path, port: str, environment: Mapping[str, str]
) -> dict[str, str]:
    """Writes what Grafana reads, and returns the environment that tells it where: compose.yaml's, with folders of this
    machine in the place of the container's.

    Args:
        folder: Where to write.
        home: Grafana's, which is only read.
        socket_folder: Of PostgreSQL.
        environment: Whose GRAFANA_ALERTS counts.
    """
    provisioning = folder / "provisioning"
    shutil.rmtree(provisioning, ignore_errors=True)
    shutil.copytree(HERE / "provisioning" / "postgres", provisioning)
    _change(provisioning / "datasources" / "marts.yaml", "datasources", _reading_from(socket_folder))
    _change(
        provisioning / "dashboards" / "dispatch.yaml",
        "providers",
        {"options": {"path": str(HERE / "dashboards" / "postgres")}},
    )
    compose = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
    settings: dict[str, str] = compose["services"]["grafana"]["environment"]
    return {
        **{name: value for name, value in settings.items() if name.startswith("GF_")},
        "GF_UNIFIED_ALERTING_EXECUTE_ALERTS": environment.get("GRAFANA_ALERTS") or "false",
        "GF_SECURITY_ADMIN_PASSWORD": environment.get("GRAFANA_ADMIN_PASSWORD") or "admin",
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": str(HERE / "dashboards" / "postgres" / "1-overview.json"),
        "GF_PATHS_HOME": str(home),
        "GF_PATHS_DATA": str(folder / "grafana"),
        "GF_PATHS_LOGS": str(folder / "grafana" / "log"),
        "GF_PATHS_PLUGINS": str(folder / "grafana" / "plugins"),
        "GF_PATHS_PROVISIONING": str(provisioning),
        "GF_SERVER_STATIC_ROOT_PATH": str(_public_with_outline(folder / "public", home / "public")),
        "GF_SERVER_HTTP_ADDR": "127.0.0.1",
        "GF_SERVER_HTTP_PORT": port,
    }


def _reading_from(socket_folder: Path) -> dict[str, object]:
    """What of the data source differs from that of compose.yaml: a socket asks no password."""
    return {
        "url": str(socket_folder),
        "jsonData": {"database": "postgres", "sslmode": "disable", "postgresVersion": 1500},
    }


def _change(path: Path, items: str, changes: Mapping[str, object]) -> None:
    """Gives the one item of a provisioning file other values."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    (item,) = document[items]
    item.update(changes)
    item.pop("secureJsonData", None)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def _public_with_outline(public: Path, of_grafana: Path) -> Path:
    """Links to what Grafana serves, and the county's outline among its maps: the installed files stay as they are."""
    shutil.rmtree(public, ignore_errors=True)
    maps = public / "maps"
    maps.mkdir(parents=True)
    for entry in of_grafana.iterdir():
        if entry.name != "maps":
            (public / entry.name).symlink_to(entry.resolve())
    for entry in [*(of_grafana / "maps").glob("*"), *(HERE / "maps").glob("*.geojson")]:
        (maps / entry.name).unlink(missing_ok=True)
        (maps / entry.name).symlink_to(entry.resolve())
    return public


@contextmanager
def _grafana(installed: Installed, settings: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*installed.command, "--homepath", str(installed.home)],
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], port: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(f"http://127.0.0.1:{port}/api/health", timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise ServeError(f"Grafana does not answer on port {port} of this machine: its reasons are in {log}")


if __name__ == "__main__":
    sys.exit(main())
