"""Page 2: streets, the map, junctions (questions 4 and 5)."""

from grafana import panels, sql, study, style
from grafana.columns import COUNT, PERCENT, Column, Link
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import links
from grafana.sql import Select

CITY_TIMES = Link(
    "Response times in ${__data.fields.top_city}",
    drill("dispatch-response-times", city="${__data.fields.top_city}"),
)

# Blocks before intersections, and bigger roads first.
BY_KIND = "CASE location_kind WHEN 'block' THEN 1 WHEN 'intersection' THEN 2 WHEN 'other' THEN 3 ELSE 4 END"
BY_ROAD = "CASE road_class WHEN 'highway' THEN 1 WHEN 'main road' THEN 2 WHEN 'local street' THEN 3 ELSE 4 END"
LOCATION = "location_kind || ', ' || road_class AS location"
LOCATION_NAMES = {
    "block, (none)": "block, other road",
    "intersection, (none)": "intersection, other road",
    "other, (none)": "other",
    "(none), (none)": "no address",
}


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-places",
        description="Streets, hot spots, junctions: questions 4 and 5.",
        filters=("period", "city", "type"),
        rows=[_streets(), _areas()],
    )


def _streets() -> Row:
    streets = panels.table(
        "Streets by incidents on their blocks",
        "Incidents on a block and at a junction of the street, on one scale. A junction counts for both streets.",
        [
            Column("street", "Street", width=172),
            Column("main_city", "Mostly in", width=125),
            Column("block_incidents", "On a block", COUNT, width=125, bar=style.BLUE, bars_share_scale=True),
            Column(
                "intersection_incidents", "At a junction", COUNT, width=125, bar=style.ORANGE, bars_share_scale=True
            ),
            Column("pct_of_all", "Share of all", PERCENT, width=90),
            Column("top_type", "Most often"),
        ],
        Select(
            "q04_incidents_by_street",
            where=(sql.PERIOD, sql.is_in("main_city", "city")),
            order_by=("street_rank", "street"),
            limit=50,
        ),
    )
    key_streets = panels.matrix(
        "What happens on the key streets",
        "Per cent of the incidents on the blocks of the street.",
        Column("initial_type", "Incident type", link=links.MATRIX_TYPE_TIMES),
        "street",
        Column("pct_of_street", "Share", PERCENT, width=88, shade=style.SHARE_OF_CITY),
        Select(
            "q04_street_types",
            where=(sql.PERIOD, sql.TYPE),
            order_by=("street_order", "incidents DESC", "initial_type"),
        ),
        study.STREETS,
    )
    addresses = panels.table(
        "How addresses break down",
        "Kind of location, and class of the road by its last word; per cent of all incidents of the period.",
        [
            Column("location_kind", "Location", width=105),
            Column("road_class", "Road", narrowest=90),
            Column("pct_of_city", "Share", PERCENT, width=70),
        ],
        Select(
            "q05_location_kinds",
            where=(sql.PERIOD, f"city = {sql.literal(study.COUNTY)}"),
            order_by=("incidents DESC", "location_kind", "road_class"),
        ),
    )
    return question(
        4,
        """
        An address is `900 BLK GEORGIA AVE` (a block; what follows BLK is the street), `A ST / B ST` (a junction), or
        a place. So incidents lie along a street or at one of its junctions, and the two are counted apart.

        Long roads collect more than short ones: a high count is not a high risk. *Share of all* says whether a street
        holds a majority.
        """,
        [Band(12, [(19, streets)]), Band(10, [(12, key_streets), (7, addresses)])],
        answer_height=7,
    )


def _areas() -> Row:
    top_city = sql.is_in("top_city", "city")
    county = panels.county_map(
        "Where incidents concentrate",
        "A dot is a cell of 0.005 degrees, about 500 m. Colour and size grow with its incidents.",
        Select("q05_hotspots", where=(sql.PERIOD, top_city), order_by=("incidents", "cell_id")),
        [
            Column("top_street", "Around"),
            Column("top_city", "City"),
            Column("top_type", "Most often"),
            Column("intersection_pct", "At junctions", PERCENT),
            Column("pct_of_all", "Share of all", PERCENT),
        ],
        CITY_TIMES,
    )
    busiest = panels.table(
        "Busiest areas",
        "Cells by incidents, each named by the street that most of them are on.",
        [
            Column("top_street", "Around", width=165),
            Column("top_city", "City", narrowest=115, link=CITY_TIMES),
            Column("incidents", "n", COUNT, width=55, shade=style.relative_shades(style.ORANGE), shade_by_column=True),
        ],
        Select("q05_hotspots", where=(sql.PERIOD, top_city), order_by=("cell_rank", "cell_id"), limit=50),
    )
    without_traffic = panels.table(
        "Busiest areas without traffic incidents",
        "Cells by incidents that are no traffic incident: places where something else than the road is the cause.",
        [
            Column("top_street", "Around", width=185),
            Column("top_city", "City", width=130),
            Column("excluding_traffic", "Without traffic", COUNT, width=150, bar=style.BLUE),
            Column("incidents", "All", COUNT, width=60),
            Column("intersection_pct", "At junctions", PERCENT, width=105),
            Column("top_type", "Most often"),
        ],
        Select(
            "q05_hotspots",
            where=(sql.PERIOD, top_city),
            order_by=("excluding_traffic DESC", "cell_rank", "cell_id"),
            limit=50,
        ),
    )
    kinds = panels.stacked_shares(
        "On a block or at a junction, on a main road or a local street? Share of the city's incidents",
        "Per cent of the city's incidents, by kind of location and class of road. Blocks are blue, junctions orange.",
        "city",
        LOCATION,
        "pct_of_city",
        style.LOCATION_COLOURS,
        Select(
            "q05_location_kinds",
            where=(sql.PERIOD, sql.CITY_OR_COUNTY),
            order_by=("city_order", BY_KIND, BY_ROAD),
        ),
        part_names=LOCATION_NAMES,
    )
    return question(
        5,
        """
        A click on a dot keeps its street, city and commonest type open. Positions are those of the block, not of the
        door; a long street can be several areas. A map without dots: nothing fits these filters.

        Below it: areas by what is *not* traffic, and whether incidents lie at junctions (orange) and on big roads
        (dark). Traffic passes there, so more happens there: that alone makes no junction dangerous.
        """,
        [Band(18, [(12, county), (7, busiest)]), Band(9, [(19, without_traffic)]), Band(8, [(19, kinds)])],
    )
