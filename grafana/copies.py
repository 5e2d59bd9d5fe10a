"""What else repeats the register and the pages: the README's index, the exposures, the first lines of the analyses."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile
from pathlib import Path

import yaml

from grafana.page import Page, description
from grafana.pages import BY_NAME
from grafana.register import ROOT, Asked, Question, RegisterError, question

COMMAND = "python -m grafana.build"
LONGEST_LINE = 120
"""Of SQL, in characters."""

INDEX_BEGINS = f"<!-- The index is written by {COMMAND} from the register in dbt_project.yml. -->\n"
INDEX_ENDS = "<!-- End of the index. -->\n"
INDEX_HEAD = "| | question | table | the columns that answer it | on the page |\n|---|---|---|---|---|\n"

EXPOSURES_HEAD = f"""\
# One exposure a dashboard: what `dbt build --select +exposure:dashboard_places` needs, and what `dbt docs` draws to the
# end. Each lists the marts that the dashboard's panels read. The variables, which all pages share, read
# reporting_periods, q01_incidents_by_city and q08_missing_times besides. Written by {COMMAND}.
"""


def readme(questions: Mapping[int, Question], root: Path = ROOT) -> str:
    """README.md with its index of the questions. Raises RegisterError when the marks of the index are gone."""
    text = (root / "README.md").read_text(encoding="utf-8")
    before, begins, rest = text.partition(INDEX_BEGINS)
    _, ends, after = rest.partition(INDEX_ENDS)
    if not begins or not ends:
        raise RegisterError(
            f"README.md: the index of the questions has lost a mark: put the lines {INDEX_BEGINS.strip()} and "
            f"{INDEX_ENDS.strip()} around it"
        )
    rows = [row for entry in questions.values() for row in _index_rows(entry, root)]
    return "".join([before, INDEX_BEGINS, "\n", INDEX_HEAD, *rows, "\n", INDEX_ENDS, after])


def _index_rows(entry: Question, root: Path) -> Iterator[str]:
    page = BY_NAME[entry.page]
    shown = f"Q{entry.number}, {page.title}"
    picture = f"docs/pictures/{page.file}-light.png"
    if (root / picture).is_file():
        shown = f"[{shown}]({picture})"
    yield f"| {entry.number} | {entry.asked} | {_tables(entry)} | {_columns(entry)} | {shown} |\n"
    for bullet in entry.bullets:
        tables = "" if bullet.marts.keys() == entry.marts.keys() else f" {_tables(bullet)}"
        yield f"| | - {bullet.asked} |{tables} | {_columns(bullet)} | |\n"


def _tables(asked: Asked) -> str:
    return ", ".join(f"`{mart}`" for mart in asked.marts)


def _columns(asked: Asked) -> str:
    return "; ".join(", ".join(columns) for columns in asked.marts.values())


def exposures(pages: Sequence[Page]) -> str:
    """models/exposures.yml."""
    listed = [
        {
            "name": f"dashboard_{page.name}",
            "label": BY_NAME[page.name].numbered_title,
            "type": "dashboard",
            "maturity": "medium",
            "url": f"http://127.0.0.1:3000/d/{BY_NAME[page.name].uid}",
            "description": description(BY_NAME[page.name]),
            "owner": {"name": "The dispatch maintainers"},
            "depends_on": [f"ref('{mart}')" for mart in page.marts],
        }
        for page in pages
    ]
    return EXPOSURES_HEAD + yaml.safe_dump({"exposures": listed}, sort_keys=False, width=120)


def analyses(root: Path = ROOT) -> dict[Path, str]:
    """The queries of analyses/ by path, each headed by its question and what its mart answers besides."""
    texts = {}
    for path in sorted((root / "analyses").glob("show_q*.sql")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        query = "".join(dropwhile(lambda line: line.startswith("--"), lines))
        mart = path.stem.removeprefix("show_")
        entry = question(int(mart[1:3]))
        of_mart = [bullet.asked for bullet in entry.bullets if mart in bullet.marts and mart not in entry.marts]
        asked = textwrap.wrap(" ".join([entry.asked, *of_mart]), LONGEST_LINE - len("-- "))
        texts[path] = "".join(f"-- {line}\n" for line in asked) + query
    return texts
