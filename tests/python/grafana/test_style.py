"""What is written reads well on what is behind it, on dark and on light: at least 4.5:1, as WCAG 2.1 wants it (1.4.3).

Grafana's colours are those of version 12 (packages/grafana-data/src/themes: palette.ts, createColors.ts and
createVisualizationColors.ts).
"""

import re
from typing import Any

import pytest

from grafana import style

LEAST = 4.5
Colour = tuple[float, float, float]

BACKGROUNDS = {"dark": "#181b1f", "light": "#ffffff"}
TEXTS = {"dark": "#ccccdc", "light": "#24292e"}
NAMED = {("purple", "dark"): "#B877D9", ("purple", "light"): "#A352CC"}
WHITE = "#ffffff"
WRITTEN_WHITE_FROM = 0.3
"""Opacity of a cell from which Grafana writes in white, whatever the theme."""

SCALES = {
    name: value
    for name, value in vars(style).items()
    if isinstance(value, dict) and "steps" in value and name not in ("FEW", "MAP_INCIDENTS")
}
THEMES = pytest.mark.parametrize("theme", BACKGROUNDS)


def channels(colour: str) -> tuple[Colour, float]:
    """Red, green and blue from 0 to 255, and the opacity."""
    if colour == "transparent":
        return (0, 0, 0), 0
    if match := re.fullmatch(r"rgba\((\d+), (\d+), (\d+), ([\d.]+)\)", colour):
        red, green, blue, opacity = map(float, match.groups())
        return (red, green, blue), opacity
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (red, green, blue), 1


def over(colour: str, background: str) -> Colour:
    """What the eye sees of a colour through which the background shines."""
    (above, opacity), (below, _) = channels(colour), channels(background)
    red, green, blue = (a * opacity + b * (1 - opacity) for a, b in zip(above, below, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """WCAG's relative luminance."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: Colour, b: Colour) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_wcag_says() -> None:
    black, white = channels("#000000")[0], channels(WHITE)[0]
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(channels("#777777")[0], white) == pytest.approx(4.48, abs=0.01), "WebAIM's best known near miss"


@THEMES
@pytest.mark.parametrize("scale", SCALES)
def test_cells_read_on_their_shades(scale: str, theme: str) -> None:
    for step in SCALES[scale]["steps"]:
        _, opacity = channels(step["color"])
        written = WHITE if opacity >= WRITTEN_WHITE_FROM else TEXTS[theme]
        seen = over(step["color"], BACKGROUNDS[theme])
        assert contrast(channels(written)[0], seen) >= LEAST, step


@THEMES
def test_small_samples_read_on_the_table(theme: str) -> None:
    steps: Any = style.FEW["steps"]
    few, enough = steps
    assert enough["color"] == "text"
    assert contrast(channels(NAMED[few["color"], theme])[0], channels(BACKGROUNDS[theme])[0]) >= LEAST


@pytest.mark.parametrize("verdict", style.VERDICT_COLOURS)
@THEMES
def test_verdicts_read_on_their_colours(verdict: str, theme: str) -> None:
    colour = style.VERDICT_COLOURS[verdict]
    written = TEXTS[theme] if colour == "transparent" else WHITE
    assert contrast(channels(written)[0], over(colour, BACKGROUNDS[theme])) >= LEAST


def test_a_small_sample_has_a_mark_besides_its_colour() -> None:
    marks: Any = style.few_marks()["options"]
    assert {n: mark["text"] for n, mark in marks.items()} == {"1": "1*", "2": "2*", "3": "3*", "4": "4*"}
