"""Panels in the house style. Each shows one query; the page binds it to a data source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import barchart, common, geomap, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import geomap as geomap_models
from grafana_foundation_sdk.models.text import TextMode

from grafana import sql, study, style
from grafana.columns import Column, Format, Link, as_options
from grafana.sources import Built
from grafana.sql import Select

LONGEST_LABEL = 45
MARTS_OF_EVERY_CITY = ("q01_incidents_by_city",)
"""All others with a column `city` have the cities that are compared."""

# Not by the constructor, whose numbers are whole.
COUNTY_VIEW = geomap_models.MapViewConfig.from_json({"id": "coords", "lat": 39.145, "lon": -77.214, "zoom": 10.35})
"""The frame of the map: the whole county."""

PanelBuilder = barchart.Panel | geomap.Panel | stat.Panel | tables.Panel | texts.Panel | timeseries.Panel


@dataclass(frozen=True)
class Panel:
    """A panel without its data source and its place; `query` is None where nothing is read."""

    builder: PanelBuilder
    query: Select | None = None


def _panel(builder: PanelBuilder, title: str, description: str, query: Select, empty: str | None = None) -> Panel:
    words = _why_empty(query) if empty is None else empty
    return Panel(builder.title(title).description(description).no_value(words), query)


def _why_empty(query: Select) -> str:
    """What a reader can try when the query finds no rows: only what the query heeds."""
    hints = "Try a longer period"
    if any(sql.SMALLEST_N in condition for condition in query.where):
        hints += " or a lower smallest n"
    if sql.CITY in query.where and query.mart not in MARTS_OF_EVERY_CITY:
        hints += "; only the four largest cities are compared"
    return f"Nothing fits this period and these filters. {hints}."


def how_to_read(text: str) -> Panel:
    """Words beside the evidence, in Markdown. Lines within a paragraph are joined."""
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return Panel(texts.Panel().title("How to read").transparent(True).mode(TextMode.MARKDOWN).content(text))


def answer(question: int) -> Panel:
    """The sentence of `answers`: a table of one cell, for body text there wraps, and scrolls when it is long."""
    builder = tables.Panel().show_header(False)
    builder.override_by_name("headline", as_options({"custom.wrapText": True, "custom.cellOptions": {"type": "auto"}}))
    query = Select("answers", (sql.PERIOD, f"question = {question}"), columns=("headline",))
    description = "One sentence, computed for the whole period; the other filters do not change it."
    return _panel(builder, "Answer", description, query, "There is no answer for this period.")


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
    return _panel(builder, title, description, rows.selecting(column), style.NOTHING)


def table(title: str, description: str, columns: Sequence[Column], rows: Select, empty: str | None = None) -> Panel:
    """A table of these columns of the rows."""
    builder = tables.Panel().cell_height(common_models.TableCellHeight.SM)
    for column in columns:
        builder.override_by_name(column.name, column.options())
    return _panel(builder, title, description, rows.selecting(*(column.selected() for column in columns)), empty)


def matrix(
    title: str,
    description: str,
    row: Column,
    across: str,
    cell: Column,
    rows: Select,
    headers: Mapping[str, str],
    empty: str | None = None,
) -> Panel:
    """A table of one value by two keys, a dash for none.

    Args:
        row: Key of the rows.
        across: Column of the other key. Its values are the columns, in the order in which the query first has them.
        cell: The value, and how it looks.
        headers: What stands over the columns, where it is not the key itself.
    """
    builder = tables.Panel().cell_height(common_models.TableCellHeight.SM)
    builder.with_transformation(_to_matrix(row.name, across, cell.name))
    # The transformation names the first column `row\across`; only the others hold values.
    builder.override_by_regexp(r"/^[^\\]*$/", [option for option in cell.options() if option.id_val != "displayName"])
    builder.override_by_regexp(r"/\\/", row.options())
    for key, header in headers.items():
        builder.override_by_name(key, as_options({"displayName": header}))
    return _panel(builder, title, description, rows.selecting(row.selected(), across, cell.selected()), empty)


def city_headers() -> dict[str, str]:
    """What stands over the columns of cities."""
    return {study.COUNTY: "County", **study.CITIES}


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
        barchart.Panel()
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .stacking(common_models.StackingMode.NORMAL)
        # Grafana writes a part's value into the next part.
        .show_value(common_models.VisibilityMode.NEVER)
        .fill_opacity(100)
        .line_width(0)
        .group_width(0.82)
        .bar_width(0.95)
        .unit("percent")
        .min(0)
        # At 100 the last tick would be cut.
        .max(102)
        .legend(_legend(show_legend))
        .tooltip(_tooltip())
        .x_tick_label_max_length(LONGEST_LABEL)
    )
    part_name = part.rsplit(" AS ", 1)[-1]
    builder.with_transformation(_to_matrix(bar, part_name, share))
    county = {"type": "value", "options": {study.COUNTY: {"text": "COUNTY", "index": 0}}}
    builder.override_by_regexp(r"/\\/", as_options({"mappings": [county]}))
    for name, colour in colours.items():
        builder.override_by_name(name, _fixed(colour))
    for name, shown in (part_names or {}).items():
        builder.override_by_name(name, as_options({"displayName": shown}))
    return _panel(builder, title, description, rows.selecting(bar, part, share))


@dataclass(frozen=True)
class Series:
    """A value drawn as bars or as a line: its column, its name in the legend, its colour."""

    column: str
    header: str
    colour: str
    dashed: bool = False


def bars(
    title: str,
    description: str,
    category: str,
    values: Sequence[Series],
    written: Format,
    rows: Select,
    link: Link | None = None,
    empty: str | None = None,
) -> Panel:
    """Horizontal bars; cities have each their colour where there is one value. The numbers belong into a table beside
    them: Grafana cuts those at the end of a long bar."""
    is_single = len(values) == 1
    builder = (
        barchart.Panel()
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .show_value(common_models.VisibilityMode.NEVER)
        .fill_opacity(100)
        .line_width(0)
        .group_width(0.8)
        .bar_width(0.85)
        .unit(written.unit)
        .min(0)
        .x_field(category)
        .legend(_legend(not is_single))
        .tooltip(_tooltip())
        .x_tick_label_max_length(LONGEST_LABEL)
    )
    if written.decimals is not None:
        builder.decimals(written.decimals)
    for value in values:
        options: dict[str, object] = {"displayName": value.header}
        if link is not None:
            options["links"] = [link.as_field_link() | {"oneClick": True}]
        builder.override_by_name(value.column, _fixed(value.colour) + as_options(options))
    if category == "city" and is_single:
        builder.color_by_field(category).override_by_name(category, as_options({"mappings": _city_colours()}))
    return _panel(builder, title, description, rows.selecting(category, *(value.column for value in values)), empty)


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
    return _panel(builder, title, description, rows.selecting(time, *(value.column for value in values)), empty)


def county_map(title: str, description: str, rows: Select, details: Sequence[Column], link: Link) -> Panel:
    """Dots on the county's outline, coloured and sized by `incidents`; the rows have `latitude` and `longitude`.

    The frame is the same for every period. Without internet there is no base map, and the outline is enough.

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
                    "size": {"field": "incidents", "fixed": 5, "min": 2, "max": 11},
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
        .color_scheme(dashboards.FieldColor().mode(models.FieldColorModeId.CONTINUOUS_YL_RD))
        .override_by_name("incidents", as_options({"displayName": "Incidents", "min": 0}))
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
    return _panel(builder, title, description, rows.selecting(*columns))


def _to_matrix(row: str, column: str, value: str) -> models.DataTransformerConfig:
    options = {"rowField": row, "columnField": column, "valueField": value, "emptyValue": "null"}
    return models.DataTransformerConfig(id_val="groupingToMatrix", options=options)


def _fixed(colour: str) -> list[models.DynamicConfigValue]:
    return as_options({"color": {"mode": "fixed", "fixedColor": colour}})


def _city_colours() -> list[dict[str, object]]:
    named = {city: {"color": colour, "index": place} for place, (city, colour) in enumerate(style.CITY_COLOURS.items())}
    others = {"pattern": ".*", "result": {"color": style.GREY, "index": len(named)}}
    return [{"type": "value", "options": named}, {"type": "regex", "options": others}]


def _legend(show: bool) -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(show)
        .display_mode(common_models.LegendDisplayMode.LIST)
        .placement(common_models.LegendPlacement.BOTTOM)
    )


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI)
