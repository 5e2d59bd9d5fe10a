"""Which cities, which types, how urgent."""

from dataclasses import replace

from grafana import keys, panels, sql, style
from grafana.columns import CITY, COUNT, DATE, INITIAL_TYPE, PERCENT, POINTS, TEXT, Column, Format, Link, pivot
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import links
from grafana.panels import Panel
from grafana.shapes import Series
from grafana.sql import Select

QUESTION = Format("prefix:Q", 0)

PLACES = Link("Places of this city", drill("places", city="${__data.fields.city}"))


def page() -> Page:
    """The page."""
    return Page(
        name="overview",
        opening=[_opening()],
        rows=[_cities(), _types(), _shares(), _priorities(), _all_answers()],
    )


def _opening() -> Band:
    period = panels.table(
        "Period",
        "The chosen period in local time; it ends before the last day. A dash: it has no end.",
        [
            Column("label", "Period", narrowest=150),
            Column("start_at", "From", DATE, width=100),
            Column("end_at", "Until", DATE, width=100),
        ],
        Select("reporting_periods", where=(sql.PERIOD,)),
    )
    everything = Select("q08_missing_times", where=(sql.PERIOD, "dimension = 'all'"))
    incidents = panels.number(
        "Incidents, whole county",
        "All incidents of the period, without officers' details; no other filter applies.",
        "incidents",
        COUNT,
        everything,
    )
    without_times = panels.number(
        "Without times, whole county",
        "Share of the incidents with neither an arrival nor a clearing time: question 8. No other filter applies.",
        "missing_rate_pct",
        PERCENT,
        everything,
    )
    return Band(4, [(11, period), (6, incidents), (7, without_times)])


def _cities() -> Row:
    cities = panels.table(
        "Incidents by city",
        "Incidents of the city, and per cent of all of the period.",
        [
            Column("city_rank", "Rank", COUNT, width=58),
            Column("city", "City", width=182, link=PLACES),
            Column("incidents", "Incidents", COUNT, narrowest=180, bar=style.BLUE),
            Column("pct_of_all", "Share of all", PERCENT, width=105),
        ],
        Select("q01_incidents_by_city", where=(sql.PERIOD, sql.CITY), order_by=("incidents DESC", "city")),
    )
    return question(
        1,
        """
        A city is that of the mailing address: *Silver Spring* reaches far beyond its downtown.
        """,
        [Band(11, [(19, cities)])],
        answer_height=5,
        controls="A click on a city leads to its streets and its map.",
    )


def _types() -> Row:
    counts = panels.matrix(
        "Incidents by type and city: the ten most common types of each",
        "The shade is relative to the greatest number of the column. A dash: not among the city's ten.",
        replace(INITIAL_TYPE, link=links.MATRIX_TYPE_TIMES),
        "city",
        Column(
            "incidents",
            "Incidents",
            COUNT,
            width=98,
            shade=style.relative_shades(style.BLUE),
            shade_by_column=True,
        ),
        Select(
            "q02_top_types_by_city",
            where=(sql.PERIOD, sql.CITY_OR_COUNTY, sql.TYPE),
            order_by=("city_order", "incidents DESC", "initial_type"),
        ),
        panels.city_headers(),
    )
    return question(
        2,
        """
        A column is a city with its ten most common types; the stronger the shade, the higher the type stands in
        *that* city. A dash: not among its ten, though it may occur.
        """,
        [Band(13, [(19, counts)])],
        controls="A click on a type leads to its response times.",
    )


def _shares() -> Row:
    where = (sql.PERIOD, sql.TYPE)
    shares = panels.matrix(
        "Share of the city's incidents",
        "Per cent of the incidents of each city, the types that are most common in the county first.",
        INITIAL_TYPE,
        "city",
        Column("pct_of_city", "Share", PERCENT, width=98, shade=style.SHARE_OF_CITY),
        Select(
            "q03_type_shares",
            where=(*where, sql.CITY_OR_COUNTY),
            order_by=("pct_of_all DESC", "initial_type", "city_order"),
        ),
        panels.city_headers(),
    )
    furthest_apart = Select(
        "q03_type_shares",
        # All cities are all rows, also the county's own, whose difference is none.
        where=(*where, sql.CITY, f"city <> {sql.literal(keys.COUNTY)}"),
        order_by=("ABS(difference_points) DESC", "initial_type", "city"),
        limit=40,
    )
    apart = panels.bars(
        "Largest differences from the county",
        "Share of the type in the city and in the whole county, in per cent, furthest apart first. n: incidents in the "
        "city, with a star where they are few.",
        panels.place_label("city", "incidents", has_priority=False),
        [Series("pct_of_city", "In the city", style.BLUE), Series("pct_of_all", "In the county", style.GREY)],
        PERCENT,
        replace(furthest_apart, limit=12),
    )
    apart_in_numbers = panels.table(
        "Differences from the county",
        "Share of the city less share of the whole county, in percentage points.",
        [
            CITY,
            replace(INITIAL_TYPE, link=links.TYPE_TIMES_HERE),
            Column("incidents", "n", COUNT, width=65, warns_when_few=True),
            Column("pct_of_city", "In the city", PERCENT, width=95),
            Column("pct_of_all", "In the county", PERCENT, width=110),
            Column("difference_points", "Difference (points)", POINTS, width=150, shade=style.POINTS),
        ],
        furthest_apart,
    )
    return question(
        3,
        """
        First, which share of a city's incidents each type has, on one scale, so that a row compares; then, where a city
        differs most from the county.

        In a small city or a short period one incident moves a share much: see n.
        """,
        [Band(12, [(19, shares)]), Band(11, [(19, apart)])],
        in_full=[Band(12, [(24, apart_in_numbers)])],
        controls="In full: the differences in numbers, orange for more and blue for less.",
    )


def _priorities() -> Row:
    def by_priority(column: str, width: int, shade: style.Thresholds) -> list[Column]:
        names = {priority: f"P{priority}" for priority in keys.PRIORITIES}
        return pivot(names, "CAST(priority AS varchar)", Column(column, "", PERCENT, width=width, shade=shade))

    n = Column("n", "n", COUNT, width=50, warns_when_few=True, expression="MAX(type_incidents)")
    by_type_and_city = Select(
        "q18_priority_mix",
        where=(sql.PERIOD, sql.CITY, sql.TYPE),
        group_by=("initial_type", "city", "city_order"),
        order_by=("initial_type", "city_order"),
    )
    mix = panels.table(
        "Type and priority as a share of the city's incidents",
        "Per cent of all incidents of the city, of the type and of each of its priorities. n: those with a priority.",
        [
            INITIAL_TYPE,
            CITY,
            n,
            Column("share", "All priorities", PERCENT, width=82, bar=style.BLUE, expression="MAX(type_pct_of_city)"),
            *by_priority("pct_of_city", 50, style.SHARE_OF_CITY),
        ],
        by_type_and_city,
    )
    within_type = panels.table(
        "Priorities within a type, by city",
        "Per cent of the incidents of the type in the city that have a priority; a row sums to 100 %.",
        [INITIAL_TYPE, CITY, n, *by_priority("pct_of_type", 60, style.SHARE_OF_TYPE)],
        by_type_and_city,
    )
    streets = panels.table(
        "Priorities within a type, on the blocks of the key streets",
        "Per cent of the incidents of the type there, in the whole county, that have a priority; a row sums to 100 %.",
        [Column("street", "Street", width=140), INITIAL_TYPE, n, *by_priority("pct_of_type", 60, style.SHARE_OF_TYPE)],
        Select(
            "q18_street_priority_mix",
            where=(sql.PERIOD, sql.TYPE),
            group_by=("street", "street_order", "initial_type"),
            order_by=("street_order", "MAX(type_incidents) DESC", "initial_type"),
        ),
    )
    return question(
        18,
        """
        Each type that is among the most common of any top city. The bar is its share of the city's
        incidents; P0 (most urgent) to P4 are the shares of its priorities, so that cities compare.

        Compare up and down.
        """,
        [Band(14, [(19, mix)])],
        controls="In full: how a type divides within a city and a key street.",
        in_full=[Band(14, [(24, within_type)]), Band(10, [(24, streets)])],
    )


def _all_answers() -> Row:
    answers: Panel = panels.table(
        "All answers of the period",
        "The sentence of each question, in the order of the questions.",
        [Column("question", "Question", QUESTION, width=90), Column("headline", "Answer", TEXT)],
        Select("answers", where=(sql.PERIOD,), order_by=("question",)),
    )
    return Row(
        "All answers at a glance",
        """
        One sentence for each question, computed for the whole period.
        """,
        [Band(20, [(19, answers)])],
        controls="Only *Period* changes it. The links above lead to the pages with the evidence.",
    )
