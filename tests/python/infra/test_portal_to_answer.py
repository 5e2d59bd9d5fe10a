"""From the portal to an answer: the Lambda that the stack made pulls, Firehose delivers, dbt builds on Athena's engine.

What this does not prove: Firehose itself, of which firehose_delivery is a model, and Athena's fork of Trino. Only what
question 1 needs is built; tests/python/athena builds everything.
"""

import gzip
import json
from pathlib import Path

import pytest
import yaml

from local_athena.server import LocalAthena
from local_portal.soda_server import SodaServer
from tests.python.athena.athena_project import SAMPLE, failures, open_project, utc_date
from tests.python.infra.deployment import Stack
from tests.python.infra.firehose_delivery import delivered
from tests.python.infra.stack_files import ROOT

FIGURES = yaml.safe_load((ROOT / "tests" / "published" / "june_2024.yml").read_text())


def test_question_1_is_answered_from_what_the_lambda_landed(
    stack: Stack, portal: SodaServer, local_athena: LocalAthena, tmp_path: Path
) -> None:
    stack.empty_landing()
    rows = [json.loads(line) for line in gzip.decompress(SAMPLE.read_bytes()).splitlines()]
    portal.insert({key: value for key, value in row.items() if key != "row_ts"} for row in rows)

    answer = stack.invoke({})

    assert answer["landed"] == len(rows), answer
    objects = delivered(stack.objects("landing", "incidents/"))
    assert sum(gzip.decompress(content).count(b"\n") for content in objects.values()) == len(rows)
    project = open_project(
        local_athena, "stack", tmp_path, {"sample_is_loaded": True, "first_landing_date": utc_date(days_ago=2)}
    )
    for key, content in objects.items():
        project.s3.put_object(Bucket="landing", Key=f"{project.name}/{key}", Body=content)
    # Cautious: only tests of what is built, not those that compare it with other marts.
    select = ["--select", "+q01_incidents_by_city", "--indirect-selection", "cautious"]
    run = project.dbt("build", *select, "--exclude-resource-type", "unit_test")

    assert run.result.success, failures(run)
    assert run.result.statuses["q01_cities"] == "pass", "the golden test of question 1"
    marts = project.database("marts")
    counted = project.client.rows(
        f"select city, incidents from {marts}.q01_incidents_by_city where period_id = 'study_2024_06'"
    )
    shown = project.dbt("show", "--select", "show_q01_incidents_by_city")
    assert any("SILVER SPRING" in message for message in shown.messages), "the README's last command"
    assert set(counted) == {(city, str(count)) for city, count in FIGURES["incidents_by_city"].items()}


def test_the_model_of_delivery() -> None:
    """By hand: two records of one minute and one of the next, of which the first in arrival comes first."""

    def key(seconds: str, mark: str) -> str:
        uuid = f"{mark * 8}-0000-0000-0000-000000000000"
        return f"incidents/dt=2026-11-24/hh=16/dispatch-1-2026-11-24-16-{seconds}-{uuid}.ndjson.gz"

    objects = delivered({key("05-59", "b"): b"2\n", key("06-00", "c"): b"3\n", key("05-01", "f"): b"1\n"})

    assert {name: gzip.decompress(content) for name, content in objects.items()} == {
        key("05-01", "f"): b"1\n2\n",
        key("06-00", "c"): b"3\n",
    }
    with pytest.raises(ValueError, match="no record"):
        delivered({"incidents/x.gz": b""})
