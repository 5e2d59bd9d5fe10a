"""Draws each page as a running Grafana shows it: `python -m grafana.pictures`.

Needs what the tests need (`make install-dev`) and a Chromium.
"""

import argparse
import base64
import os
import shutil
import struct
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, sync_playwright
from playwright.sync_api import Error as BrowserError

from grafana.pages import BY_NAME, PAGES, Entry

ROOT = Path(__file__).parents[1]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 1280
TALLEST = 9000
LOAD_SECONDS = 120
QUIET_SECONDS = 1.5

MANUAL = """\
Draws each page of a running Grafana (make dashboards) as a PNG of 256 colours,
from its title to its last panel. It fails where a query or a page does.

exit codes:
  0  all drawn
  1  a page did not load, one of its queries failed, or a panel shows an error
  2  there is no Chromium
"""

TOO_EARLY = '[aria-label="Panel loading bar"], [data-testid="data-testid Loading indicator"]'
"""What Grafana shows while a panel waits for its rows."""

IN_ERROR = '[data-testid="data-testid Panel status error"], .react-grid-item [data-testid="data-testid Alert error"]'
"""What it shows where a panel has no rows to draw for want of its data source, and where drawing them failed."""

# The height of what is drawn: the page is as tall as the window, however tall that is.
HEIGHT = """() => Math.ceil(Math.max(...[...document.querySelectorAll('.react-grid-item')]
    .map(item => item.getBoundingClientRect().bottom)))"""

# At most 256 colours, and for each pixel the nearest of them: the 96 most frequent, and of the others one of each kind,
# which differ by less than a sixteenth in each channel. So a colour that is rare but unlike all, as in a legend, stays.
REDUCE = """async (png) => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
    const frequent = [...counts].sort((one, other) => other[1] - one[1]);
    const palette = frequent.splice(0, counts.size > 256 ? 96 : 256).map(([colour]) => colour);
    const kinds = new Map();
    for (const [colour, count] of frequent) {
        const [first, sum] = kinds.get(colour & 0xf0f0f0) || [colour, 0];
        kinds.set(colour & 0xf0f0f0, [first, sum + count]);
    }
    const groups = [...kinds.values()].sort((one, other) => other[1] - one[1]);
    palette.push(...groups.slice(0, 256 - palette.length).map(([colour]) => colour));
    const places = new Map(palette.map((colour, place) => [colour, place]));
    const part = (colour, shift) => (colour >> shift) & 255;
    const nearest = (colour) => {
        let best = 0, least = Infinity;
        palette.forEach((other, place) => {
            const apart = [0, 8, 16].reduce((sum, shift) => sum + (part(colour, shift) - part(other, shift)) ** 2, 0);
            if (apart < least) [best, least] = [place, apart];
        });
        return best;
    };
    for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colour));
    const indices = Uint8Array.from(pixels, (pixel) => places.get(pixel));
    let text = '';
    for (let at = 0; at < indices.length; at += 32768) text += String.fromCharCode(...indices.subarray(at, at + 32768));
    return {
        width: picture.width,
        height: picture.height,
        palette: palette.map((colour) => [part(colour, 0), part(colour, 8), part(colour, 16)]),
        indices: btoa(text),
    };
}"""


class PictureError(Exception):
    """A page could not be drawn."""

    exit_code = 1


class NoBrowserError(PictureError):
    """There is no Chromium."""

    exit_code = 2


@dataclass(frozen=True)
class Look:
    """How a page is looked at.

    Attributes:
        theme: `light` or `dark`.
        width: Of the window, in pixels.
        is_kiosk: Without Grafana's menu.
        parameters: More of the address, such as `var-city=ROCKVILLE`.
    """

    theme: str = "light"
    width: int = WIDTH
    is_kiosk: bool = True
    parameters: str = ""

    def address(self, url: str, page: Entry) -> str:
        """Of the page in the Grafana at `url`."""
        kiosk = ["kiosk=1"] if self.is_kiosk else []
        return f"{url}/d/{page.uid}?" + "&".join([*kiosk, f"theme={self.theme}", *filter(None, [self.parameters])])


def main(arguments: list[str] | None = None) -> int:
    """Draws the pages and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m grafana.pictures", description=MANUAL, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('GRAFANA_PORT') or '3000'}")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "pictures", help="where to write")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--width", type=int, default=WIDTH, help=f"of the window (default: {WIDTH})")
    parser.add_argument("--menu", action="store_true", help="with Grafana's menu, not as a kiosk")
    parser.add_argument("--parameters", default="", help="more of the address, such as var-city=ROCKVILLE")
    parser.add_argument("--pages", nargs="+", choices=BY_NAME, default=list(BY_NAME), metavar="PAGE")
    chosen = parser.parse_args(arguments)
    look = Look(chosen.theme, chosen.width, not chosen.menu, chosen.parameters)
    pages = [page for page in PAGES if page.name in chosen.pages]
    try:
        with open_browser() as browser:
            for path in draw(browser, chosen.url.rstrip("/"), pages, look, chosen.folder):
                print(path)
    except PictureError as error:
        print(f"pictures: {error}", file=sys.stderr)
        return error.exit_code
    return 0


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The system's Chromium. Raises NoBrowserError where there is none."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise NoBrowserError("there is no Chromium: install it (on Debian: apt install chromium)")
    with sync_playwright() as playwright:
        # The pages are our own, and root may not use Chromium's sandbox.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def draw(browser: Browser, url: str, pages: Sequence[Entry], look: Look, folder: Path) -> Iterator[Path]:
    """Writes a file a page, and returns its path.

    Raises:
        PictureError: A page did not load, one of its queries failed, or a panel shows an error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for entry in pages:
        with open_page(browser, url, entry, look) as page:
            path = folder / f"{entry.file}-{look.theme}.png"
            path.write_bytes(with_256_colours(browser, page.screenshot()))
        yield path


@contextmanager
def open_page(browser: Browser, url: str, entry: Entry, look: Look) -> Iterator[Page]:
    """The page with all its panels drawn, in a window as tall as it is.

    Raises:
        PictureError: It did not load, one of its queries failed, or a panel shows an error.
    """
    # Grafana draws only the panels that are in the window, so it has to be tall before the page knows how tall it is.
    context = browser.new_context(viewport={"width": look.width, "height": TALLEST}, reduced_motion="reduce")
    failed: list[str] = []

    def note(response: Response) -> None:
        if "/api/" in response.url and response.status >= 400:
            failed.append(f"{response.status} of {response.url.partition('?')[0]}: {response.text()[:300]}")

    try:
        page = context.new_page()
        page.on("response", note)
        page.goto(look.address(url, entry), timeout=LOAD_SECONDS * 1000)
        page.wait_for_selector(".react-grid-item", timeout=LOAD_SECONDS * 1000)
        _wait_until_drawn(page)
        page.set_viewport_size({"width": look.width, "height": int(page.evaluate(HEIGHT)) + 8})
        _wait_until_drawn(page)
        if failed:
            raise PictureError(f"{entry.numbered_title}: {failed[0]}")
        in_error = page.locator(IN_ERROR).count()
        if in_error:
            raise PictureError(f"{entry.numbered_title}: {in_error} of its panels show an error: open it to read which")
        yield page
    except BrowserError as error:
        raise PictureError(f"{entry.numbered_title} did not load from {url}: {error.message}") from error
    finally:
        context.close()


def _wait_until_drawn(page: Page) -> None:
    """Until no panel has waited for a while: a repeated panel comes after the others."""
    page.evaluate("document.fonts.ready.then(() => true)")
    deadline, quiet_since = time.monotonic() + LOAD_SECONDS, time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        page.wait_for_timeout(200)
        if page.locator(TOO_EARLY).count():
            quiet_since = time.monotonic()
        if time.monotonic() > deadline:
            raise PictureError(f"{page.url} still waits after {LOAD_SECONDS} seconds")


def with_256_colours(browser: Browser, png: bytes) -> bytes:
    """The picture as a PNG with a palette, a third as large; the browser reads it."""
    page = browser.new_page()
    reduced = page.evaluate(REDUCE, base64.b64encode(png).decode())
    page.close()
    width, height = reduced["width"], reduced["height"]
    indices = base64.b64decode(reduced["indices"])
    lines = b"".join(b"\0" + indices[start : start + width] for start in range(0, len(indices), width))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in reduced["palette"] for part in colour)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    sys.exit(main())
