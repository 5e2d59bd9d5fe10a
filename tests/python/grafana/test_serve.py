"""An installed Grafana is started with the pages, the marts and the county's outline, and stopped by Ctrl-C.

A stand-in takes Grafana's place: it writes down what it was told, answers the question of its health, and waits.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]

from grafana.publish import READER
from grafana.serve import Installed, NoGrafanaError, find_grafana
from tests.python.dbt_project.project import ROOT
from tests.python.grafana.postgres import query

STAND_IN = """#!{python}
import http.server, json, os, pathlib, sys
told = {{"arguments": sys.argv[1:], "environment": dict(os.environ)}}
pathlib.Path("told.json").write_text(json.dumps(told))
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["GF_SERVER_HTTP_PORT"])), Health).serve_forever()
"""


def install(home: Path, text: str) -> Path:
    """A folder as Grafana's tarball has it, with a script for the binary."""
    binary = home / "bin" / "grafana"
    for folder in ("bin", "conf", "public/maps", "public/img"):
        (home / folder).mkdir(parents=True)
    (home / "conf" / "defaults.ini").touch()
    (home / "public" / "maps" / "countries.geojson").write_text("{}")
    binary.write_text(text)
    binary.chmod(0o755)
    return home


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not a folder of pytest's, which PostgreSQL's user could not reach where root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="serve-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture
def port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def start(folder: Path, port: str, home: Path, warehouse: Path) -> subprocess.Popen[str]:
    environment = {"GRAFANA_HOME": str(home), "GRAFANA_PORT": port, "DISPATCH_DUCKDB": str(warehouse)}
    return subprocess.Popen(
        [sys.executable, "-m", "grafana.serve"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_grafana_has_pages_marts_and_outline_until_ctrl_c(folder: Path, port: str, warehouse: Path) -> None:
    home = install(folder / "home", STAND_IN.format(python=sys.executable))
    process = start(folder, port, home, warehouse)
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    opened = next((line for line in lines if line.startswith("Open ")), None)
    assert opened == f"Open http://127.0.0.1:{port}/d/dispatch-overview?kiosk=1 (Escape brings Grafana's menu)\n", (
        process.communicate()
    )

    told: dict[str, Any] = json.loads((folder / "told.json").read_text())
    settings = told["environment"]
    provisioning = Path(settings["GF_PATHS_PROVISIONING"])
    (source,) = yaml.safe_load((provisioning / "datasources" / "marts.yaml").read_text())["datasources"]
    (pages,) = yaml.safe_load((provisioning / "dashboards" / "dispatch.yaml").read_text())["providers"]
    public = Path(settings["GF_SERVER_STATIC_ROOT_PATH"])
    reader = f"postgresql://{source['user']}@/{source['jsonData']['database']}?host={source['url']}"

    assert told["arguments"] == ["server", "--homepath", str(home)]
    assert settings["GF_SERVER_HTTP_ADDR"] == "127.0.0.1", "nobody else may reach it"
    assert settings["GF_UNIFIED_ALERTING_EXECUTE_ALERTS"] == "false"
    assert source["uid"] == "police-marts"
    assert source["user"] == READER
    assert query(reader, "SELECT COUNT(*) FROM q01_incidents_by_city")[0][0] > 0
    assert (Path(pages["options"]["path"]) / "1-overview.json").is_file()
    assert json.loads((public / "maps" / "montgomery-county.geojson").read_text())["features"]
    assert (public / "maps" / "countries.geojson").is_file()
    assert (public / "img").is_dir()
    assert not (home / "public" / "maps" / "montgomery-county.geojson").exists(), "what is installed stays as it is"
    assert {path.name for path in folder.iterdir()} == {"data", "home", "told.json"}

    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert "Stopped Grafana and PostgreSQL" in output
    with pytest.raises(dbapi.Error):
        query(reader, "SELECT 1")
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", int(port))) != 0


def test_it_stops_both_when_it_is_killed_in_the_background(folder: Path, port: str, warehouse: Path) -> None:
    """A shell has what it starts in the background ignore Ctrl-C."""
    home = install(folder / "home", STAND_IN.format(python=sys.executable))
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = start(folder, port, home, warehouse)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert process.stdout is not None
    assert any(line.startswith("Open ") for line in iter(process.stdout.readline, ""))
    process.terminate()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Stopped Grafana and PostgreSQL" in output
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", int(port))) != 0


def test_a_port_that_is_taken_is_named(folder: Path, port: str, warehouse: Path) -> None:
    """Else what listens there would seem to be the new Grafana."""
    home = install(folder / "home", STAND_IN.format(python=sys.executable))
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(port)))
        other.listen()
        _, errors = (process := start(folder, port, home, warehouse)).communicate(timeout=120)
    assert process.returncode == 2
    assert f"serve: something listens on port {port} of this machine: stop it, or set GRAFANA_PORT" in errors
    assert not (folder / "data").exists()


def test_a_grafana_that_ends_says_where_its_reasons_are(folder: Path, port: str, warehouse: Path) -> None:
    home = install(folder / "home", "#!/bin/sh\necho no licence\nexit 3\n")
    output, errors = (process := start(folder, port, home, warehouse)).communicate(timeout=120)
    assert process.returncode == 1, output
    log = folder / "data" / "dashboards" / "grafana.log"
    assert f"serve: Grafana does not answer on port {port} of this machine: its reasons are in {log}\n" in errors
    assert log.read_text() == "no licence\n"


@pytest.mark.parametrize("layout", ["tarball", "brew", "link on the path"])
def test_grafana_is_found(layout: str, tmp_path: Path) -> None:
    prefix = install(tmp_path / "grafana", "#!/bin/sh\n")
    binary, home = prefix / "bin" / "grafana", prefix
    environment = {"PATH": str(prefix / "bin")}
    if layout == "brew":
        home = prefix / "share" / "grafana"
        home.mkdir(parents=True)
        for name in ("conf", "public"):
            (prefix / name).rename(home / name)
    if layout == "link on the path":
        (tmp_path / "bin").mkdir()
        binary = tmp_path / "bin" / "grafana"
        binary.symlink_to(prefix / "bin" / "grafana")
        environment = {"PATH": str(tmp_path / "bin")}
    assert find_grafana(environment) == Installed((str(binary), "server"), home)
    assert find_grafana({"PATH": "", "GRAFANA_HOME": str(prefix)}).home == home


def test_without_grafana_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoGrafanaError, match="neither Docker nor Grafana: install one of them"):
        find_grafana({"PATH": str(tmp_path)})
    with pytest.raises(NoGrafanaError, match=r"no bin/grafana in GRAFANA_HOME"):
        find_grafana({"PATH": "", "GRAFANA_HOME": str(tmp_path)})
