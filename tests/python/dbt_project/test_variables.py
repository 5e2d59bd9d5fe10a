"""Every variable of a question can be changed: the project builds, its tests pass, and the marts are right."""

import json

import pytest
import yaml

from tests.python.dbt_project import expected_marts
from tests.python.dbt_project.expected_marts import QUESTIONS, differences
from tests.python.dbt_project.feeds import land_tight_feed
from tests.python.dbt_project.project import ROOT, Project, parse

STREETS = ["B ST", "ST MARY'S LN", "GEORGIA AVE"]
TYPES = ["NOISE", "CDS"]
CHANGED = {
    "top_n": 3,
    "small_sample": 10,
    "focus_streets": STREETS,
    "focus_types": TYPES,
    "question_12": {"pair": "CDS:1", "city": "OLNEY"},
    "period": "2024",
}


NOT_CHANGED = {
    "rejected_warn_rows", "rejected_error_rows", "rejected_error_pct", "filled_before_pct", "filled_now_rows",
    "first_landing_date", "landing_lookback_days", "compare_all_dates", "compact_after_files", "questions",
}  # fmt: skip
"""Variables on which no number in a mart depends, and the register."""


def test_every_variable_of_the_models_is_changed_here_and_named_in_the_documents() -> None:
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"].keys() - NOT_CHANGED
    assert variables - CHANGED.keys() == set(), "add another value of each to CHANGED"
    page = (ROOT / "docs" / "adapt.md").read_text(encoding="utf-8")
    assert [name for name in variables if f"`{name}`" not in page] == [], "name each in docs/adapt.md"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("changed")
    project = Project(folder, parse(folder, "--vars", json.dumps(CHANGED)))
    land_tight_feed(project)
    # The tight feed rejects more lines than a day of the county's may.
    result = project.build("--vars", json.dumps(CHANGED | {"rejected_error_pct": 100}))
    assert result.named("fail", "error", "skipped", "runtime error") == set()
    return project


def test_the_marts_are_right(changed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expected_marts, "TOP_N", CHANGED["top_n"])
    monkeypatch.setattr(expected_marts, "SMALL_SAMPLE", CHANGED["small_sample"])
    monkeypatch.setattr(expected_marts, "FOCUS_STREETS", tuple(STREETS))
    monkeypatch.setattr(expected_marts, "FOCUS_TYPES", tuple(TYPES))
    expected = expected_marts.expected_marts(changed.query("select * from marts.incidents"))
    told = [
        f"{mart}: {line}"
        for mart in ["top_cities", *QUESTIONS]
        for line in differences(expected[mart], changed.query(f"select * from marts.{mart}"))
    ]
    assert told == []


def test_question_12_asks_about_the_pair_and_the_city(changed: Project) -> None:
    answers = changed.query("select asked, headline from marts.answers where question = 12")
    assert {answer["asked"] for answer in answers} == {"Why does CDS:1 have the highest ADM in Olney?"}
    assert all("CDS:1" in answer["headline"] and "Olney" in answer["headline"] for answer in answers)


def test_analyses_ask_about_the_period(changed: Project) -> None:
    assert changed.dbt("compile", "--select", "resource_type:analysis", "--vars", json.dumps(CHANGED)).success
    compiled = changed.folder.glob("target/compiled/dispatch/analyses/*.sql")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in compiled}
    assert "period_id = '2024'" in texts["show_q01_incidents_by_city"]
    assert [name for name, text in texts.items() if "study_2024_06" in text or "last_28_days" in text] == []
