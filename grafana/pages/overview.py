"""Page 1: which cities, which types, how urgent (questions 1, 2, 3 and 18)."""

from grafana import panels, sql, study, style
from grafana.columns import CITY, COUNT, DATE, INITIAL_TYPE, PERCENT, POINTS, TEXT, TIME, Column, Format, Link, pivot
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import links
from grafana.panels import Panel, Series
from grafana.sql import Select

QUESTION = Format("prefix:Q", 0)

PLACES = Link("Places of this city", drill("dispatch-places", city="${__data.fields.city}"))


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-overview",
        description="Which cities, which types, how urgent: questions 1, 2, 3 and 18.",
        filters=("period", "city", "type"),
        opening=[_opening()],
        rows=[_cities(), _types(), _shares(), _priorities(), _all_answers()],
    )


def _opening() -> Band:
    period = panels.table(
        "Period",
        "The chosen period in local time; the last day is not a part of it. A dash is open.",
        [
            Column("label", "Period"),
            Column("start_at", "From", DATE, width=110),
            Column("end_at", "Until", DATE, width=110),
        ],
        Select("reporting_periods", where=(sql.PERIOD,)),
    )
    everything = Select("q08_missing_times", where=(sql.PERIOD, "dimension = 'all'"))
    incidents = panels.number(
        "Incidents", "All incidents of the period, officers' details left out.", "incidents", COUNT, everything
    )
    without_times = panels.number(
        "Without times",
        "Share of the incidents with neither an arrival nor a clearing time: question 8.",
        "missing_rate_pct",
        PERCENT,
        everything,
    )
    newest = panels.number(
        "Newest incident",
        "Start of the newest incident of all that have landed, local time of Montgomery County.",
        "newest_start_time",
        TIME,
        Select("data_health", order_by=("landed_date DESC",), limit=1),
    )
    return Band(4, [(8, period), (5, incidents), (5, without_times), (6, newest)])


def _cities() -> Row:
    rows = Select("q01_incidents_by_city", where=(sql.PERIOD, sql.CITY), order_by=("incidents DESC", "city"))
    bars = panels.bars(
        "Incidents by city",
        "Cities by number of incidents. A click shows the city's streets and map.",
        "city",
        [Series("incidents", "Incidents", style.BLUE)],
        COUNT,
        rows,
        link=PLACES,
    )
    shares = panels.table(
        "Number and share",
        "Incidents of the city, and per cent of all incidents of the period.",
        [
            Column("city_rank", "Rank", COUNT, width=52),
            Column("city", "City", link=PLACES, narrowest=130),
            Column("incidents", "Incidents", COUNT, width=80),
            Column("pct_of_all", "Share of all", PERCENT, width=95),
        ],
        rows,
    )
    return question(
        1,
        """
        The four largest cities have a colour, the same on every page. A city is that of the mailing address: *Silver
        Spring* reaches far beyond its downtown.

        A click on a bar leads to the city's map.
        """,
        [Band(14, [(11, bars), (8, shares)])],
    )


def _types() -> Row:
    counts = panels.matrix(
        "Incidents by type and city: the ten most common types of each",
        "The shade is relative to the greatest number of the column. A dash: not among the city's ten.",
        INITIAL_TYPE,
        "city",
        Column(
            "incidents",
            "Incidents",
            COUNT,
            width=108,
            shade=style.relative_shades(style.BLUE),
            shade_by_column=True,
            link=links.MATRIX_TYPE_TIMES,
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
        *that* city. A dash: not among its ten, so it can still occur.

        A click on a number leads to the response times of the type.
        """,
        [Band(13, [(19, counts)])],
    )


def _shares() -> Row:
    where = (sql.PERIOD, sql.TYPE)
    shares = panels.matrix(
        "Share of the city's incidents",
        "Per cent of the incidents of each city, the types that are most common in the county first.",
        INITIAL_TYPE,
        "city",
        Column("pct_of_city", "Share", PERCENT, width=108, shade=style.SHARE_OF_CITY),
        Select(
            "q03_type_shares",
            where=(*where, sql.CITY_OR_COUNTY),
            order_by=("pct_of_all DESC", "initial_type", "city_order"),
        ),
        panels.city_headers(),
    )
    apart = panels.table(
        "Largest differences from the county",
        "Share of the city less share of the whole county, in percentage points.",
        [
            CITY,
            Column("initial_type", "Incident type", link=links.TYPE_TIMES_HERE),
            Column("incidents", "n", COUNT, width=65, warns_when_few=True),
            Column("pct_of_city", "In the city", PERCENT, width=95),
            Column("pct_of_all", "In the county", PERCENT, width=110),
            Column("difference_points", "Difference (points)", POINTS, width=150, shade=style.POINTS),
        ],
        Select(
            "q03_type_shares",
            where=(*where, sql.CITY),
            order_by=("ABS(difference_points) DESC", "initial_type", "city"),
            limit=40,
        ),
    )
    return question(
        3,
        """
        Above: which share of a city's incidents each type has, on one scale, so that a row compares. Below: where a
        city differs most from the county, orange for more and blue for less.

        In a small city or a short period one incident moves a share much: see n.
        """,
        [Band(12, [(19, shares)]), Band(9, [(19, apart)])],
    )


def _priorities() -> Row:
    mix = panels.table(
        "Priorities within a type, by city",
        "Per cent of the incidents of the type in the city that have a priority; a row sums to 100 %.",
        [
            INITIAL_TYPE,
            CITY,
            Column("n", "n", COUNT, width=60, warns_when_few=True, expression="MAX(type_incidents)"),
            Column("share", "Share of city", PERCENT, width=150, bar=style.BLUE, expression="MAX(type_pct_of_city)"),
            *pivot(
                {priority: f"P{priority}" for priority in study.PRIORITIES},
                "CAST(priority AS varchar)",
                Column("pct_of_type", "", PERCENT, width=72, shade=style.SHARE_OF_TYPE),
            ),
        ],
        Select(
            "q18_priority_mix",
            where=(sql.PERIOD, sql.CITY, sql.TYPE),
            group_by=("initial_type", "city", "city_order"),
            order_by=("initial_type", "city_order"),
        ),
    )
    return question(
        18,
        """
        Each type that is among the four most common of any of the four cities. The bar is its share of the city's
        incidents; P0 (most urgent) to P4 say how the type divides there, and sum to 100 %.

        The cities of a type stand together: compare up and down.
        """,
        [Band(14, [(19, mix)])],
    )


def _all_answers() -> Row:
    answers: Panel = panels.table(
        "All answers of the period",
        "The sentences that stand beside the questions, in the order of the questions.",
        [Column("question", "Question", QUESTION, width=90), Column("headline", "Answer", TEXT)],
        Select("answers", where=(sql.PERIOD,), order_by=("question",)),
    )
    return Row(
        "All answers at a glance",
        """
        One sentence for each question, computed for the whole period; only *Period* changes them. The links above
        lead to the pages with the evidence.
        """,
        [Band(29, [(19, answers)])],
    )
