"""The Lambda function that tells a person how runs go: each failure once, and once that it is well again.

It remembers in ``state/told.json`` of the landing bucket what it has told. The state machine calls it
(`infra/state_machine.asl.json`), and its mails go to the alerts topic.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

MEMORY = "state/told.json"
ARTIFACTS = "artifacts"
"""Where builds leave what dbt says of them: ``artifacts/builds/<build>/run_results.json``."""

MOST_NAMED = 10
"""Tests and models in a mail."""

LONGEST_CAUSE = 1500
MANUAL = "infra/README.md of dispatch (Alarms) says what to do."

KINDS = {"compact": "compact", "reconcile": "reconcile", "rebuild": "rebuild"}
"""Tasks whose failures are their own; all others are runs, of which the next one makes good for the last."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str


def handler(event: Json, context: object) -> Json:
    """Tells what is to be told.

    Args:
        event: ``what`` (failure, warning or well), ``run`` (the execution's name), and ``state``: what the state
            machine knows; of a failure, ``failure`` in it has Step Functions' ``Error`` and ``Cause``.
        context: Lambda's.

    Returns:
        told: Whether a mail was sent.
    """
    del context
    teller = Teller(boto3.client("s3"), os.environ)
    mail = teller.mail(event["what"], event["run"], event["state"])
    if mail:
        boto3.client("sns").publish(TopicArn=os.environ["ALERTS_TOPIC"], Subject=mail.subject, Message=mail.text)
    # Not before it is sent: a mail that was not, is tried again by the next run.
    teller.remember()
    return {"told": mail is not None}


class Teller:
    """What has been told, and what is to be told next.

    Args:
        s3: boto3's client.
        environment: STACK, and the buckets' names: LANDING_BUCKET, WAREHOUSE_BUCKET.
    """

    def __init__(self, s3: Any, environment: Mapping[str, str]) -> None:
        self._s3 = s3
        self._stack = environment["STACK"]
        self._landing = environment["LANDING_BUCKET"]
        self._warehouse = environment["WAREHOUSE_BUCKET"]
        memory = self._read(self._landing, MEMORY)
        self._failures: Json = memory.get("failures", {})
        self._warning: str = memory.get("warning", "")
        self._before = self._memory()

    def mail(self, what: str, run: str, state: Json) -> Mail | None:
        """The mail to send, if any; `remember` keeps that it was sent."""
        kind = KINDS.get(state.get("task", ""), "run")
        if what == "failure":
            return self._failure(kind, run, state)
        warning = state.get("warning", "")
        is_news = warning != self._warning
        self._warning = warning
        if what == "warning":
            return Mail(f"{self._stack}: the ingest has a warning", warning) if is_news else None
        failure = self._failures.pop(kind, None)
        if failure is None:
            return None
        runs = "1 run" if failure["runs"] == 1 else f"{failure['runs']} runs"
        text = f"It is well again as of {run}: {runs} had failed since {failure['since']}, with\n\n{failure['key']}"
        return Mail(f"{self._stack}: well again", text)

    def remember(self) -> None:
        memory = self._memory()
        if memory != self._before:
            self._s3.put_object(Bucket=self._landing, Key=MEMORY, Body=memory)

    def _failure(self, kind: str, run: str, state: Json) -> Mail | None:
        failure = state.get("failure", {})
        error, cause = str(failure.get("Error", "")), str(failure.get("Cause", ""))
        build = _build_of(cause)
        found = self._found_by_dbt(build) if build else []
        # What comes again with other numbers or addresses is the same failure.
        key = "\n".join(found) or f"{error}: {_first_words(cause)}"
        known = self._failures.get(kind)
        if known and known["key"] == key:
            known["runs"] += 1
            return None
        self._failures[kind] = {"key": key, "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "runs": 1}
        what = "\n".join(found[:MOST_NAMED]) or f"{error}: {_message_of(cause)[:LONGEST_CAUSE]}"
        more = f"\nand {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        where = f"\n\nWhat dbt says of it: s3://{self._warehouse}/{_folder(build)}/" if build else ""
        told = "You hear of it again when it is well, or when it fails in another way."
        return Mail(f"{self._stack}: a run failed", f"{run} failed.\n\n{what}{more}{where}\n\n{MANUAL} {told}")

    def _found_by_dbt(self, build: str) -> list[str]:
        """The tests and models of a build that failed, in words; nothing where dbt did not come so far."""
        results = self._read(self._warehouse, f"{_folder(build)}/run_results.json").get("results", [])
        kept = self._read(self._warehouse, f"{_folder(build)}/failed_rows.json").get("results", [])
        # Of a test that could not run again there is a name, but no table.
        tables = {result["unique_id"]: result.get("relation_name") for result in kept if result["status"] == "fail"}
        found = []
        for result in results:
            if result.get("status") in ("fail", "error", "runtime error"):
                resource, _, name = str(result["unique_id"]).partition(".")
                sentence = f"The {resource} {name.split('.')[1]} failed: {_first_words(result.get('message') or '')}"
                table = tables.get(result["unique_id"])
                found.append(f"{sentence}. The rows are in {table}" if table else sentence)
        return sorted(found)

    def _memory(self) -> bytes:
        return json.dumps({"failures": self._failures, "warning": self._warning}).encode()

    def _read(self, bucket: str, key: str) -> Json:
        """A JSON object of a bucket; an empty one where there is none, or it is damaged."""
        try:
            document = json.loads(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except (ClientError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}


def _folder(build: str) -> str:
    return f"{ARTIFACTS}/builds/{build}"


def _build_of(cause: str) -> str:
    """The part of a build's id behind the project's name, of a cause that CodeBuild gives; "" for another one."""
    try:
        return str(json.loads(cause)["Build"]["Id"]).rpartition(":")[2]
    except (ValueError, TypeError, KeyError):
        return ""


def _message_of(cause: str) -> str:
    """What a function raised, without the traceback; of another cause all of it."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return cause


def _first_words(text: str) -> str:
    """The first line, with numbers of several digits left out."""
    message = _message_of(text).strip()
    return re.sub(r"\d[\d,.:TZ-]+", "…", message.splitlines()[0][:300]) if message else ""
