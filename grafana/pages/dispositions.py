"""How incidents end."""

from dataclasses import replace

from grafana import keys, panels, sql, style
from grafana.columns import CITY, COUNT, INITIAL_TYPE, PERCENT, Column, pivot
from grafana.page import Band, Page, Row, question
from grafana.pages import links
from grafana.panels import Panel
from grafana.sql import Select

DISPOSITION = Column("disposition", "Disposition", width=240)


def page() -> Page:
    """The page."""
    return Page(
        name="dispositions",
        rows=[_combinations(), _dispositions(), _streets(), _glossary()],
    )


def _by_city(title: str, description: str, cell: Column, rows: Select) -> Panel:
    """Type and disposition down, the top cities across: always all, as a dash means none."""
    columns = [
        replace(INITIAL_TYPE, link=links.TYPE_TIMES),
        DISPOSITION,
        *pivot(keys.CITIES, "city", cell),
    ]
    return panels.table(title, description, columns, rows)


def _combinations() -> Row:
    ranking = panels.table(
        "Most common combinations of each city",
        "Type and disposition by incidents within the city, over the most common types of the city.",
        [
            CITY,
            Column("combination_rank", "Rank", COUNT, width=50),
            replace(INITIAL_TYPE, link=links.TYPE_TIMES_HERE),
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
        "Combinations that occur in every top city",
        "Per cent of the incidents of each city, the most frequent combinations first.",
        Column("pct_of_city", "", PERCENT, width=102, shade=style.SHARE_OF_COMBINATION),
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
        A combination is a type and how it ended. First come the most frequent of each city, where equal ones share a
        rank, then those that occur in every top city.

        Dispositions are the county's codes as the source spells them; (none) means that none was recorded.
        """,
        [Band(18, [(19, ranking)]), Band(10, [(19, common)])],
        answer_height=8,
        controls="*City* does not apply below.",
    )


def _dispositions() -> Row:
    dispositions = _by_city(
        "Dispositions of the top types",
        "Per cent of the incidents of the type in the city. A dash: none ended that way there.",
        Column("pct_of_type", "", PERCENT, width=102, shade=style.SHARE_OF_TYPE),
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
        Each type that is among the most common of any top city. Within a type and city the shares sum
        to 100 %. A dash: none ended that way there.

        A type with few incidents in a city may have large shares by chance.
        """,
        [Band(16, [(19, dispositions)])],
        answer_height=7,
        controls="*City* does not apply.",
    )


def _streets() -> Row:
    streets = panels.table(
        "Streets of the combinations",
        "Incidents on the blocks of the street; the share is that of the street's block incidents in the city.",
        [
            Column("street", "Street", width=130),
            CITY,
            replace(INITIAL_TYPE, link=links.TYPE_TIMES_HERE),
            DISPOSITION,
            Column("incidents", "Incidents", COUNT, width=86, bar=style.BLUE),
            Column("pct_of_street", "Share", PERCENT, width=58),
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
        The ten streets with most block incidents of each top city, and how incidents of the city's top
        types ended there. Junctions are left out, because they belong to two streets.
        """,
        [Band(13, [(19, streets)])],
    )


def _glossary() -> Row:
    words = panels.table(
        "Dispositions in plain words, over all data",
        "The codes that incidents of all time have, the most common first.",
        [
            Column("disposition", "Disposition", width=240),
            Column("in_plain_words", "In plain words"),
            Column("incidents", "Incidents", COUNT, width=120, bar=style.BLUE),
        ],
        Select("disposition_glossary", order_by=("incidents DESC", "disposition")),
        "No incident has a disposition yet.",
    )
    return Row(
        "What do the codes say?",
        """
        The county publishes no list of its codes. The words are read off the letters of a code; one that does not say
        what it means is *not explained by the county*.
        """,
        [Band(10, [(19, words)])],
    )
