"""Streets, the map, junctions."""

from dataclasses import replace

from grafana import keys, panels, sql, style
from grafana.columns import CITY, COUNT, INITIAL_TYPE, PERCENT, Column, Link, pivot
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import links
from grafana.sql import Select
from grafana.variables import FromMart

CITY_TIMES = Link(
    "Response times in ${__data.fields.top_city}",
    drill("response_times", city="${__data.fields.top_city}"),
)
INCIDENTS_ON_STREET = Link(
    "Incidents on this street in this city",
    drill("incidents", city="${__data.fields.city}", address="${__data.fields.street}"),
)
INCIDENTS_AROUND = Link("Incidents on this street", drill("incidents", address="${__data.fields.top_street}"))

TYPE_GROUP = FromMart(
    "group",
    "Type group",
    "What the incidents of the map and its list were about.",
    f"CASE type_group WHEN {sql.literal(keys.COUNTY)} THEN 'All types' ELSE type_group END",
    "type_group",
    Select(
        "q05_hotspots_by_group",
        where=("period_id = 'all'",),
        group_by=("type_group",),
        order_by=("CASE type_group WHEN 'ALL' THEN 1 ELSE 2 END", "type_group"),
    ),
)
OF_GROUP = sql.is_chosen("type_group", "group")

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
        name="places",
        own_variables=(TYPE_GROUP,),
        rows=[_streets(), _areas()],
    )


def _streets() -> Row:
    in_cities = panels.table(
        "Streets within a city",
        "Incidents in the city alone, on a block and at a junction of the street; the share is that of the city's.",
        [
            CITY,
            Column("street", "Street", narrowest=130, link=INCIDENTS_ON_STREET),
            Column("block_incidents", "On a block", COUNT, width=112, bar=style.BLUE, bars_share_scale=True),
            Column(
                "intersection_incidents", "At a junction", COUNT, width=112, bar=style.ORANGE, bars_share_scale=True
            ),
            Column("pct_of_city", "Share", PERCENT, width=62),
        ],
        Select(
            "q04_streets_by_city",
            where=(sql.PERIOD, sql.CITY),
            order_by=("block_incidents DESC", "city", "street"),
            limit=50,
        ),
    )
    county = panels.table(
        "Streets of the whole county",
        "Incidents on a block of the street, and the share that touches it, wherever it runs.",
        [
            Column("street", "Street", narrowest=130),
            Column("block_incidents", "On a block", COUNT, narrowest=90, bar=style.BLUE),
            Column("pct_of_all", "Share", PERCENT, width=62),
        ],
        Select(
            "q04_incidents_by_street",
            where=(sql.PERIOD,),
            order_by=("street_rank", "street"),
            limit=50,
        ),
    )
    key_streets = panels.table(
        "What happens on the key streets, in the whole county",
        "Per cent of the incidents on the blocks of the street, and their number.",
        [
            replace(INITIAL_TYPE, link=links.TYPE_TIMES),
            *pivot(
                keys.STREETS,
                "street",
                Column("pct_of_street", "Share", PERCENT, width=76, shade=style.SHARE_OF_CITY),
                count="incidents",
            ),
        ],
        Select(
            "q04_street_types",
            where=(sql.PERIOD, sql.TYPE),
            group_by=("initial_type",),
            order_by=("MAX(incidents) DESC", "initial_type"),
        ),
    )
    addresses = panels.table(
        "How addresses break down, in the whole county",
        "Kind of location, and class of the road by its last word; per cent of all incidents of the period.",
        [
            Column("location_kind", "Location", narrowest=105),
            Column("road_class", "Road", narrowest=90),
            Column("incidents", "Incidents", COUNT, width=150, bar=style.BLUE),
            Column("pct_of_city", "Share", PERCENT, width=70),
        ],
        Select(
            "q05_location_kinds",
            where=(sql.PERIOD, f"city = {sql.literal(keys.COUNTY)}"),
            order_by=("incidents DESC", "location_kind", "road_class"),
        ),
    )
    return question(
        4,
        """
        An address is `900 BLK GEORGIA AVE` (a block; what follows BLK is the street), `A ST / B ST` (a junction), or
        a place. So incidents lie along a street or at one of its junctions, and the two are counted apart.

        Long roads collect more than short ones: a high count is not a high risk.
        """,
        [Band(13, [(11, in_cities), (8, county)]), Band(9, [(19, key_streets)])],
        answer_height=7,
        in_full=[Band(11, [(24, addresses)])],
        controls="*City* means in the city. *Type group* does not apply here.",
    )


def _areas() -> Row:
    of_group = (sql.PERIOD, sql.CITY_ELSE_COUNTY, OF_GROUP)
    only_largest = "There are no such incidents in this period. Only the largest cities are compared."
    county = panels.county_map(
        "Where incidents concentrate: ${group:text}",
        "A dot is a cell of 0.005 degrees, about 500 m.",
        Select("q05_hotspots_by_group", where=of_group, order_by=("incidents", "cell_id")),
        [
            Column("top_street", "Around"),
            Column("top_type", "Most often"),
            Column("pct_of_group", "Share", PERCENT),
        ],
        INCIDENTS_AROUND,
    )
    busiest = panels.table(
        "Busiest areas: ${group:text}",
        "Cells by incidents, each named by its most common street; the share is of those with a position.",
        [
            Column("top_street", "Around", narrowest=110, link=INCIDENTS_AROUND),
            Column("incidents", "n", COUNT, narrowest=75, bar=style.ORANGE),
            Column("pct_of_group", "Share", PERCENT, width=58),
        ],
        Select("q05_hotspots_by_group", where=of_group, order_by=("incidents DESC", "city", "cell_id"), limit=50),
        only_largest,
    )
    without_traffic = panels.table(
        "Busiest areas of the whole county without traffic incidents",
        "Cells by incidents other than traffic: places where something other than the road is the cause.",
        [
            Column("top_street", "Around", width=185),
            Column("top_city", "City", width=130, link=CITY_TIMES),
            Column("excluding_traffic", "Without traffic", COUNT, width=150, bar=style.BLUE),
            Column("incidents", "All", COUNT, width=60),
            Column("intersection_pct", "At junctions", PERCENT, width=105),
            Column("top_type", "Most often"),
        ],
        Select(
            "q05_hotspots",
            where=(sql.PERIOD,),
            order_by=("excluding_traffic DESC", "cell_rank", "cell_id"),
            limit=50,
        ),
    )
    by_group = panels.table(
        "Busiest areas of every group of types",
        "Cells by incidents of one group of types; the share is of those in the city that have a position.",
        [
            CITY,
            Column("type_group", "Group of types", width=170),
            Column("top_street", "Around", width=165),
            Column("incidents", "Incidents", COUNT, width=110, bar=style.BLUE),
            Column("pct_of_group", "Share", PERCENT, width=75),
            Column("top_type", "Most often"),
        ],
        Select(
            "q05_hotspots_by_group",
            where=(sql.PERIOD, sql.CITY_ELSE_COUNTY, "type_group <> 'ALL'"),
            order_by=("incidents DESC", "city", "type_group", "cell_id"),
            limit=50,
        ),
        only_largest,
    )
    kinds = panels.stacked_shares(
        "On a block or at a junction, on a main road or a local street? Share of all incidents of the city",
        "Per cent of the city's incidents, by kind of location and class of road, at a junction of the street that is "
        "named first. Blocks are blue, junctions orange.",
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
        Do some types concentrate in one part of the county? Positions are those of the block, not of the door; a long
        street can be several areas.

        Among the kinds of places junctions are orange, big roads dark. More traffic passes there: that alone makes no
        junction dangerous.
        """,
        [Band(17, [(12, county), (7, busiest)]), Band(7, [(19, kinds)])],
        answer_height=7,
        in_full=[Band(11, [(24, by_group)]), Band(11, [(24, without_traffic)])],
        controls="*Type group* and *City* choose what the map and its list show; of the cities only the largest. A "
        "click on a dot keeps its words open. No dots: nothing fits. A colour means the same number in every period.",
    )
