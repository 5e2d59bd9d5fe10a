"""The committed dashboards, taken apart for the tests."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
DASHBOARDS = ROOT / "grafana" / "dashboards"

_IN_QUOTES = re.compile(r"'(?:[^']|'')*'")
_IN_BRACES = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Query:
    """The SQL of a panel or a variable. Keywords and functions are upper case in it, columns and types lower case."""

    text: str

    @property
    def bare(self) -> str:
        """The SQL without its literals and variables."""
        return _IN_BRACES.sub("", _IN_QUOTES.sub("''", self.text))

    @property
    def mart(self) -> str:
        """The table that it reads, without schema."""
        (mart,) = re.findall(r"^FROM (?:marts\.)?(\w+)$", self.text, flags=re.MULTILINE)
        return str(mart)

    @property
    def columns(self) -> list[str]:
        """Names of the columns that it returns, but for the one that a transformation takes away."""
        items = self.text.splitlines()[0].removeprefix("SELECT ").removeprefix("DISTINCT ")
        names = [item.rsplit(" AS ", 1)[-1] for item in _top_level_items(items)]
        return [name for name in names if name != "has_row"]

    @property
    def names(self) -> set[str]:
        """Columns of the mart that it mentions."""
        named = set(re.findall(r"\b[a-z_][a-z_0-9]*\b", self.bare))
        aliases = set(re.findall(r" AS (\w+)", self.bare)) - set(re.findall(r"\bAS (varchar|bigint)\)", self.bare))
        return named - aliases - {"marts", self.mart, "varchar", "bigint"}

    @property
    def variables(self) -> set[str]:
        """Grafana's variables in it."""
        return set(re.findall(r"\$\{?(\w+)", self.text))


def _top_level_items(text: str) -> list[str]:
    """Splits at the commas that stand in no parentheses and no quotes."""
    flat = _IN_QUOTES.sub(lambda quoted: "'" + "x" * (len(quoted[0]) - 2) + "'", text)
    depth, start, items = 0, 0, []
    for at, letter in enumerate(flat):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            items.append(text[start:at].strip())
            start = at + 1
    return [*items, text[start:].strip()]


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard."""

    page: str
    json: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.json["type"])

    @property
    def title(self) -> str:
        return str(self.json["title"])

    @property
    def queries(self) -> list[Query]:
        return [Query(target.get("rawSql") or target["rawSQL"]) for target in self.json.get("targets", [])]

    @property
    def query(self) -> Query:
        (query,) = self.queries
        return query

    @property
    def overrides(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Matcher, what it matches, and the options that it sets."""
        overrides = self.json.get("fieldConfig", {}).get("overrides", [])
        return [
            (
                override["matcher"]["id"],
                override["matcher"]["options"],
                {option["id"]: option["value"] for option in override["properties"]},
            )
            for override in overrides
        ]

    @property
    def links(self) -> list[str]:
        """Where clicks on its values lead."""
        config = self.json["fieldConfig"]
        options = [*(options for _, _, options in self.overrides), config["defaults"]]
        return [link["url"] for option in options for link in option.get("links") or []]

    @property
    def is_pivoted(self) -> bool:
        """Values of a column become the columns that a reader sees."""
        return "groupingToMatrix" in self.transformations

    @property
    def has_sparklines(self) -> bool:
        """Its rows become a table of small lines."""
        return "timeSeriesTable" in self.transformations

    @property
    def transformations(self) -> dict[str, dict[str, Any]]:
        """The options of each kind of transformation, of the last one where there are several."""
        return {one["id"]: one["options"] for one in self.json.get("transformations", [])}

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"


@dataclass(frozen=True)
class Board:
    """A dashboard of one data source."""

    name: str
    json: dict[str, Any]

    @property
    def panels(self) -> list[Panel]:
        """Rows too, and after a closed row the panels that it holds."""
        panels = [panel for top in self.json["panels"] for panel in [top, *top.get("panels", [])]]
        return [Panel(self.name, panel) for panel in panels]

    @property
    def placed(self) -> list[Panel]:
        """What a reader sees before a row is opened."""
        return [Panel(self.name, panel) for panel in self.json["panels"]]

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        return {variable["name"]: variable for variable in self.json["templating"]["list"]}

    def rows(self) -> Iterator[tuple[str, list[Panel]]]:
        """The title of each row, and its panels, those of the closed row that belongs to it among them."""
        title, panels = "", list[Panel]()
        for panel in self.panels:
            if panel.kind == "row" and not panel.json.get("collapsed"):
                if title:
                    yield title, panels
                title, panels = panel.title, []
            elif panel.kind != "row":
                panels.append(panel)
        yield title, panels


@cache
def boards(source: str) -> list[Board]:
    """The dashboards of a data source, `athena` or `postgres`, in the order of their numbers."""
    paths = sorted((DASHBOARDS / source).glob("*.json"), key=lambda path: int(path.name.partition("-")[0]))
    return [Board(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def panels(source: str = "postgres") -> list[Panel]:
    """All panels but the rows."""
    return [panel for board in boards(source) for panel in board.panels if panel.kind != "row"]


def with_query() -> list[Panel]:
    """The panels that read a mart."""
    return [panel for panel in panels() if panel.queries]


@cache
def mart_columns() -> dict[str, set[str]]:
    """Columns of each mart, as its contract has them."""
    files = (ROOT / "models" / "marts").rglob("*.yml")
    models = [model for path in files for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models}


def project_variables() -> dict[str, Any]:
    """`vars` of dbt_project.yml."""
    variables: dict[str, Any] = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    return variables
