"""The pictures of the pages are taken of a stand-in for Grafana, in a real Chromium."""

import base64
import http.server
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from grafana import pictures
from grafana.pages import BY_NAME, PAGES
from grafana.pictures import Look, PictureError, draw, with_256_colours
from tests.python.shared import serving

# A panel that waits for a while, and then is red and 300 pixels higher up than the window ends.
PAGE = """<!doctype html><body style="margin: 0; background: #ffffff">
<div class="react-grid-item" style="height: 300px"><div aria-label="Panel loading bar">waits</div></div>
<script>
fetch('/api/ds/query?ds_type=x', {method: 'POST'}).then(() => setTimeout(() => {
    const panel = document.querySelector('.react-grid-item');
    panel.style.background = matchMedia('(prefers-reduced-motion)').matches ? '#ff0000' : '#00ff00';
    panel.innerHTML = '%s';
}, 2500));
</script>"""

PIXELS = """async (png) => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(0, 0, picture.width, picture.height).data];
}"""


@dataclass
class Grafana:
    """A stand-in.

    Attributes:
        asked: Paths of the pages that were opened.
        status: Of each answer to a query.
        drawn: What the panel holds when it no longer waits.
    """

    url: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 200
    drawn: str = ""


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    running = Grafana()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/d/"):
                running.asked.append(self.path)
            self._answer(200, PAGE % running.drawn)

        def do_POST(self) -> None:
            self._answer(running.status, '{"message": "no such column"}')

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with serving(Handler) as running.url:
        yield running


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pixels(browser: Browser, png: bytes) -> list[int]:
    page = browser.new_page()
    found: list[int] = page.evaluate(PIXELS, base64.b64encode(png).decode())
    page.close()
    return found


def test_a_picture_shows_the_page_down_to_its_last_panel_when_no_panel_waits(
    browser: Browser, grafana: Grafana, tmp_path: Path
) -> None:
    (path,) = draw(browser, grafana.url, [BY_NAME["places"]], Look(width=400), tmp_path)
    assert path.name == "2-places-light.png"
    picture = path.read_bytes()
    assert size(picture) == (400, 308)
    assert pixels(browser, picture)[: 4 * 2] == [255, 0, 0, 255] * 2


def test_a_page_is_asked_for_as_it_is_looked_at(browser: Browser, grafana: Grafana, tmp_path: Path) -> None:
    look = Look(theme="dark", is_kiosk=False, parameters="var-city=ROCKVILLE")
    (path,) = draw(browser, grafana.url, [BY_NAME["quality"]], look, tmp_path)
    assert path.name == "7-data-quality-dark.png"
    (asked,) = grafana.asked
    assert urlsplit(asked).path == "/d/dispatch-data-quality"
    assert urlsplit(asked).query == "theme=dark&var-city=ROCKVILLE"


def test_a_failed_query_is_no_picture(browser: Browser, grafana: Grafana, tmp_path: Path) -> None:
    grafana.status = 400
    with pytest.raises(PictureError, match=r"2 Places: 400 of .*no such column"):
        list(draw(browser, grafana.url, [BY_NAME["places"]], Look(), tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mark", ["Panel status error", "Alert error"])
def test_a_panel_in_error_is_no_picture(browser: Browser, grafana: Grafana, tmp_path: Path, mark: str) -> None:
    """Each as Grafana 12.4 marks it: without its data source, and when its own code fails."""
    grafana.drawn = f'<button data-testid="data-testid {mark}"></button>'
    with pytest.raises(PictureError, match="2 Places: 1 of its panels show an error"):
        list(draw(browser, grafana.url, [BY_NAME["places"]], Look(), tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_few_colours_are_kept_and_of_many_one_of_those_alike(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 300, "height": 20})
    page.set_content('<body style="margin: 0; background: linear-gradient(90deg, #123456 50%, #fedcba 50%)">')
    few = page.screenshot()
    assert pixels(browser, with_256_colours(browser, few)) == pixels(browser, few)
    page.set_content(
        '<body style="margin: 0; background: linear-gradient(90deg, #000000, #ff8000)">'
        '<b style="position: absolute; width: 1px; height: 1px; background: #0000ff">'
    )
    many = page.screenshot()
    reduced = with_256_colours(browser, many)
    assert reduced[25] == 3, "a palette"
    apart = [abs(one - other) for one, other in zip(pixels(browser, reduced), pixels(browser, many), strict=True)]
    assert max(apart) <= 16, "also of the one pixel that is blue"


def test_the_command_draws_what_is_asked_for(
    browser: Browser,
    grafana: Grafana,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    drawn: list[tuple[object, ...]] = []

    def note(_: Browser, *what: object) -> list[Path]:
        drawn.append(what)
        return [tmp_path / "a.png"]

    monkeypatch.setattr(pictures, "draw", note)
    monkeypatch.setattr(pictures, "open_browser", lambda: browser.new_context())
    monkeypatch.setenv("GRAFANA_PORT", "3001")
    assert pictures.main([]) == 0
    assert drawn == [("http://127.0.0.1:3001", list(PAGES), Look(), pictures.ROOT / "docs" / "pictures")]
    assert capsys.readouterr().out == f"{tmp_path / 'a.png'}\n"


def test_without_a_chromium_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    assert pictures.main([]) == 2
    assert capsys.readouterr().err.startswith("pictures: there is no Chromium: ")


def test_a_grafana_that_is_not_there_is_named(browser: Browser, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"2 Places did not load from http://127\.0\.0\.1:1: "):
        list(draw(browser, "http://127.0.0.1:1", [BY_NAME["places"]], Look(), tmp_path))
