"""The register of questions, what is generated from it, and what is said when register, pages and files do not fit."""

from pathlib import Path
from typing import Any

import pytest

from grafana import build, copies, page, pages, register
from grafana.register import RegisterError, questions, read
from tests.python.grafana.boards import DASHBOARDS, ROOT, mart_columns

ENTRY: dict[str, Any] = {
    "question": 1, "asked": "Where?", "page": "places", "marts": {"q01_where": ["street", "share"]},
}  # fmt: skip


def test_the_files_are_what_the_code_writes() -> None:
    written = build.files()
    stale = [path for path, text in written.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert [path.relative_to(ROOT).as_posix() for path in stale] == [], "run make generate"
    unknown = set(DASHBOARDS.rglob("*.json")) - written.keys()
    assert unknown == set(), "delete them: no page of grafana/pages/__init__.py has that name"


@pytest.mark.parametrize("number", questions())
def test_the_columns_that_answer_are_those_of_the_mart(number: int) -> None:
    for asked in (questions()[number], *questions()[number].bullets):
        for mart, columns in asked.marts.items():
            missing = set(columns) - mart_columns().get(mart, set())
            assert missing == set(), f"dbt_project.yml: question {number} names columns that {mart} does not have"


def test_question_12_names_the_pair_and_the_city_that_are_looked_up() -> None:
    assert (
        questions()[12].asked == "Why does SEXUAL ASSAULT - OCCURRED EARLIER:3 have the highest ADM in Silver Spring?"
    )


# What is generated


def test_the_index_has_a_row_a_question_and_a_row_a_bullet(tmp_path: Path) -> None:
    bullets = [
        {"asked": "How much?", "marts": {"q01_where": ["share"]}},
        {"asked": "When?", "marts": {"q02_when": ["hour"], "q03_month": ["month"]}},
    ]
    (tmp_path / "README.md").write_text(f"before\n{copies.INDEX_BEGINS}stale\n{copies.INDEX_ENDS}after\n")
    entries = read([{**ENTRY, "bullets": bullets}, {**ENTRY, "question": 2, "page": "quality"}])
    picture = tmp_path / "docs" / "pictures" / "2-places-light.png"
    picture.parent.mkdir(parents=True)
    picture.touch()
    text = copies.readme(entries, tmp_path)
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert [line for line in text.splitlines() if "Where" in line or " - " in line] == [
        "| 1 | Where? | `q01_where` | street, share | [Q1, Places](docs/pictures/2-places-light.png) |",
        "| | - How much? | | share | |",
        "| | - When? | `q02_when`, `q03_month` | hour; month | |",
        "| 2 | Where? | `q01_where` | street, share | Q2, Data quality |",
    ]
    assert "stale" not in text


@pytest.mark.parametrize(
    ("mart", "head"),
    [
        ("q02_top_types_by_city", f"-- {questions()[2].asked}\n"),
        ("q04_streets_by_city", f"-- {questions()[4].asked} And within a city?\n"),
        # No line is longer than sqlfluff allows.
        (
            "q18_street_priority_mix",
            "-- Is the percentage of a top type and priority higher in one city than in another? And on one key street "
            "than on\n-- another?\n",
        ),
    ],
    ids=["its question", "and what its mart answers", "two lines"],
)
def test_an_analysis_begins_with_its_question(mart: str, head: str, tmp_path: Path) -> None:
    path = tmp_path / "analyses" / f"show_{mart}.sql"
    path.parent.mkdir()
    for before in ("-- Something else?\n-- In two lines.\n", ""):
        path.write_text(f"{before}select 1\n-- two\n")
        assert copies.analyses(tmp_path) == {path: f"{head}select 1\n-- two\n"}


# What does not fit


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([{**ENTRY, "marts": {}}], "dbt_project.yml: question 1 has no `marts`: add it"),
        ([{**ENTRY, "page": None}], "dbt_project.yml: question 1 has no `page`: add it"),
        ([ENTRY, {"asked": "Who?"}], "dbt_project.yml: entry 2 of the questions has no `question`: add it"),
        ([ENTRY, ENTRY], "dbt_project.yml: question 1 is there twice: give one of them the next number"),
        (
            [{**ENTRY, "page": "place"}],
            "dbt_project.yml: question 1 is on the page place, which there is not: choose one of overview, places, ",
        ),
    ],
    ids=["no mart", "no page", "no number", "twice", "unknown page"],
)
def test_a_bad_entry(entries: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(RegisterError) as failure:
        read(entries)
    assert str(failure.value).startswith(said)


def test_a_question_without_its_files(tmp_path: Path) -> None:
    entries = read([ENTRY])
    with pytest.raises(RegisterError) as failure:
        register.check_files(entries, tmp_path)
    assert str(failure.value) == (
        "dbt_project.yml: question 1 is answered by the mart q01_where, which there is not: "
        "add models/marts/places/q01_where.sql, or mend the name"
    )
    mart = tmp_path / "models" / "marts" / "places" / "q01_where.sql"
    mart.parent.mkdir(parents=True)
    mart.touch()
    with pytest.raises(RegisterError) as failure:
        register.check_files(entries, tmp_path)
    assert str(failure.value) == (
        "dbt_project.yml: question 1 has no sentence: add models/intermediate/answers/answer_q01.sql"
    )


def made(name: str, *numbers: int) -> page.Page:
    return page.Page(name, [page.Row(f"Q{number}", "How to read it.", [], question=number) for number in numbers])


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (
            made("places", 4),
            "grafana/pages/places.py has no rows for question 5: one is needed, made by question(5, ...)",
        ),
        (
            made("places", 4, 5, 5),
            "grafana/pages/places.py has 2 rows for question 5: one is needed, made by question(5, ...)",
        ),
        (
            made("places", 4, 5, 1),
            "grafana/pages/places.py has a row for question 1, which is on the page overview: move the row there, "
            "or change `page` of the question in dbt_project.yml",
        ),
    ],
    ids=["no row", "two rows", "elsewhere"],
)
def test_a_page_with_other_questions_than_its_own(shown: page.Page, said: str) -> None:
    with pytest.raises(RegisterError) as failure:
        build.check_questions(shown)
    assert str(failure.value) == said


def test_an_unknown_question_in_a_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("grafana.pages.places._areas", lambda: page.question(99, "How to read it.", []))
    assert build.main() == 2
    assert capsys.readouterr().err == (
        "grafana/pages/places.py: there is no question 99 in the register: "
        "add it to dbt_project.yml (vars: questions)\n"
    )


def test_an_unknown_page() -> None:
    with pytest.raises(RegisterError, match="there is no page place to link to: choose one of overview, places, "):
        page.drill("place")
    with pytest.raises(RegisterError) as failure:
        build.page(pages.Entry("nowhere", "Nowhere", "Nothing"))
    assert str(failure.value) == (
        "grafana/pages/nowhere.py is not there, and grafana/pages/__init__.py lists it: add it, or take it off the list"
    )


def test_a_readme_without_the_marks(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(copies.INDEX_BEGINS)
    with pytest.raises(RegisterError, match=r"README\.md: the index of the questions has lost a mark: put the lines"):
        copies.readme(questions(), tmp_path)
