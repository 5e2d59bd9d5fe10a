"""The house style: nothing else in the package names a colour or a scale.

Colours are Okabe and Ito's and viridis, which are told apart with every kind of colour blindness.
"""

from collections.abc import Mapping, Sequence

from grafana.register import project_variables

Thresholds = dict[str, object]
"""Grafana's steps: from which value on a cell has which colour."""

NOTHING = "\u2013"
"""A dash, where there is no value."""

GREY = "#8E939A"
DARK_GREY = "#5F6368"
BLUE = "#3987C9"
ORANGE = "#D9822B"

BUCKET_COLOURS = {
    "at once": GREY,
    "0-5 mins": "#DDE318",
    "5-10 mins": "#95D840",
    "10-15 mins": "#5AC864",
    "15-20 mins": "#2DB27D",
    "20-30 mins": "#1F988B",
    "30-40 mins": "#2A768E",
    "40-50 mins": "#3D5A98",
    "50+ mins": "#5B3C92",
}
"""Light is fast, dark is slow; grey is the special case of 0 seconds."""

LOCATION_COLOURS = {
    "block, highway": "#1F5C94",
    "block, main road": BLUE,
    "block, local street": "#9CC7EA",
    "block, (none)": "#C9DDEE",
    "intersection, highway": "#9A4F0E",
    "intersection, main road": ORANGE,
    "intersection, local street": "#F2BE85",
    "intersection, (none)": "#F7DCC0",
    "other, (none)": GREY,
    "(none), (none)": DARK_GREY,
}
"""Blocks in blue, intersections in orange, the darker the bigger the road."""

_TRANSPARENT = "transparent"
# The hues of the two, as backgrounds: change them together.
_TINTS = {BLUE: ("rgba(59, 155, 255, {:.2f})", "#2A6CAB"), ORANGE: ("rgba(255, 138, 31, {:.2f})", "#A85F12")}
_FAINTEST, _STRONGEST = 0.07, 0.29


def shades(colour: str, starts: Sequence[float]) -> Thresholds:
    """One hue that grows stronger with each start; below the first there is none.

    Grafana writes a cell's text in the theme's colour while the background's opacity is below 0.3, and in white above,
    whatever shines through. So every step stays below, but for the last one, which is solid and dark enough for white:
    that reads well on dark and on light.
    """
    tint, solid = _TINTS[colour]
    rise = (_STRONGEST - _FAINTEST) / (len(starts) - 2)
    colours = [tint.format(_FAINTEST + rise * step) for step in range(len(starts) - 1)] + [solid]
    return _steps([(_TRANSPARENT, None), *zip(colours, starts, strict=True)])


def relative_shades(colour: str) -> Thresholds:
    """The same, as per cent of the greatest value of the column."""
    return {**shades(colour, (10, 25, 40, 55, 70, 85)), "mode": "percentage"}


def differences(near: float, middle: float, far: float) -> Thresholds:
    """Less is blue, more is orange, about equal has no colour."""
    (less, much_less), (more, much_more) = _TINTS[BLUE], _TINTS[ORANGE]
    return _steps(
        [
            (much_less, None),
            (less.format(_STRONGEST), -far),
            (less.format(_STRONGEST / 2), -middle),
            (_TRANSPARENT, -near),
            (more.format(_STRONGEST / 2), near),
            (more.format(_STRONGEST), middle),
            (much_more, far),
        ]
    )


def _steps(steps: Sequence[tuple[str, float | None]]) -> Thresholds:
    return {"mode": "absolute", "steps": [{"color": colour, "value": start} for colour, start in steps]}


CLEAR_COLOUR = BLUE
"""Of medians that differ clearly."""
CHANCE_COLOUR = GREY
"""Of medians that may differ by chance."""
INTERVAL_OPACITIES = (100, 55, 25)
"""Up to the lower end of an interval, up to the median, up to the upper end: what is less sure fades into the
background, whether that is light or dark."""

VERDICT_COLOURS = {
    "slower": "#A85F12",
    "quicker": "#2A6CAB",
    "no clear change": _TRANSPARENT,
    "too few": _TRANSPARENT,
    "not comparable": _TRANSPARENT,
}
"""Behind white text, or behind the theme's own."""


# Fixed scales, so that periods and filters compare.
MAP_INCIDENTS = _steps(
    [
        ("#FED976", None),
        ("#FEB24C", 3),
        ("#FD8D3C", 10),
        ("#FC4E2A", 30),
        ("#E31A1C", 100),
        ("#BD0026", 300),
        ("#800026", 1000),
    ]
)
SHARE_OF_CITY = shades(BLUE, (2, 4, 6, 9, 12, 16))
SHARE_OF_COMBINATION = shades(BLUE, (1, 2, 4, 6, 8))
SHARE_OF_TYPE = shades(BLUE, (5, 20, 40, 60, 80))
SHARE_OF_WEEK = shades(BLUE, (0.25, 0.45, 0.65, 0.85, 1.1, 1.6))
ARRIVE_MINUTES = shades(ORANGE, (5, 10, 15, 20, 30, 45))
CLEAR_MINUTES = shades(ORANGE, (15, 30, 45, 60, 90, 120))
LIFT = shades(ORANGE, (1.2, 1.5, 2, 3))
HOURS_BEHIND = shades(ORANGE, (12, 24, 36))
REJECTED_PCT = shades(ORANGE, (0.1, 0.5, 1))
POINTS = differences(1, 2, 4)
MINUTES_APART = differences(0.5, 2, 4)

SMALL_SAMPLE: int = project_variables()["small_sample"]
"""Counts below are purple, and have a star."""
PURPLE = "purple"
"""Grafana's own, which it makes lighter on dark and darker on light: no one colour reads well as text on both."""
FEW = _steps([(PURPLE, None), ("text", SMALL_SAMPLE)])


def few_marks() -> Mapping[str, object]:
    """Writes a star behind the count of a small sample, for who does not see the colour."""
    marks = {str(n): {"text": f"{n}*", "color": PURPLE, "index": n} for n in range(1, SMALL_SAMPLE)}
    return {"type": "value", "options": marks}


def dash(colour: str = _TRANSPARENT) -> Mapping[str, object]:
    """Shows a missing value as a dash, where a shaded cell would else have the colour of the lowest one."""
    return {"type": "special", "options": {"match": "null", "result": {"text": NOTHING, "color": colour, "index": 0}}}
