"""What the tests of the report share: the report of the dashboards' warehouse, and how to open it in a browser."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request

from report.__main__ import main
from tests.python.shared import build_once


def write_report(database: Path, output: Path, *arguments: str) -> Path:
    """Writes the report of a DuckDB file. Raises AssertionError when that fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_DUCKDB", str(database))
        assert main(["--target", "local", "--output", str(output), *arguments]) == 0
    return output


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory, warehouse: Path) -> Path:
    """The report of five periods; shared, so to be read only."""
    folder = build_once(tmp_path_factory, "report", lambda folder: write_report(warehouse, folder / "index.html"))
    return folder / "index.html"


@dataclass
class Seen:
    """A page that was opened, what its console said, and what it asked for besides itself."""

    page: Page
    context: BrowserContext
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def open_page(browser: Browser, file: Path, width: int = 1280, theme: str = "light", anchor: str = "") -> Seen:
    """Opens a file as a double click does; whatever it asks for besides is noted, and not given."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
    )
    seen = Seen(context.new_page(), context)

    def note_request(request: Request) -> None:
        if not request.url.startswith(file.as_uri()):
            seen.requests.append(request.url)

    def note_dialog(dialog: Dialog) -> None:
        seen.console.append(dialog.message)
        dialog.dismiss()

    seen.page.on("console", lambda message: seen.console.append(message.text))
    seen.page.on("pageerror", lambda error: seen.console.append(str(error)))
    seen.page.on("dialog", note_dialog)
    seen.page.on("request", note_request)
    seen.page.goto(file.as_uri() + anchor)
    return seen
