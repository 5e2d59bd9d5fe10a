"""Panels in the house style. Each shows one query; the page binds it to a data source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grafana_foundation_sdk.builders import barchart, common, geomap, stat, timeseries, trend
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import geomap as geomap_models
from grafana_foundation_sdk.models.text import TextMode

from grafana import keys, shapes, sql, style
from grafana.columns import DATE, TIME, Column, Format, Link, as_options
from grafana.shapes import Interval, Series, Shape
from grafana.sources import Built
from grafana.sql import Select

LONGEST_LABEL = 60
LONGEST_TYPE = 33
"""Letters of a type beside a bar."""
FILTER_NAMES = {
    "period": "this period",
    "city": "this city",
    "type": "this type",
    "priority": "this priority",
    "min_n": "this smallest n",
}
"""What words call a variable that nothing fits."""

MARTS_OF_EVERY_CITY = ("q01_incidents_by_city", "q04_streets_by_city")
"""All others with a column `city` have the cities that are compared."""

# Not by the constructor, whose numbers are whole.
COUNTY_VIEW = geomap_models.MapViewConfig.from_json({"id": "coords", "lat": 39.145, "lon": -77.214, "zoom": 10.35})
"""The frame of the map: the whole county."""

PanelBuilder = barchart.Panel | geomap.Panel | stat.Panel | tables.Panel | texts.Panel | timeseries.Panel | trend.Panel


@dataclass(frozen=True)
class Panel:
    """A panel without its data source and its place.

    Attributes:
        query: None where nothing is read.
        shape: What it shows; None of words.
        empty: What there is not, when the query finds no rows; "" where only the filters of a page would explain it.
    """

    builder: PanelBuilder
    query: Select | None = None
    shape: Shape | None = None
    title: str = ""
    description: str = ""
    empty: str = ""


DATASET = "https://data.montgomerycountymd.gov/d/98cc-bc7d"
ANSWER = "Countywide answer"
"""Title of the panel with a question's sentence, which follows no filter but the period."""

TOTAL = "Total"
HAS_ROW = "has_row"
"""A column of every query, by which a result without rows loses its columns too, and is seen by no reader."""


def _panel(
    builder: PanelBuilder,
    title: str,
    description: str,
    query: Select,
    empty: str | None = None,
    reshape: Sequence[models.DataTransformerConfig] = (),
    shape: Shape | None = None,
) -> Panel:
    """The panel, with the words that stand in it when the query finds no rows.

    Grafana shows them only where there is no column either. PostgreSQL's plugin drops the columns of an empty result,
    and Athena's keeps them: a bare header. Partitioned by a column that has one value, rows stay one table, and no rows
    become none (public/app/features/transformers/partitionByValues and public/app/plugins/panel/table/TablePanel.tsx of
    Grafana 12).
    """
    partition = {"fields": [HAS_ROW], "keepFields": False, "naming": {"asLabels": False}}
    builder.with_transformation(models.DataTransformerConfig(id_val="partitionByValues", options=partition))
    for transformation in reshape:
        builder.with_transformation(transformation)
    words = _why_empty(query) if empty is None else empty
    marked = query.selecting(*query.columns, f"1 AS {HAS_ROW}")
    builder.title(title).description(description).no_value(words)
    return Panel(builder, marked, shape, title, description, empty or "")


def _why_empty(query: Select) -> str:
    """What holds when the query finds no rows, and what a reader can try: only what the query heeds."""
    filters = [FILTER_NAMES[name] for name in FILTER_NAMES if name in query.variables]
    listed = " and ".join([", ".join(filters[:-1]), filters[-1]] if len(filters) > 1 else filters)
    hints = ["a longer period"] if "period" in query.variables else []
    if "min_n" in query.variables:
        hints.append("a lower smallest n")
    if query.variables & {"city", "type", "priority"}:
        hints.append("fewer filters")
    words = f"Nothing fits {listed}. Try {' or '.join(hints)}." if hints else "There is nothing to show."
    if query.mart not in MARTS_OF_EVERY_CITY and {sql.CITY, sql.CITY_ELSE_COUNTY} & set(query.where):
        words += " Only the largest cities are compared."
    return words


def how_to_read(text: str) -> Panel:
    """Words beside the evidence, in Markdown. Lines within a paragraph are joined."""
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return Panel(texts.Panel().title("How to read").transparent(True).mode(TextMode.MARKDOWN).content(text))


def title(name: str, about: str) -> Panel:
    """What a page is about, and whose data it shows."""
    content = f"{about} Data: [Police Dispatched Incidents]({DATASET}) of Montgomery County, Maryland."
    return Panel(texts.Panel().title(name).mode(TextMode.MARKDOWN).content(content))


def data_status() -> Panel:
    """What the data are, and until when they go."""
    columns = [
        Column("described_as", "The data are", narrowest=215),
        Column("newest_start_time", "Newest incident", TIME, width=150),
        Column("landed_date", "Landed (UTC)", DATE, width=110),
    ]
    description = (
        "Whose records these are, the start of the newest (local time), and the day on which lines last landed."
    )
    rows = Select("data_status", order_by=("landed_date",))
    return table("The data", description, columns, rows, "Nothing has landed yet.")


def answer(question: int) -> Panel:
    """The sentence of `answers`: a table of one cell, for body text there wraps, and scrolls when it is long."""
    builder = tables.Panel().show_header(False)
    builder.override_by_name("headline", as_options({"custom.wrapText": True, "custom.cellOptions": {"type": "auto"}}))
    query = Select("answers", (sql.PERIOD, f"question = {question}"), columns=("headline",))
    description = "One sentence, computed for the whole period; the other filters do not change it."
    return _panel(builder, ANSWER, description, query, "There is no answer for this period.")


def number(title: str, description: str, column: str, written: Format, rows: Select) -> Panel:
    """The number in a column of the first row."""
    builder = (
        stat.Panel()
        .color_mode(common_models.BigValueColorMode.NONE)
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .text_mode(common_models.BigValueTextMode.VALUE)
        .text(common.VizTextDisplayOptions().value_size(26))
        .unit(written.unit)
        # Without a name Grafana takes numbers alone, and shows "No data" for a time.
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).fields(f"/^{column}$/"))
    )
    if written.decimals is not None:
        builder.decimals(written.decimals)
    shape = shapes.Number(column, written)
    return _panel(builder, title, description, rows.selecting(column), style.NOTHING, shape=shape)


def table(title: str, description: str, columns: Sequence[Column], rows: Select, empty: str | None = None) -> Panel:
    """A table of these columns of the rows."""
    builder = tables.Panel().cell_height(common_models.TableCellHeight.SM)
    for column in columns:
        builder.override_by_name(column.name, column.options())
    query = rows.selecting(*(column.selected() for column in columns))
    shape = shapes.Table([column for column in columns if not column.is_hidden])
    return _panel(builder, title, description, query, empty, shape=shape)


def matrix(
    title: str,
    description: str,
    row: Column,
    across: str,
    cell: Column,
    rows: Select,
    headers: Mapping[str, str],
    empty: str | None = None,
    totals: bool = False,
) -> Panel:
    """A table of one value by two keys, a dash for none.

    Args:
        row: Key of the rows.
        across: Column of the other key. Its values are the columns, in the order in which the query first has them.
        cell: The value, and how it looks.
        headers: What stands over the columns, where it is not the key itself.
        totals: Grafana sums the rows, in a last column, and the columns, in a last line.
    """
    builder = tables.Panel().cell_height(common_models.TableCellHeight.SM)
    # The transformation names the first column `row\across`; only the others hold values.
    builder.override_by_regexp(r"/^[^\\]*$/", [option for option in cell.options() if option.id_val != "displayName"])
    if totals:
        # Before the first column has a name without a backslash, by which it would be summed too.
        builder.override_by_regexp(r"/^[^\\]*$/", as_options({"custom.footer.reducers": ["sum"]}))
    builder.override_by_regexp(r"/\\/", row.options())
    for key, header in headers.items():
        builder.override_by_name(key, as_options({"displayName": header}))
    reshape = [_to_matrix(row.name, across, cell.name)]
    if totals:
        reshape.append(_row_totals(list(headers)))
        plain = {"custom.cellOptions": {"type": "auto"}, "custom.width": 62}
        builder.override_by_name(TOTAL, as_options(plain))
    return _panel(
        builder,
        title,
        description,
        rows.selecting(row.selected(), across, cell.selected()),
        empty,
        reshape,
        shapes.Matrix(row, across, cell, headers),
    )


def city_headers() -> dict[str, str]:
    """What stands over the columns of cities."""
    return {keys.COUNTY: "County", **keys.CITIES}


def stacked_shares(
    title: str,
    description: str,
    bar: str,
    part: str,
    share: str,
    colours: Mapping[str, str],
    rows: Select,
    part_names: Mapping[str, str] | None = None,
    show_legend: bool = True,
) -> Panel:
    """Horizontal bars that sum to 100 %, their parts in the order in which the query first has them.

    Args:
        bar: Column whose values are the labels of the bars.
        part: Column or named expression of the parts.
        share: Column of the parts' per cents.
        colours: Of the parts.
        part_names: What the legend says, where it is not the part itself.
    """
    builder = (
        _horizontal_bars(group_width=0.82, bar_width=0.95)
        .stacking(common_models.StackingMode.NORMAL)
        .unit("percent")
        # At 100 the last tick would be cut.
        .max(102)
        .legend(_legend(show_legend))
        .tooltip(_tooltip())
    )
    part_name = part.rsplit(" AS ", 1)[-1]
    county = {"type": "value", "options": {keys.COUNTY: {"text": "COUNTY", "index": 0}}}
    builder.override_by_regexp(r"/\\/", as_options({"mappings": [county]}))
    for name, colour in colours.items():
        builder.override_by_name(name, _fixed(colour))
    for name, shown in (part_names or {}).items():
        builder.override_by_name(name, as_options({"displayName": shown}))
    reshape = [_to_matrix(bar, part_name, share)]
    shape = shapes.Shares(bar, part_name, share, colours, part_names or {})
    return _panel(builder, title, description, rows.selecting(bar, part, share), reshape=reshape, shape=shape)


def place_label(place: str, count: str, has_priority: bool = True) -> str:
    """What stands beside a bar, of rows with an `initial_type`: "RAPE:0, ROCKVILLE n=4*", where the star marks a small
    sample. Of a long type the end is left out: Grafana would leave out its beginning.

    Args:
        place, count: Columns.
        has_priority: The rows are of a type and a `priority`.
    """
    shortened = f"SUBSTR(initial_type, 1, {LONGEST_TYPE - 1}) || '\u2026'"
    kind = f"CASE WHEN LENGTH(initial_type) > {LONGEST_TYPE} THEN {shortened} ELSE initial_type END"
    priority = " || ':' || CAST(priority AS varchar)" if has_priority else ""
    star = f"CASE WHEN {count} BETWEEN 1 AND {style.SMALL_SAMPLE - 1} THEN '*' ELSE '' END"
    return f"{kind}{priority} || ', ' || {place} || ' n=' || CAST({count} AS varchar) || {star}"


def bars(
    title: str,
    description: str,
    label: str,
    values: Sequence[Series],
    written: Format,
    rows: Select,
    empty: str | None = None,
) -> Panel:
    """Horizontal bars, those of a row together, on one scale. The numbers belong into a table beside them or in full:
    Grafana cuts those at the end of a long bar.

    Args:
        label: Expression of what stands beside the bars of a row.
    """
    builder = (
        _horizontal_bars(group_width=0.75, bar_width=0.95)
        .unit(written.unit)
        .x_field("label")
        .legend(_legend(True))
        .tooltip(_tooltip())
    )
    for value in values:
        # Without decimals: they would be those of the axis, too.
        builder.override_by_name(value.column, _fixed(value.colour) + as_options({"displayName": value.header}))
    query = rows.selecting(f"{label} AS label", *(value.column for value in values))
    return _panel(builder, title, description, query, empty, shape=shapes.Bars("label", values, written))


def intervals(
    title: str, description: str, label: str, is_clear: str, values: Interval, rows: Select, empty: str
) -> Panel:
    """Horizontal bars of medians with their intervals: solid up to the lower end, then paler up to the median, then
    pale up to the upper end; grey where the places may differ by chance. The numbers belong into a table beside them.

    Grafana has no error bars, so it stacks differences, which it takes itself: SQL only chooses. Nothing counts
    as 0 there: a part that is not seen. A label has two fifths of the width; the beginning of a longer one is cut.

    Args:
        label: Expression of what stands beside a bar.
        is_clear: Column that says whether the places differ clearly; null is no.
    """
    builder = (
        _horizontal_bars(group_width=0.7, bar_width=0.9)
        .stacking(common_models.StackingMode.NORMAL)
        .unit("none")
        # No decimals: they would be those of the axis, and cut its last number; Grafana takes as many as it needs.
        .x_field("label")
        .legend(_legend(True))
        # It would list the differences.
        .tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.NONE))
    )
    columns, differences, hidden, drawn = [f"{label} AS label"], [], [], list[str]()
    for name, colour, words in (
        ("clear", style.CLEAR_COLOUR, "Clear"),
        ("chance", style.CHANCE_COLOUR, "May be chance"),
    ):
        condition = is_clear if name == "clear" else f"NOT COALESCE({is_clear}, FALSE)"
        for part in ("low", "median", "high"):
            columns.append(f"CASE WHEN {condition} THEN {getattr(values, part)} END AS {name}_{part}")
        for part, less in (("median", "low"), ("high", "median")):
            alias = f"{name} to {part}"
            differences.append(_difference(f"{name}_{part}", f"{name}_{less}", alias))
            hidden.append(f"{name}_{part}")
        parts = (f"{name}_low", f"{name} to median", f"{name} to high")
        drawn.extend(parts)
        for part, opacity in zip(parts, style.INTERVAL_OPACITIES, strict=True):
            options = {"displayName": words, "custom.fillOpacity": opacity}
            if part != parts[0]:
                # The legend has no opacity, and would name one colour three times. Names must differ all the same.
                options |= {"displayName": part, "custom.hideFrom": {"legend": True, "tooltip": False, "viz": False}}
            builder.override_by_name(part, _fixed(colour) + as_options(options))
    # The parts of a bar are in the order of the columns.
    order = {name: place for place, name in enumerate(["label", *drawn])}
    organize = {"excludeByName": dict.fromkeys(hidden, True), "indexByName": order, "renameByName": {}}
    reshape = [*differences, models.DataTransformerConfig(id_val="organize", options=organize)]
    return _panel(builder, title, description, rows.selecting(*columns), empty, reshape, shapes.Medians("label"))


def _difference(left: str, right: str, alias: str) -> models.DataTransformerConfig:
    def field(name: str) -> dict[str, object]:
        return {"matcher": {"id": "byName", "options": name}}

    binary = {"left": field(left), "operator": "-", "right": field(right)}
    options = {"mode": "binary", "alias": alias, "binary": binary, "replaceFields": False}
    return models.DataTransformerConfig(id_val="calculateField", options=options)


def lines(
    title: str,
    description: str,
    time: str,
    values: Sequence[Series],
    written: Format,
    rows: Select,
    empty: str,
    show_legend: bool = True,
    repeat: str | None = None,
) -> Panel:
    """Lines over time from 0.

    Args:
        time: Column of dates.
        repeat: Variable; one panel for each of its values, four in a row.
    """
    builder = (
        timeseries.Panel()
        .unit(written.unit)
        .min(0)
        .line_width(2)
        .fill_opacity(0)
        # A single month is a point, not a line.
        .show_points(common_models.VisibilityMode.AUTO)
        # Without a width the first date is cut.
        .axis_width(60)
        .legend(_legend(show_legend))
        .tooltip(_tooltip())
    )
    if repeat is not None:
        builder.repeat(repeat).repeat_direction("h").max_per_row(4)
    for value in values:
        options: dict[str, object] = {"displayName": value.header}
        if value.dashed:
            options |= {"custom.lineStyle": {"fill": "dash", "dash": [6, 6]}, "custom.lineWidth": 1}
        builder.override_by_name(value.column, _fixed(value.colour) + as_options(options))
    query = rows.selecting(time, *(value.column for value in values))
    return _panel(builder, title, description, query, empty, shape=shapes.Lines(time, values, written, repeat))


def sparklines(
    title: str, description: str, key: Column, time: str, value: Series, written: Format, rows: Select, empty: str
) -> Panel:
    """A table with a small line for each value of a key, over the time that is chosen: each on a scale of its own, with
    its last value. A table for the eye alone, so the report has none.

    Args:
        key: What names a line; the lines are in the order in which the query first has them.
        time: Column of dates.
    """
    builder = tables.Panel().cell_height(common_models.TableCellHeight.SM)
    builder.override_by_name(key.name, key.options())
    # Grafana takes the first two months for the step of all, and breaks a line at a longer one. It draws from the least
    # to the greatest value, where a filled area would look like a part of a whole.
    cell: dict[str, object] = {
        "type": "sparkline",
        "hideValue": False,
        "lineWidth": 2,
        "spanNulls": True,
        "fillOpacity": 0,
    }
    cell |= {"gradientMode": "none", "lineInterpolation": "linear"}
    line: dict[str, object] = {
        "displayName": value.header,
        "unit": written.unit,
        "decimals": written.decimals,
        "custom.cellOptions": cell,
    }
    # The transformation names the column after the query.
    builder.override_by_regexp("/^Trend /", _fixed(value.colour) + as_options(line))
    by_key = {"fields": [key.name], "keepFields": False, "naming": {"asLabels": True}}
    reshape = [
        models.DataTransformerConfig(id_val="partitionByValues", options=by_key),
        models.DataTransformerConfig(id_val="timeSeriesTable", options={}),
    ]
    query = rows.selecting(key.selected(), time, value.column)
    return _panel(builder, title, description, query, empty, reshape)


def curve(title: str, description: str, across: Column, up: Series, rows: Select) -> Panel:
    """A line of one number over per cent, both of which grow from row to row; of each per cent the last row, for a year
    has more rows than a picture has points.
    """
    builder = (
        trend.Panel()
        .x_field(across.name)
        .unit("percent")
        .min(0)
        .line_width(2)
        .fill_opacity(10)
        .show_points(common_models.VisibilityMode.NEVER)
        .axis_width(60)
        .legend(_legend(True))
        .tooltip(_tooltip())
        .override_by_name(across.name, as_options({"displayName": across.header, "unit": "percent", "decimals": 1}))
        .override_by_name(up.column, _fixed(up.colour) + as_options({"displayName": up.header}))
    )
    shape = shapes.Curve(across, up)
    points = replace(rows, group_by=(f"CEIL({across.name})",), order_by=(across.name,)).selecting(
        *(f"MAX({name}) AS {name}" for name in (across.name, up.column))
    )
    return _panel(builder, title, description, points, shape=shape)


def county_map(title: str, description: str, rows: Select, details: Sequence[Column], link: Link) -> Panel:
    """Dots on the county's outline, coloured by `incidents`; the rows have `latitude` and `longitude`.

    The frame is the same for every period. Without internet there is no base map; the outline is enough.

    Args:
        details: What the tooltip says besides.
        link: In the tooltip that a click leaves open.
    """
    place = common_models.FrameGeometrySource(
        mode=common_models.FrameGeometrySourceMode.COORDS, latitude="latitude", longitude="longitude"
    )
    outline = (
        common.MapLayerOptions()
        .type("geojson")
        .name("Montgomery County")
        .tooltip(False)
        .config(
            {
                "src": "public/maps/montgomery-county.geojson",
                "rules": [],
                "style": {"color": {"fixed": "text"}, "opacity": 0.06, "lineWidth": 1},
            }
        )
    )
    dots = (
        common.MapLayerOptions()
        .type("markers")
        .name("Incidents")
        .location(Built(place))
        .tooltip(True)
        .config(
            {
                "showLegend": True,
                "style": {
                    # By count it would be relative to what is shown: two incidents as large as two hundred.
                    "size": {"fixed": 5, "min": 2, "max": 11},
                    "color": {"field": "incidents", "fixed": "dark-orange"},
                    "opacity": 0.75,
                    "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
                },
            }
        )
    )
    builder = (
        geomap.Panel()
        .view(Built(COUNTY_VIEW))
        .basemap(common.MapLayerOptions().type("default").name("Base map"))
        .layers([outline, dots])
        .controls(
            geomap.ControlsOptions().show_zoom(True).mouse_wheel_zoom(False).show_attribution(True).show_scale(True)
        )
        .tooltip(geomap.TooltipOptions().mode(geomap_models.TooltipMode.DETAILS))
        .unit("locale")
        .color_scheme(dashboards.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .override_by_name("incidents", as_options({"displayName": "Incidents", "thresholds": style.MAP_INCIDENTS}))
        .data_links([dashboards.DashboardLink(link.title).url(link.url)])
    )
    for detail in details:
        written: dict[str, object] = {"displayName": detail.header, "unit": detail.format.unit}
        if detail.format.decimals is not None:
            written["decimals"] = detail.format.decimals
        builder.override_by_name(detail.name, as_options(written))
    for name in ("latitude", "longitude"):
        builder.override_by_name(name, as_options({"displayName": name.title(), "unit": "none", "decimals": 3}))
    columns = ("incidents", *(detail.name for detail in details), "latitude", "longitude")
    return _panel(builder, title, description, rows.selecting(*columns), shape=shapes.CountyMap(details))


def _to_matrix(row: str, column: str, value: str) -> models.DataTransformerConfig:
    options = {"rowField": row, "columnField": column, "valueField": value, "emptyValue": "null"}
    return models.DataTransformerConfig(id_val="groupingToMatrix", options=options)


def _row_totals(columns: Sequence[str]) -> models.DataTransformerConfig:
    """A column with the sum of these; the key of the rows may be a number, too."""
    options = {
        "mode": "reduceRow",
        "alias": TOTAL,
        "reduce": {"reducer": "sum", "include": columns},
        "replaceFields": False,
    }
    return models.DataTransformerConfig(id_val="calculateField", options=options)


def _fixed(colour: str) -> list[models.DynamicConfigValue]:
    return as_options({"color": {"mode": "fixed", "fixedColor": colour}})


def _horizontal_bars(group_width: float, bar_width: float) -> barchart.Panel:
    """Bars from 0 on, without their values: Grafana writes that of a part into the next one."""
    return (
        barchart.Panel()
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .show_value(common_models.VisibilityMode.NEVER)
        .fill_opacity(100)
        .line_width(0)
        .group_width(group_width)
        .bar_width(bar_width)
        .min(0)
        .x_tick_label_max_length(LONGEST_LABEL)
    )


def _legend(show: bool) -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(show)
        .display_mode(common_models.LegendDisplayMode.LIST)
        .placement(common_models.LegendPlacement.BOTTOM)
    )


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI)
