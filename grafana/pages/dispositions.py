"""Page 3: how incidents end (questions 6, 7 and 21)."""

from grafana import panels, sql, study, style
from grafana.columns import CITY, COUNT, PERCENT, Column, pivot
from grafana.page import Band, Page, Row, question
from grafana.pages import links
from grafana.panels import Panel
from grafana.sql import Select

DISPOSITION = Column("disposition", "Disposition", width=245)


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-dispositions",
        description="How incidents end: questions 6, 7 and 21.",
        filters=("period", "city", "type"),
        rows=[_combinations(), _dispositions(), _streets()],
    )


def _by_city(title: str, description: str, cell: Column, rows: Select) -> Panel:
    """Type and disposition down, the four cities across: always all of them, for a dash means that there was none."""
    columns = [
        Column("initial_type", "Incident type", link=links.TYPE_TIMES),
        DISPOSITION,
        *pivot(study.CITIES, "city", cell),
    ]
    return panels.table(title, description, columns, rows)


def _combinations() -> Row:
    ranking = panels.table(
        "Most common combinations of each city",
        "Type and disposition by incidents within the city, over the four most common types of the city.",
        [
            CITY,
            Column("combination_rank", "Rank", COUNT, width=55),
            Column("initial_type", "Incident type", link=links.TYPE_TIMES_HERE),
            DISPOSITION,
            Column("incidents", "Incidents", COUNT, width=110, bar=style.BLUE),
            Column("pct_of_city", "Share", PERCENT, width=70),
        ],
        Select(
            "q06_type_dispositions",
            where=(sql.PERIOD, sql.CITY, sql.TYPE, "combination_rank <= 4"),
            order_by=("city_order", "combination_rank", "initial_type", "disposition"),
        ),
    )
    common = _by_city(
        "Combinations that occur in all four cities",
        "Per cent of the incidents of each city, the most frequent combinations first.",
        Column("pct_of_city", "", PERCENT, width=104, shade=style.SHARE_OF_COMBINATION),
        Select(
            "q06_type_dispositions",
            where=(sql.PERIOD, sql.TYPE, "in_all_top_cities"),
            group_by=("initial_type", "disposition"),
            order_by=("MAX(incidents_all_top_cities) DESC", "initial_type", "disposition"),
        ),
    )
    return question(
        6,
        """
        A combination is a type and how it ended. Above: the most frequent of each city; equal ones share a rank.
        Below: those that occur in all four cities, whatever *City* says.

        Dispositions are the county's codes as the source spells them; (none) means that none was recorded.
        """,
        [Band(18, [(19, ranking)]), Band(10, [(19, common)])],
        answer_height=8,
    )


def _dispositions() -> Row:
    dispositions = _by_city(
        "Dispositions of the top types",
        "Per cent of the incidents of the type in the city. A dash: it did not end so there.",
        Column("pct_of_type", "", PERCENT, width=104, shade=style.SHARE_OF_TYPE),
        Select(
            "q07_dispositions_of_top_types",
            where=(sql.PERIOD, sql.TYPE),
            group_by=("initial_type", "disposition"),
            order_by=("initial_type", "MAX(incidents) DESC", "disposition"),
        ),
    )
    return question(
        7,
        """
        Each type that is among the four most common of any of the four cities. Within a type and city the shares sum
        to 100 %. A dash: it did not end so there.

        A type with few incidents in a city has large shares by chance. *City* does not apply.
        """,
        [Band(16, [(19, dispositions)])],
        answer_height=7,
    )


def _streets() -> Row:
    streets = panels.table(
        "Streets of the combinations",
        "Incidents on the blocks of the street; the share is that of the street's block incidents in the city.",
        [
            Column("street", "Street", width=162),
            CITY,
            Column("initial_type", "Incident type", link=links.TYPE_TIMES_HERE),
            DISPOSITION,
            Column("incidents", "Incidents", COUNT, width=90, bar=style.BLUE),
            Column("pct_of_street", "Share", PERCENT, width=65),
        ],
        Select(
            "q21_disposition_streets",
            where=(sql.PERIOD, sql.CITY, sql.TYPE),
            order_by=("incidents DESC", "city", "street", "initial_type", "disposition"),
            limit=100,
        ),
    )
    return question(
        21,
        """
        The ten streets with most block incidents of each of the four cities, and how incidents of the city's top
        types ended there. Junctions are left out, for they belong to two streets.
        """,
        [Band(13, [(19, streets)])],
    )
