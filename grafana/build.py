"""Writes all files that repeat the register and the pages: python -m grafana.build

The dashboards and alert rules of both data sources, models/exposures.yml, the README's index and the first lines of
analyses/: the same bytes for the same code.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana import alerts, copies, register
from grafana.page import Page
from grafana.pages import PAGES, Entry
from grafana.register import ROOT, RegisterError
from grafana.sources import SOURCES, Source

FOLDER = Path(__file__).parent

SCHEMA_VERSION = 39
"""Of dashboards since Grafana 10: newer ones migrate it, and do not migrate a later one down."""


def files() -> dict[Path, str]:
    """The text of every file by its path. Raises RegisterError where register, pages and marts do not fit."""
    register.check_files(register.questions())
    texts: dict[Path, str] = {}
    for source in SOURCES:
        for entry in PAGES:
            texts[FOLDER / "dashboards" / source.name / f"{entry.file}.json"] = dashboard_json(page(entry), source)
        texts[FOLDER / "provisioning" / source.name / "alerting" / "rules.yaml"] = alerts.provisioning(source)
    texts[ROOT / "models" / "exposures.yml"] = copies.exposures([page(entry) for entry in PAGES])
    texts[ROOT / "README.md"] = copies.readme(register.questions())
    return texts | copies.analyses()


def page(entry: Entry) -> Page:
    """A page, made anew. Raises RegisterError where it shows other questions than the register says."""
    file = f"grafana/pages/{entry.name}.py"
    if importlib.util.find_spec(f"grafana.pages.{entry.name}") is None:
        raise RegisterError(
            f"{file} is not there, and grafana/pages/__init__.py lists it: add it, or take it off the list"
        )
    try:
        made: Page = importlib.import_module(f"grafana.pages.{entry.name}").page()
    except RegisterError as error:
        raise RegisterError(f"{file}: {error}") from error
    check_questions(made)
    return made


def check_questions(made: Page) -> None:
    """Raises RegisterError where a page shows other questions than the register says."""
    file, expected = f"grafana/pages/{made.name}.py", register.questions_of(made.name)
    for number in made.questions:
        if number not in expected:
            raise RegisterError(
                f"{file} has a row for question {number}, which is on the page {register.question(number).page}: "
                f"move the row there, or change `page` of the question in {register.PROJECT}"
            )
    for number in expected:
        if made.questions.count(number) != 1:
            raise RegisterError(
                f"{file} has {made.questions.count(number) or 'no'} rows for question {number}: one is needed, made by "
                f"question({number}, ...)"
            )


def dashboard_json(made: Page, source: Source) -> str:
    """The page as Grafana imports it."""
    board: dict[str, Any] = json.loads(JSONEncoder().encode(made.dashboard(source).build()))
    board |= {"id": None, "schemaVersion": SCHEMA_VERSION}
    panels = [panel for top in board["panels"] for panel in [top, *top.get("panels", [])]]
    for number, panel in enumerate(panels, start=1):
        # The SDK gives no ids, and Grafana loses panels without.
        panel["id"] = number
    for link in board["links"]:
        # The SDK puts links into a menu.
        link.pop("placement", None)
    return json.dumps(board, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the files that have changed; 2 when something does not fit, after one sentence that says what to do."""
    try:
        texts = files()
    except RegisterError as error:
        print(error, file=sys.stderr)
        return 2
    for path, text in texts.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
