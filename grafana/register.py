"""The register of questions, and what else the pages take from dbt_project.yml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from grafana import pages

ROOT = Path(__file__).parent.parent
PROJECT = "dbt_project.yml"
MARTS = "models/marts"
SENTENCES = "models/intermediate/answers"


class RegisterError(ValueError):
    """The register and what should be there do not fit: one sentence that names the file and the mend."""


@dataclass(frozen=True)
class Asked:
    """What is asked, and the columns that answer it by mart."""

    asked: str
    marts: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Question(Asked):
    """An entry of the register.

    Attributes:
        page: Module of `grafana.pages`.
        bullets: What is asked besides.
    """

    number: int
    page: str
    bullets: Sequence[Asked]

    @property
    def title(self) -> str:
        """As a row of a page is headed."""
        return f"Q{self.number} {self.asked}"


def read(entries: Sequence[Mapping[str, Any]]) -> dict[int, Question]:
    """The questions by number, in their order.

    Args:
        entries: `vars: questions:` of dbt_project.yml, which says what the keys mean.

    Raises:
        RegisterError: An entry lacks something, comes twice, or is on a page that there is not.
    """
    found: dict[int, Question] = {}
    for place, entry in enumerate(entries, start=1):
        name = f"question {entry['question']}" if entry.get("question") else f"entry {place} of the questions"
        for key in ("question", "asked", "page", "marts"):
            if not entry.get(key):
                raise RegisterError(f"{PROJECT}: {name} has no `{key}`: add it")
        if entry["page"] not in pages.BY_NAME:
            raise RegisterError(
                f"{PROJECT}: {name} is on the page {entry['page']}, which there is not: choose one of "
                f"{', '.join(pages.BY_NAME)}, or add it to grafana/pages/__init__.py"
            )
        if entry["question"] in found:
            raise RegisterError(f"{PROJECT}: {name} is there twice: give one of them the next number")
        bullets = [Asked(one["asked"], one.get("marts", entry["marts"])) for one in entry.get("bullets", [])]
        found[entry["question"]] = Question(entry["asked"], entry["marts"], entry["question"], entry["page"], bullets)
    return dict(sorted(found.items()))


def check_files(registered: Mapping[int, Question], root: Path = ROOT) -> None:
    """Raises RegisterError where a question's mart or its sentence is not in the dbt project below `root`."""
    for number, question in registered.items():
        for mart in question.marts:
            if not any(root.glob(f"{MARTS}/*/{mart}.sql")):
                raise RegisterError(
                    f"{PROJECT}: question {number} is answered by the mart {mart}, which there is not: "
                    f"add {MARTS}/{question.page}/{mart}.sql, or mend the name"
                )
        sentence = f"{SENTENCES}/answer_q{number:02d}.sql"
        if not (root / sentence).is_file():
            raise RegisterError(f"{PROJECT}: question {number} has no sentence: add {sentence}")


@cache
def project_variables() -> Mapping[str, Any]:
    """`vars` of dbt_project.yml."""
    variables: Mapping[str, Any] = yaml.safe_load((ROOT / PROJECT).read_text(encoding="utf-8"))["vars"]
    return variables


@cache
def questions() -> Mapping[int, Question]:
    """The register, with the pair and the city of question 12. Raises RegisterError as `read` does."""
    about = project_variables()["question_12"]
    pair, city = about["pair"], about["city"].title()
    return read(
        [
            entry | {"asked": entry.get("asked", "").replace("{pair}", pair).replace("{city}", city)}
            for entry in project_variables()["questions"]
        ]
    )


def question(number: int) -> Question:
    """A question of the register. Raises RegisterError for a number that is not in it."""
    if number not in questions():
        raise RegisterError(f"there is no question {number} in the register: add it to {PROJECT} (vars: questions)")
    return questions()[number]


def questions_of(page: str) -> list[int]:
    """Numbers of the questions that are on a page."""
    return [question.number for question in questions().values() if question.page == page]
