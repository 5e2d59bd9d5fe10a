"""Pictures of panels: Vega-Lite by Altair, drawn as SVG by vl-convert.

They take the page's own colour of text (currentColor), so that one picture does for light and dark. Nothing in one runs
or is fetched.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from grafana import shapes, style
from grafana.columns import TEXT, Column, Format
from grafana.panels import Panel
from grafana.register import ROOT
from report import shades
from report.grids import CLEAR, Grid, ends_at_limit, grid, medians, named_bar, plain
from report.marts import Row
from report.written import written

WIDTH = 360
"""Of a picture, in units of its own: about the pixels of a phone."""

MOST_BARS = 12
MOST_CELLS_DOWN = 12
HOURS = 24
MOST_DOTS = 250
LINE_OF_LABEL = 34
"""Letters."""
CAPITALS_OF_LABEL = 28

OUTLINE = ROOT / "grafana" / "maps" / "montgomery-county.geojson"
INK = "currentColor"


@dataclass(frozen=True)
class Picture:
    """A picture, and what it shows in words.

    Attributes:
        svg: An element to be put into a page.
        alternative: For whoever does not see it, from the same rows.
    """

    svg: str
    alternative: str


def picture(panel: Panel, rows: Sequence[Row], title: str) -> Picture | None:
    """The picture of a panel's rows; of a table, its first bars or its shaded cells. None where it has neither."""
    if not rows:
        return None
    # Periods that have the same rows share their pictures.
    key = (id(panel), title, repr(rows))
    if key not in _DRAWN:
        # Altair would hold each part against the whole schema of Vega-Lite, which takes longer than to draw it.
        with debug_mode(False):
            _DRAWN[key] = _drawn(panel, rows, title)
    return _DRAWN[key]


_DRAWN: dict[tuple[int, str, str], Picture | None] = {}


def _drawn(panel: Panel, rows: Sequence[Row], title: str) -> Picture | None:
    match panel.shape:
        case shapes.Bars(label, values, form):
            chart, words = _bars(label, values, form, rows, ends_at_limit(panel, rows))
        case shapes.Shares() as shares:
            chart, words = _shares(shares, rows)
        case shapes.Lines(time, values, form, _):
            chart, words = _lines(time, values, form, rows)
        case shapes.Medians(label):
            chart, words = _medians(label, medians(rows), ends_at_limit(panel, rows))
        case shapes.Curve(across, up):
            chart, words = _curve(across, up, rows)
        case shapes.CountyMap(details):
            chart, words = _county_map(details, rows)
        case shapes.Matrix(row):
            # Numbers down are the hours of a day, of which none is left out.
            most = MOST_CELLS_DOWN if row.format.decimals is None else HOURS
            chart, words = _cells(grid(panel, rows, most))
        case shapes.Table():
            drawn = _of_table(grid(panel, rows, MOST_CELLS_DOWN))
            if drawn is None:
                return None
            chart, words = drawn
        case _:
            return None
    return Picture(svg(chart), f"{title}. {words}")


def svg(chart: Any) -> str:
    """The chart as an SVG element that grows and shrinks with the page."""
    text: str = vl_convert.vegalite_to_svg(chart.to_dict(validate=False))
    # What Vega leaves for its own interaction and for its own text alternatives.
    text = re.sub(r'<path class="(?:background|foreground)"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*/>', "", text)
    text = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|font-family|stroke-miterlimit)="[^"]*"', "", text)
    text = text.replace('fill="currentColor">', ">")
    text = re.sub(r' (?:opacity|stroke-opacity|fill-opacity)="1"| xmlns:xlink="[^"]*"| version="1.1"', "", text)
    text = re.sub(r"(\d\.\d)\d+", r"\1", text)
    return re.sub(r'<svg ([^>]*?) ?width="[^"]*" height="[^"]*"', r"<svg \1", text, count=1)


def _finished(chart: Any) -> Any:
    axis = alt.AxisConfig(
        labelColor=INK, titleColor=INK, gridColor=INK, domainColor=INK, tickColor=INK, gridOpacity=0.15,
        domainOpacity=0.4, tickOpacity=0.4, labelFontSize=10, titleFontSize=10, titleFontWeight="normal",
    )  # fmt: skip
    return chart.configure(
        background="transparent",
        aria=False,
        # Fonts of readers are wider than the one that vl-convert measures by.
        padding={"left": 14, "right": 6, "top": 2, "bottom": 2},
        axis=axis,
        view=alt.ViewConfig(stroke=None),
        legend=alt.LegendConfig(labelColor=INK, titleColor=INK, labelFontSize=10, orient="bottom", labelLimit=160),
        header=alt.HeaderConfig(labelColor=INK, labelFontSize=10, labelLimit=150),
        text=alt.MarkConfig(color=INK, fontSize=9),
    )


def _sized(chart: Any, height: float) -> Any:
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    return _finished(chart.properties(width=WIDTH, height=height, autosize=fit))


def _label_axis(lines: int = 1, size: int = 10) -> alt.Axis:
    """Of names of so many lines, each after its number and a tab: two rows may have the same name."""
    return alt.Axis(
        labelLimit=190,
        labelExpr="split(split(datum.label, '\\t')[1], '\\n')",
        labelLineHeight=size + 1,
        labelOffset=-5 * (lines - 1),
        labelFontSize=size,
        ticks=False,
        domain=False,
    )


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{number}\t{name}" for number, name in enumerate(names)]


def _number_axis(form: str = ",~f") -> alt.Axis:
    return alt.Axis(format=form, tickCount=4, domain=False)


def _bars(
    label: str, values: Sequence[shapes.Series], form: Format, rows: Sequence[Row], are_first: bool
) -> tuple[Any, str]:
    shown = rows[:MOST_BARS]
    names = _labels(label, shown)
    data = [
        {"name": name, "series": each.header, "value": _plain(row[each.column])}
        for name, row in zip(names, shown, strict=True)
        for each in values
    ]
    headers = [each.header for each in values]
    scale = alt.Scale(domain=headers, range=[each.colour for each in values])
    chart = _chart(data).mark_bar().encode(
        y=alt.Y("name:N", sort=names, title=None, axis=_label_axis(lines=2)),
        yOffset=alt.YOffset("series:N", sort=headers),
        x=alt.X("value:Q", title=None, axis=_number_axis()),
        color=alt.Color("series:N", scale=scale, title=None, legend=alt.Legend(symbolType="square")),
    )  # fmt: skip
    words = "; ".join(
        f"{row[label]} " + ", ".join(f"{each.header} {written(row[each.column], form)}" for each in values)
        for row in shown
    )
    height = len(names) * max(29, 12 * len(values)) + 4
    return _sized(chart, height), f"Bars, {_first_of(len(shown), None if are_first else len(rows))}: {words}."


def _labels(label: str, rows: Sequence[Row]) -> list[str]:
    """What stands beside the bars of the rows, in two lines: without the second, the place, all bars of a pair would
    have one name."""
    pairs = (str(row[label]).rsplit(", ", 1) for row in rows)
    return _numbered([f"{_shortened(pair)}\n{place}" for pair, place in pairs])


def _shortened(pair: str) -> str:
    """A type, or a type and its priority, which stays, in letters that a picture has room for."""
    kind, priority = re.fullmatch(r"(.*?)\u2026?(:\d)?", pair, re.DOTALL).groups("")  # type: ignore[union-attr]
    room = CAPITALS_OF_LABEL - len(priority)
    return f"{kind if len(kind) <= room else kind[: room - 1] + chr(0x2026)}{priority}"


def _first_of(shown: int, rows: int | None) -> str:
    """How many are shown, and of how many, where that is known."""
    if rows is None:
        return f"the first {shown}"
    return f"the first {shown} of {rows}" if rows > shown else f"{rows}"


def _shares(shape: shapes.Shares, rows: Sequence[Row]) -> tuple[Any, str]:
    bars = list(dict.fromkeys(named_bar(row[shape.bar]) for row in rows))
    numbered = dict(zip(bars, _numbered(bars), strict=True))
    parts = list(dict.fromkeys(str(row[shape.part]) for row in rows))
    named = {part: shape.part_names.get(part, part) for part in parts}
    data = [
        {
            "bar": numbered[named_bar(row[shape.bar])],
            "part": named[str(row[shape.part])],
            "share": _plain(row[shape.share]),
            "order": parts.index(str(row[shape.part])),
        }
        for row in rows
    ]
    scale = alt.Scale(
        domain=[named[part] for part in parts], range=[shape.colours.get(part, style.GREY) for part in parts]
    )
    longest = max(map(len, named.values()))
    columns = 3 if longest < 15 else 2 if longest < 20 else 1
    marks = _chart(data).mark_bar(stroke=INK, strokeOpacity=0.35, strokeWidth=0.5)
    chart = marks.encode(
        y=alt.Y("bar:N", sort=list(numbered.values()), title=None, axis=_label_axis()),
        x=alt.X("share:Q", title="per cent", axis=_number_axis(), scale=alt.Scale(domain=[0, 100])),
        color=alt.Color("part:N", scale=scale, title=None, legend=alt.Legend(columns=columns, symbolType="square")),
        order=alt.Order("order:Q"),
    )

    def largest(bar: str) -> str:
        of_bar = [row for row in rows if named_bar(row[shape.bar]) == bar and row[shape.share]]
        top = sorted(of_bar, key=lambda row: -row[shape.share])[:3]
        return f"{bar}: " + ", ".join(f"{named[str(row[shape.part])]} {row[shape.share]:.1f} %" for row in top)

    words = "; ".join(largest(bar) for bar in bars)
    return _sized(chart, len(bars) * 22 + 4), f"Stacked bars to 100 %, the largest parts of each: {words}."


def _lines(time: str, values: Sequence[shapes.Series], form: Any, rows: Sequence[Row]) -> tuple[Any, str]:
    data = [
        {"time": f"{row[time]:%Y-%m-%d}", "series": each.header, "value": _plain(row[each.column])}
        for row in rows
        for each in values
        if row[each.column] is not None
    ]
    headers = [each.header for each in values]
    colour = alt.Scale(domain=headers, range=[each.colour for each in values])
    dash = alt.Scale(domain=headers, range=[[5, 4] if each.dashed else [1, 0] for each in values])
    legend = alt.Legend(title=None) if len(values) > 1 else None
    # A text is a day in UTC to Vega: utcyearmonth, or it would be the month before, west of Greenwich.
    points = alt.OverlayMarkDef(size=14) if len(rows) < 4 else False
    chart = _chart(data).mark_line(strokeWidth=1.5, point=points).encode(
        x=alt.X("time:T", timeUnit="utcyearmonth", title=None, axis=alt.Axis(format="%b %Y", tickCount=5, grid=False)),
        y=alt.Y("value:Q", title=None, axis=_number_axis(), scale=alt.Scale(zero=True)),
        color=alt.Color("series:N", scale=colour, legend=legend),
        strokeDash=alt.StrokeDash("series:N", scale=dash, legend=legend),
    )  # fmt: skip
    words = "; ".join(filter(None, (_course(each, time, form, rows) for each in values)))
    return _sized(chart, 150), f"Lines over {len(rows)} months. {words}."


def _course(series: shapes.Series, time: str, form: Any, rows: Sequence[Row]) -> str:
    known = [row for row in rows if row[series.column] is not None]
    if not known:
        return ""
    least, most = (pick(known, key=lambda row: row[series.column]) for pick in (min, max))

    def at(row: Row) -> str:
        return f"{written(row[series.column], form)} in {_month(row[time])}"

    return f"{series.header}: {at(known[0])}, {at(known[-1])} at the end, least {at(least)}, most {at(most)}"


def _medians(label: str, rows: Sequence[Row], are_first: bool) -> tuple[Any, str]:
    shown = rows[:MOST_BARS]
    names = _labels(label, shown)
    data = [
        {
            "name": name,
            **{part: _plain(row[part]) for part in ("low", "median", "high")},
            "colour": style.CLEAR_COLOUR if row["difference"] == CLEAR else style.CHANCE_COLOUR,
        }
        for name, row in zip(names, shown, strict=True)
    ]
    y = alt.Y("name:N", sort=names, title=None, axis=_label_axis(lines=2))
    colour = alt.Color("colour:N", scale=None)
    x = alt.X("low:Q", title="minutes", axis=_number_axis(), scale=alt.Scale(zero=True))
    interval = _chart(data).mark_rule(strokeWidth=4, opacity=0.5).encode(y=y, x=x, x2="high:Q", color=colour)
    dot = _chart(data).mark_circle(size=60, opacity=1).encode(y=y, x="median:Q", color=colour)
    words = "; ".join(
        f"{row[label]} {row['median']:.1f} ({_end(row['low'])} to {_end(row['high'])}, {row['difference']})"
        for row in shown
    )
    chart = _sized(alt.layer(interval, dot), len(names) * 29 + 4)
    first = _first_of(len(shown), None if are_first else len(rows))
    return chart, f"Medians in minutes with their intervals, {first}: {words}."


def _end(value: float | None) -> str:
    return style.NOTHING if value is None else f"{value:.1f}"


def _curve(across: Column, up: shapes.Series, rows: Sequence[Row]) -> tuple[Any, str]:
    data = [{"across": _plain(row[across.name]), "up": _plain(row[up.column])} for row in rows]
    chart = _chart(data).mark_line(color=up.colour).encode(
        x=alt.X("across:Q", title=across.header, axis=_number_axis()),
        y=alt.Y("up:Q", title=up.header, axis=_number_axis(), scale=alt.Scale(zero=True)),
    )  # fmt: skip
    ends = "; ".join(f"{row[across.name]:.1f} % {up.header} {row[up.column]:.1f} %" for row in (rows[0], rows[-1]))
    return _sized(chart, 150), f"A line over {len(rows)} points, from and to: {ends}."


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _county_map(details: Sequence[Column], rows: Sequence[Row]) -> tuple[Any, str]:
    dots = [
        {"latitude": row["latitude"], "longitude": row["longitude"], "incidents": _plain(row["incidents"])}
        for row in rows[-MOST_DOTS:]
    ]
    ground = alt.Chart(alt.InlineData(values=outline())).mark_geoshape(
        fill=INK, fillOpacity=0.06, stroke=INK, strokeOpacity=0.6
    )
    legend = alt.Legend(title="Incidents", orient="bottom", symbolFillColor=style.ORANGE, tickCount=3, format=",~f")
    marks = _chart(dots).mark_circle(color=style.ORANGE, opacity=0.7, stroke=INK, strokeWidth=0.3).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        size=alt.Size("incidents:Q", scale=alt.Scale(range=[4, 180], zero=False), legend=legend),
    )  # fmt: skip
    chart = (ground + marks).project("mercator")
    named = [detail.name for detail in details if detail.format is TEXT][:2]
    top = list(reversed(rows))[:5]
    words = "; ".join(
        f"{', '.join(str(row[name]) for name in named if row[name] is not None)}: {row['incidents']:,}" for row in top
    )
    chart = _finished(chart.properties(width=WIDTH - 4, height=WIDTH - 70))
    return chart, f"Map of the county with {len(rows):,} areas, the busiest: {words}."


@cache
def outline() -> Mapping[str, Any]:
    """The county's outline; its ring turned, since Vega takes one that runs the other way for the rest of the world."""
    collection: dict[str, Any] = json.loads(OUTLINE.read_text(encoding="utf-8"))
    (feature,) = collection["features"]
    rings = [[[round(x, 3), round(y, 3)] for x, y in ring] for ring in feature["geometry"]["coordinates"]]
    if _area(rings[0]) > 0:
        rings = [list(reversed(ring)) for ring in rings]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": rings}}


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Twice the area within a ring, positive where it runs against the clock."""
    return sum(x * y2 - x2 * y for (x, y), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))


def _of_table(table: Grid) -> tuple[Any, str] | None:
    """Cells where several columns share a scale, as those of cities do; else bars of one column.

    That is the first with a bar, else the first with a shade, else the first with one decimal; else nothing is drawn.
    """
    columns = table.columns
    for column in columns:
        alike = [place for place, each in enumerate(columns) if each.shade and each.shade == column.shade]
        if column.shade and len(alike) > 2:
            return _cells(table, alike)
    measures = [place for place in range(len(columns)) if table.numeric(place) and not columns[place].warns_when_few]
    with_bar = [place for place in measures if columns[place].bar]
    with_shade = [place for place in measures if columns[place].shade]
    precise = [place for place in measures if columns[place].format.decimals == 1]
    place = next(iter([*with_bar, *with_shade, *precise]), None)
    return None if place is None else _bars_of_table(table, place)


def _bars_of_table(table: Grid, place: int) -> tuple[Any, str]:
    column = table.columns[place]
    rows = [row for row in table.rows if row[place].value is not None][:MOST_BARS]
    names = _numbered([_name(table, row, place) for row in rows])
    data = [
        {"name": name, "value": _plain(row[place].value), "colour": _solid(row[place].colour, column)}
        for name, row in zip(names, rows, strict=True)
    ]
    lines = max((name.count("\n") + 1 for name in names), default=1)
    axis = _label_axis(lines)
    chart = _chart(data).mark_bar().encode(
        y=alt.Y("name:N", sort=names, title=None, axis=axis),
        x=alt.X("value:Q", title=plain(column.header), axis=_number_axis()),
        color=alt.Color("colour:N", scale=None),
    )  # fmt: skip
    words = "; ".join(f"{_in_a_line(_name(table, row, place))} {row[place].text}" for row in rows)
    return _sized(chart, len(rows) * (7 + 11 * lines) + 4), (
        f"Bars of {plain(column.header)}, {_first_of(len(rows), table.rows_of_panel)}: {words}."
    )


def _solid(colour: str, column: Column) -> str:
    if colour == shades.TRANSPARENT or column.bar:
        return column.bar or style.GREY
    return re.sub(r"rgba\((\d+, \d+, \d+), [\d.]+\)", r"rgb(\1)", colour)


def _name(table: Grid, row: Sequence[Any], until: int) -> str:
    """What names a row: its texts before the value, and its priority."""
    words: list[str] = []
    for place, column in enumerate(table.columns[: max(until, 1)]):
        if column.format is TEXT and row[place].value is not None and len(words) < 3:
            words.append(row[place].text)
        elif column.name == "priority" and words:
            words[-1] += f":{row[place].text}"
    return _folded(words) or row[table.named_by].text


def _folded(words: Sequence[str]) -> str:
    """The words in lines that fit beside a bar."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 2 <= LINE_OF_LABEL:
            lines[-1] += f", {word}"
        else:
            lines.append(word if len(word) <= LINE_OF_LABEL else f"{word[: LINE_OF_LABEL - 1]}\u2026")
    return "\n".join(lines[:2])


def _cells(table: Grid, places: Sequence[int] | None = None) -> tuple[Any, str]:
    """Shaded cells with their values."""
    places = places or range(1, len(table.columns))
    headers = [plain(table.columns[place].header) for place in places]
    names = _numbered([_name(table, row, places[0]) for row in table.rows])
    data = [
        {"name": name, "column": header, "text": row[place].text.removesuffix(" %"), "colour": row[place].colour,
         "ink": "#ffffff" if shades.is_solid(row[place].colour) else INK}
        for name, row in zip(names, table.rows, strict=True)
        for header, place in zip(headers, places, strict=True)
    ]  # fmt: skip
    lines = max((name.count("\n") + 1 for name in names), default=1)
    over = alt.Axis(orient="top", labelAngle=-35, labelFontSize=9, ticks=False, domain=False)
    y = alt.Y("name:N", sort=names, title=None, axis=_label_axis(lines, size=9))
    x = alt.X("column:N", sort=headers, title=None, axis=over)
    shaded = [each for each in data if each["colour"] != shades.TRANSPARENT]
    cells = _chart(shaded).mark_rect().encode(y=y, x=x, fill=alt.Fill("colour:N", scale=None))
    texts = _chart(data).mark_text(fontSize=9).encode(y=y, x=x, text="text:N", color=alt.Color("ink:N", scale=None))
    chart = _sized(alt.layer(cells, texts), len(names) * (6 + 10 * lines))

    def top(place: int) -> str:
        known = [row for row in table.rows if isinstance(row[place].value, int | float)]
        if not known:
            return f"{plain(table.columns[place].header)} none"
        row = max(known, key=lambda each: each[place].value)
        return f"{plain(table.columns[place].header)} {row[place].text} ({_in_a_line(_name(table, row, places[0]))})"

    words = "; ".join(top(place) for place in places)
    rows = _first_of(len(table.rows), table.rows_of_panel)
    return chart, f"Shaded cells of {rows} rows, the greatest of each column: {words}."


def _in_a_line(name: str) -> str:
    return name.replace("\n", ", ")


def _chart(values: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Chart(alt.InlineData(values=list(values)))


def _plain(value: Any) -> float | int | None:
    """A number that JSON has; sums of DuckDB can be of 128 bits, and Athena's decimals no numbers of JSON."""
    if value is None or isinstance(value, int):
        return value
    return float(value)
