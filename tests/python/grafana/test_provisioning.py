"""What Grafana is started with: the compose file, the data sources, the dashboards' folder, the alert rules."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from grafana.local_postgres import READER_SQL
from grafana.publish import DEFAULT_PASSWORD, DEFAULT_POSTGRES, READER
from grafana.register import questions
from grafana.sources import RESULT_REUSE_MINUTES, SOURCES, UID
from local_athena.client import Client
from tests.python.grafana.boards import ROOT, boards
from tests.python.grafana.engines import Athena, DuckDB, Engine, PostgreSQL

FOLDER = ROOT / "grafana"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
NAMES = [source.name for source in SOURCES]
COUNTY = ZoneInfo("America/New_York")


def provisioned(source: str, file: str) -> dict[str, Any]:
    """A provisioning file of a data source, `athena` or `postgres`."""
    content: dict[str, Any] = yaml.safe_load((FOLDER / "provisioning" / source / file).read_text())
    return content


def environment(service: str) -> dict[str, str]:
    variables: dict[str, str] = COMPOSE["services"][service]["environment"]
    return variables


def mounts(service: str) -> dict[str, Path]:
    """What is bound from the checkout into a container, by its place there."""
    bound = [volume.split(":") for volume in COMPOSE["services"][service]["volumes"] if volume.startswith("./")]
    assert all(mode == "ro" for _, _, mode in bound)
    return {target: FOLDER / source for source, target, _ in bound}


# Compose


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_services_listen_on_this_machine_alone(service: str) -> None:
    ports = COMPOSE["services"][service]["ports"]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_services_are_pinned_and_say_when_they_are_ready(service: str) -> None:
    assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?", COMPOSE["services"][service]["image"])
    assert COMPOSE["services"][service]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_what_is_mounted_is_in_the_checkout(service: str) -> None:
    assert [path for path in mounts(service).values() if not path.exists()] == []


def test_publishing_goes_by_default_to_the_composed_postgres() -> None:
    user, password, database = (environment("postgres")[f"POSTGRES_{key}"] for key in ("USER", "PASSWORD", "DB"))
    (port,) = COMPOSE["services"]["postgres"]["ports"]
    host, published, _ = port.split(":")
    assert f"postgresql://{user}:{{password}}@{host}:{published}/{database}" == DEFAULT_POSTGRES
    assert password == f"${{POSTGRES_PASSWORD:-{DEFAULT_PASSWORD}}}"


def test_grafana_reads_as_the_reader_of_the_composed_postgres() -> None:
    (source,) = provisioned("postgres", "datasources/marts.yaml")["datasources"]
    assert source["url"] == "postgres:5432"
    assert source["user"] == READER
    assert source["jsonData"]["database"] == environment("postgres")["POSTGRES_DB"]
    assert source["secureJsonData"]["password"] == "$GRAFANA_READER_PASSWORD"
    assert environment("grafana")["GRAFANA_READER_PASSWORD"] == environment("postgres")["GRAFANA_READER_PASSWORD"]
    (script,) = mounts("postgres").values()
    assert script == READER_SQL


def test_grafana_finds_what_dashboards_need() -> None:
    files = mounts("grafana")
    for kind in ("datasources", "dashboards", "alerting"):
        assert files[f"/etc/grafana/provisioning/{kind}"] == FOLDER / "provisioning" / "postgres" / kind
    (provider,) = provisioned("postgres", "dashboards/dispatch.yaml")["providers"]
    dashboards = provider["options"]["path"]
    assert files[dashboards] == FOLDER / "dashboards" / "postgres"
    home = Path(environment("grafana")["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert str(home.parent) == dashboards
    assert (files[dashboards] / home.name).exists()
    outlines = {
        layer["config"]["src"]
        for board in boards("postgres")
        for panel in board.panels
        for layer in panel.json.get("options", {}).get("layers", [])
        if layer["type"] == "geojson"
    }
    assert outlines
    assert all(f"/usr/share/grafana/{outline}" in files for outline in outlines)


def test_the_map_needs_no_internet() -> None:
    layer = json.loads(environment("grafana")["GF_GEOMAP_DEFAULT_BASELAYER_CONFIG"])
    assert layer["type"] == "xyz"
    assert layer["config"]["url"].startswith("data:image/gif;base64,")


def test_whoever_is_on_this_machine_may_look_and_no_more() -> None:
    assert environment("grafana")["GF_AUTH_ANONYMOUS_ENABLED"] == "true"
    assert environment("grafana")["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"


# Data sources and dashboards


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_data_source_is_the_one_that_dashboards_name(source: Any) -> None:
    (given,) = provisioned(source.name, "datasources/marts.yaml")["datasources"]
    assert (given["uid"], given["name"], given["type"]) == (UID, "Police marts", source.plugin)


def test_athena_is_reached_with_what_dbt_is_told() -> None:
    (source,) = provisioned("athena", "datasources/marts.yaml")["datasources"]
    settings = source["jsonData"]
    assert settings["authType"] == "default"
    assert settings["resultReuseMaxAgeInMinutes"] == RESULT_REUSE_MINUTES
    profile = (ROOT / "profiles.yml.example").read_text()
    used = set(re.findall(r"\$\{?([A-Z_]+)", json.dumps(settings)))
    assert used - {name for name in used if f"'{name}'" in profile} == {"DISPATCH_GRAFANA_ROLE"}
    assert settings["database"] == "${DISPATCH_SCHEMA_PREFIX}dispatch_marts"


def test_dashboards_have_one_folder_everywhere() -> None:
    athena, postgres = (provisioned(name, "dashboards/dispatch.yaml") for name in NAMES)
    assert athena == postgres
    (provider,) = athena["providers"]
    assert (provider["folderUid"], provider["folder"]) == ("dispatch", "Montgomery County police dispatch")
    assert provider["allowUiUpdates"] is False
    for name in NAMES:
        (group,) = provisioned(name, "alerting/rules.yaml")["groups"]
        assert group["folder"] != provider["folder"], "Grafana would make two folders of that name"


# Alert rules


def rules(source: str) -> dict[str, dict[str, Any]]:
    (group,) = provisioned(source, "alerting/rules.yaml")["groups"]
    return {rule["uid"]: rule for rule in group["rules"]}


def rule_sql(uid: str) -> str:
    """The query of a rule. It names tables without schema."""
    return str(rules("postgres")[uid]["data"][0]["model"]["rawSql"])


def test_rules_are_not_evaluated_locally_unless_asked() -> None:
    assert environment("grafana")["GF_UNIFIED_ALERTING_EXECUTE_ALERTS"] == "${GRAFANA_ALERTS:-false}"
    assert not any(rule.get("isPaused") for name in NAMES for rule in rules(name).values())


def limit(uid: str) -> float:
    """What the value must be greater than, for the rule to fire."""
    (condition,) = rules("postgres")[uid]["data"][1]["model"]["conditions"]
    assert condition["evaluator"]["type"] == "gt"
    (least,) = condition["evaluator"]["params"]
    return float(least)


@pytest.fixture(
    scope="module", params=["postgres", "duckdb", pytest.param("athena", marks=pytest.mark.xdist_group("local_athena"))]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine that a rule may ask; the tables come with the query."""
    if request.param == "athena":
        client: Client = request.getfixturevalue("athena")
        yield Athena(client, "default")
    else:
        connection: PostgreSQL | DuckDB = (
            PostgreSQL(request.getfixturevalue("published"))
            if request.param == "postgres"
            else DuckDB(request.getfixturevalue("warehouse"))
        )
        yield connection
        connection.close()


def fires(uid: str, engine: Engine, tables: str) -> bool:
    """Does the rule fire when the marts are the tables of a WITH clause?"""
    result = engine.run(f"WITH {tables}\n{rule_sql(uid)}")
    assert result.kinds == ["number"], "Grafana takes one number"
    if not result.rows:
        return bool(rules("postgres")[uid]["noDataState"] == "Alerting")
    ((value,),) = result.rows
    assert isinstance(value, int | float)
    return value > limit(uid)


Landing = tuple[float, float]
"""A row of data_health: hours since the newest incident started, and per cent rejected."""


def landings(rows: list[Landing]) -> str:
    """data_health with one landed date after the other."""
    now = datetime.now(COUNTY)
    selects = [
        f"SELECT DATE '2026-11-{day:02d}' AS landed_date, "
        f"TIMESTAMP '{now - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}' AS newest_start_time, "
        f"CAST({rejected_pct} AS double precision) AS rejected_pct"
        for day, (hours, rejected_pct) in enumerate(rows or [(0, 0)], start=1)
    ]
    return f"data_health AS (SELECT * FROM ({' UNION ALL '.join(selects)}) AS landed WHERE {bool(rows)})"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(30, 0), (23, 0)], False),
        ([(50, 0), (25, 0)], True),
        # What lands may be old: the newest of all counts.
        ([(20, 0), (40, 0)], False),
        ([], True),
    ],
    ids=["23 hours", "25 hours", "newest landed before", "nothing landed"],
)
def test_no_new_incident(rows: list[Landing], expected: bool, engine: Engine) -> None:
    assert fires("dispatch-no-new-incident", engine, landings(rows)) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(0, 0), (0, 0.1)], False),
        ([(0, 0), (0, 0.11)], True),
        ([(0, 5), (0, 0)], False),
        ([], False),
    ],
    ids=["at the share", "above it", "mended since", "nothing landed"],
)
def test_rejected_rows(rows: list[Landing], expected: bool, engine: Engine) -> None:
    assert fires("dispatch-rejected-rows", engine, landings(rows)) is expected


def answers(answered: Mapping[int, bool], period: str = "last_28_days") -> str:
    """`answers` of one period: is each question answered?"""
    selects = [
        f"SELECT '{period}' AS period_id, {question} AS question, {str(is_answered).upper()} AS is_answered"
        for question, is_answered in answered.items()
    ]
    return f"answers AS ({' UNION ALL '.join(selects)})"


ANSWERED = dict.fromkeys(questions(), True)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (answers(ANSWERED), False),
        (answers({**ANSWERED, 7: False}), True),
        (answers({**ANSWERED, max(ANSWERED): False}), True),
        (answers({**ANSWERED, max(ANSWERED) + 1: False}), True),
        (answers(dict.fromkeys(ANSWERED, False)), True),
        (answers(ANSWERED, period="all"), True),
    ],
    ids=["all", "one is not", "the last is not", "a new one is not", "none is", "no rows"],
)
def test_a_question_without_an_answer(tables: str, expected: bool, engine: Engine) -> None:
    assert fires("dispatch-question-without-answer", engine, tables) is expected


def test_the_rules_on_old_incidents_with_a_gap(published: str) -> None:
    """The newest incident is of June 2024, of which the first nine days are missing: question 23 has no answer. For
    questions 14 and 15 no pair has enough timed incidents on two key streets.
    """
    engine = PostgreSQL(published)
    values = {uid: engine.run(rule_sql(uid)).rows for uid in rules("postgres")}
    engine.close()
    assert values == {
        "dispatch-no-new-incident": [(1,)],
        "dispatch-rejected-rows": [(0.0,)],
        "dispatch-question-without-answer": [(3,)],
    }
