"""Uploading to a Grafana that is played by a server of our own: what is sent, and what is said when it is not taken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from grafana.sources import UID
from grafana.upload import main
from tests.python.grafana.boards import boards
from tests.python.shared import serving

ALERTS = "/api/v1/provisioning/folder/dispatch-alerts/rule-groups/Feed%20and%20marts"


@dataclass
class FakeGrafana:
    """Answers with 200, or with a status that a test sets for a path, and keeps what it was sent."""

    url: str = ""
    location: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[str, str, str, Any]] = field(default_factory=list)

    def bodies(self, path: str) -> list[Any]:
        return [body for _, sent_to, _, body in self.sent if sent_to == path]


@pytest.fixture
def grafana(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGrafana]:
    fake = FakeGrafana()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.sent.append((self.command, self.path, self.headers["Authorization"], body))
            self.send_response(fake.statuses.get(self.path, 200))
            if fake.location:
                self.send_header("Location", fake.location)
            self.end_headers()
            self.wfile.write(b'{"message": "as the test wants"}')

        do_PUT = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    for name in ("DISPATCH_GRAFANA_ROLE", "DISPATCH_ATHENA_RESULTS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "GRAFANA_TOKEN": "secret",
        "AWS_REGION": "us-east-1",
        "DISPATCH_WORK_GROUP": "dispatch",
        "DISPATCH_SCHEMA_PREFIX": "anna_",
    }.items():
        monkeypatch.setenv(name, value)
    with serving(Handler) as fake.url:
        monkeypatch.setenv("GRAFANA_URL", f"{fake.url}/")
        yield fake


def test_everything_is_sent(grafana: FakeGrafana, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    assert {token for _, _, token, _ in grafana.sent} == {"Bearer secret"}
    (source,) = grafana.bodies("/api/datasources")
    assert (source["uid"], source["type"]) == (UID, "grafana-athena-datasource")
    settings = source["jsonData"]
    assert (settings["database"], settings["workgroup"]) == ("anna_dispatch_marts", "dispatch")
    assert (settings["assumeRoleArn"], settings["outputLocation"]) == ("", "")
    assert [folder["uid"] for folder in grafana.bodies("/api/folders")] == ["dispatch", "dispatch-alerts"]
    pages = grafana.bodies("/api/dashboards/db")
    sent = {page["dashboard"]["uid"]: page["dashboard"] for page in pages}
    assert sent == {board.json["uid"]: board.json for board in boards("athena")}
    assert len(pages) == len(sent)
    assert all(page["folderUid"] == "dispatch" and page["overwrite"] is True for page in pages)
    ((method, _, _, group),) = [sent for sent in grafana.sent if sent[1] == ALERTS]
    assert method == "PUT"
    assert (group["title"], group["interval"]) == ("Feed and marts", 3600)
    assert len(group["rules"]) == 3
    for rule in group["rules"]:
        assert (rule["folderUID"], rule["ruleGroup"], rule["orgID"]) == ("dispatch-alerts", "Feed and marts", 1)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["Data source Police marts: made", "Page 1 Overview"]
    assert printed[-1] == "Alert rules Feed and marts: 3"


def test_what_is_there_may_stay(grafana: FakeGrafana, capsys: pytest.CaptureFixture[str]) -> None:
    grafana.statuses = {"/api/datasources": 409, "/api/folders": 412}
    assert main([]) == 0
    assert len(grafana.bodies("/api/dashboards/db")) == len(boards("athena"))
    assert capsys.readouterr().out.startswith("Data source Police marts: is there, and stays as it is\n")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            403,
            "upload: {url} refuses /api/dashboards/db (403): GRAFANA_TOKEN must be that of a service account with the "
            "role Admin\n",
        ),
        (500, "upload: {url} does not take /api/dashboards/db (500): as the test wants\n"),
    ],
)
def test_a_refusal_is_told(
    status: int, expected: str, grafana: FakeGrafana, capsys: pytest.CaptureFixture[str]
) -> None:
    grafana.statuses = {"/api/dashboards/db": status}
    assert main([]) == 1
    assert capsys.readouterr().err == expected.format(url=grafana.url)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, grafana: FakeGrafana, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it leads would get the token."""
    grafana.statuses = {"/api/datasources": status}
    grafana.location = f"{grafana.url}/login"

    assert main([]) == 1

    assert capsys.readouterr().err == (
        f"upload: {grafana.url} sends /api/datasources on to {grafana.url}/login: set GRAFANA_URL to the address that "
        "Grafana itself has\n"
    )
    assert [path for _, path, _, _ in grafana.sent] == ["/api/datasources"]


def test_a_password_in_the_address_is_not_told(
    monkeypatch: pytest.MonkeyPatch, grafana: FakeGrafana, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_URL", "http://admin:hidden@127.0.0.1:1")
    assert main([]) == 1
    assert "hidden" not in capsys.readouterr().err


def test_grafana_being_away_is_told(
    grafana: FakeGrafana, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_URL", "http://127.0.0.1:1")
    assert main([]) == 1
    assert (
        capsys.readouterr().err
        == "upload: http://127.0.0.1:1 does not answer (ConnectionError): is GRAFANA_URL right?\n"
    )


def test_an_address_that_is_none_is_told(
    grafana: FakeGrafana, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_URL", "example.grafana.net")
    assert main([]) == 1
    assert "does not answer (MissingSchema): is GRAFANA_URL right?" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["GRAFANA_URL", "GRAFANA_TOKEN", "AWS_REGION", "DISPATCH_WORK_GROUP"])
def test_a_missing_setting_is_told(
    name: str, grafana: FakeGrafana, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "")
    assert main([]) == 2
    assert capsys.readouterr().err == f"upload: set {name}: --help says to what\n"
    assert grafana.sent == []
