"""Brings the dashboards to a Grafana that reads no files of ours, over its API: `python -m grafana.upload`.

That is Grafana Cloud and Amazon Managed Grafana. The data source is made where there is none, and never changed; pages
and alert rules are replaced by those of this checkout.
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import yaml

from terminal.words import without_credentials, words_of_others

HERE = Path(__file__).parent
PROVISIONING = HERE / "provisioning" / "athena"
DASHBOARDS = HERE / "dashboards" / "athena"
ALERTS_FOLDER_UID = "dispatch-alerts"
TIMEOUT_SECONDS = 60
NEEDED = ("GRAFANA_URL", "GRAFANA_TOKEN", "AWS_REGION", "DISPATCH_WORK_GROUP")

EXISTS = (409, 412)
"""What Grafana answers where there is a thing of that name or uid."""

MANUAL = """\
Brings the data source, the pages and the alert rules of grafana/ to a
Grafana over its API. Pages and rules that are there are replaced; a data source
that is there stays as it is.

environment:
  GRAFANA_URL    such as https://example.grafana.net
  GRAFANA_TOKEN  of a service account with the role Admin
  for the data source, what the stack prints as Environment and GrafanaRole:
  AWS_REGION, DISPATCH_WORK_GROUP; and where they are not empty
  DISPATCH_ATHENA_RESULTS, DISPATCH_SCHEMA_PREFIX, DISPATCH_GRAFANA_ROLE

exit codes:
  0  done
  1  failed; what was uploaded stays, run it again
  2  wrong usage: a setting is missing
"""


class UploadError(Exception):
    """Grafana is away or refuses something: run it again."""


class Grafana:
    """The part of Grafana's HTTP API that is needed (https://grafana.com/docs/grafana/latest/developers/http_api/)."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._shown_url = without_credentials(self._url)
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, body: object, accepted: tuple[int, ...] = ()) -> bool:
        """Sends JSON; False for an answer that is accepted without being a success. Raises UploadError for others."""
        try:
            answer = self._session.request(
                method, f"{self._url}{path}", json=body, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise UploadError(
                f"{self._shown_url} does not answer ({type(error).__name__}): is GRAFANA_URL right?"
            ) from error
        if answer.status_code in accepted:
            return False
        if 300 <= answer.status_code < 400:
            # Where it leads would get the token, and a POST would become a GET.
            target = words_of_others(without_credentials(answer.headers.get("Location", "nowhere")))
            raise UploadError(
                f"{self._shown_url} sends {path} on to {target}: set GRAFANA_URL to the address that Grafana itself has"
            )
        if answer.status_code in (401, 403):
            raise UploadError(
                f"{self._shown_url} refuses {path} ({answer.status_code}): GRAFANA_TOKEN must be that of a service "
                "account with the role Admin"
            )
        if not answer.ok:
            raise UploadError(f"{self._shown_url} does not take {path} ({answer.status_code}): {_message(answer)}")
        return True


def _message(answer: requests.Response) -> str:
    try:
        return words_of_others(answer.json()["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return words_of_others(answer.reason)


def upload(grafana: Grafana) -> None:
    """Uploads everything, and says what.

    Raises:
        UploadError: Grafana is away or refuses something. What came before is there.
    """
    for source in _provisioned("datasources/marts.yaml")["datasources"]:
        source["jsonData"] = _with_environment(source["jsonData"])
        made = grafana.send("POST", "/api/datasources", source, EXISTS)
        print(f"Data source {source['name']}: {'made' if made else 'is there, and stays as it is'}")
    (provider,) = _provisioned("dashboards/dispatch.yaml")["providers"]
    folder = provider["folderUid"]
    grafana.send("POST", "/api/folders", {"uid": folder, "title": provider["folder"]}, EXISTS)
    for file in sorted(DASHBOARDS.glob("*.json")):
        board = json.loads(file.read_text(encoding="utf-8"))
        grafana.send("POST", "/api/dashboards/db", {"dashboard": board, "folderUid": folder, "overwrite": True})
        print(f"Page {board['title']}")
    for group in _provisioned("alerting/rules.yaml")["groups"]:
        grafana.send("POST", "/api/folders", {"uid": ALERTS_FOLDER_UID, "title": group["folder"]}, EXISTS)
        path = f"/api/v1/provisioning/folder/{ALERTS_FOLDER_UID}/rule-groups/{quote(group['name'])}"
        grafana.send("PUT", path, rule_group(group))
        print(f"Alert rules {group['name']}: {len(group['rules'])}")


def rule_group(group: dict[str, Any]) -> dict[str, Any]:
    """A group of a provisioning file as the API wants it: seconds for hours, and its folder and name in each rule."""
    hours = re.fullmatch(r"(\d+)h", group["interval"])
    assert hours is not None
    place = {"orgID": group["orgId"], "folderUID": ALERTS_FOLDER_UID, "ruleGroup": group["name"]}
    return {
        "title": group["name"],
        "folderUid": ALERTS_FOLDER_UID,
        "interval": int(hours[1]) * 3600,
        "rules": [rule | place for rule in group["rules"]],
    }


def _provisioned(file: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROVISIONING / file).read_text(encoding="utf-8"))
    return content


def _with_environment(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with the environment's values, as Grafana puts them into its files: nothing where there is none."""

    def value(match: re.Match[str]) -> str:
        return os.environ.get(match[1] or match[2], "")

    return {
        name: re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, setting) if isinstance(setting, str) else setting
        for name, setting in settings.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Uploads once and returns the exit code."""
    argparse.ArgumentParser(
        prog="python -m grafana.upload", description=MANUAL, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args(arguments)
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        return _fail(f"set {', '.join(missing)}: --help says to what", 2)
    try:
        upload(Grafana(os.environ["GRAFANA_URL"], os.environ["GRAFANA_TOKEN"]))
    except UploadError as error:
        return _fail(str(error), 1)
    return 0


def _fail(sentence: str, exit_code: int) -> int:
    print(f"upload: {sentence}", file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
