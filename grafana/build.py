"""Writes the dashboards: python -m grafana.build

Each page goes to grafana/dashboards/<data source>/<number>-<name>.json, the same bytes for the same code.
"""

import json
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.page import Page
from grafana.pages import (
    clearance_times,
    dispositions,
    overview,
    patterns,
    places,
    quality,
    response_times,
)
from grafana.sources import SOURCES, Source

FOLDER = Path(__file__).parent / "dashboards"

SCHEMA_VERSION = 39
"""Of dashboards since Grafana 10: newer ones migrate it, and do not migrate a later one down."""

PAGES = {
    "1-overview": overview.page,
    "2-places": places.page,
    "3-dispositions": dispositions.page,
    "4-response-times": response_times.page,
    "5-clearance-times": clearance_times.page,
    "6-patterns": patterns.page,
    "7-data-quality": quality.page,
}
"""Makers of the pages by the names of their files."""


def dashboards() -> dict[Path, str]:
    """The text of every file by its path."""
    return {
        FOLDER / source.name / f"{name}.json": dashboard_json(make(), source)
        for source in SOURCES
        for name, make in PAGES.items()
    }


def dashboard_json(page: Page, source: Source) -> str:
    """The page as Grafana imports it."""
    board: dict[str, Any] = json.loads(JSONEncoder().encode(page.dashboard(source).build()))
    board |= {"id": None, "schemaVersion": SCHEMA_VERSION}
    for number, panel in enumerate(board["panels"], start=1):
        # The SDK gives no ids, and Grafana loses panels without.
        panel["id"] = number
    for link in board["links"]:
        # The SDK puts links into a menu.
        link.pop("placement", None)
    return json.dumps(board, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes all files."""
    for path, text in dashboards().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(FOLDER.parent.parent))


if __name__ == "__main__":
    main()
