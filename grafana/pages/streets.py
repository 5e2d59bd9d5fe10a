"""Streets from month to month, addresses that call again and again."""

from grafana import panels, sql, style
from grafana.columns import CITY, COUNT, NARROWEST_TYPE, PERCENT, Column, Format, Link
from grafana.page import Band, Page, Row, drill, question
from grafana.panels import Panel
from grafana.shapes import Series
from grafana.sql import Select
from grafana.variables import FromMart

STREET = FromMart(
    "street",
    "Street",
    "One of the fifty streets with most incidents.",
    "street",
    "street",
    Select("q04_incidents_by_street", where=("period_id = 'all'",), order_by=("incidents DESC", "street"), limit=50),
)
EACH_STREET = FromMart(
    "each_street",
    "Streets",
    "The same fifty streets, all of them.",
    STREET.text,
    STREET.value,
    STREET.rows,
    several=True,
    is_computed=True,
)
INCIDENTS_ON_STREET = Link("Incidents on this street", drill("incidents", address="${__data.fields.street}"))
INCIDENTS_HERE = Link("Incidents at this address", drill("incidents", address="${__data.fields.address}"))
NO_WHOLE_MONTH = "The data cover no whole month in which an incident touched this street."
NO_WHOLE_MONTH_AT_ALL = "The data cover no whole month."


def page() -> Page:
    """The page."""
    return Page(
        name="streets",
        own_variables=(STREET, EACH_STREET),
        has_time_picker=True,
        rows=[_months(), _addresses()],
    )


def _monthly(title: str, description: str, values: list[Series], written: Format) -> Panel:
    rows = Select(
        "q24_streets_by_month",
        where=(sql.is_chosen("street", "street"), "is_complete"),
        order_by=("month_start",),
    )
    return panels.lines(title, description, "month_start", values, written, rows, NO_WHOLE_MONTH)


def _months() -> Row:
    incidents = _monthly(
        "Incidents a month: ${street:text}",
        "Incidents that touch the street, and those on its blocks; the rest are at junctions.",
        [Series("incidents", "Incidents", style.BLUE), Series("block_incidents", "On a block", style.ORANGE)],
        COUNT,
    )
    minutes = _monthly(
        "Minutes from call to arrival: ${street:text}",
        "Median of the incidents that touch the street.",
        [Series("median_minutes", "Median", style.BLUE)],
        Format("suffix:min"),
    )
    every_street = panels.sparklines(
        "Incidents a month of the fifty streets with most incidents",
        "A line for each street, from its least month to its greatest; beside it the number of the last month.",
        Column("street", "Street", width=230, link=INCIDENTS_ON_STREET),
        "month_start",
        Series("incidents", "Incidents a month, and in the last", style.BLUE),
        COUNT,
        Select(
            "q24_streets_by_month",
            where=(sql.is_in("street", "each_street"), "is_complete"),
            order_by=("street", "month_start"),
        ),
        NO_WHOLE_MONTH_AT_ALL,
    )
    return question(
        24,
        """
        Whole months alone. A street with few incidents a month jumps by chance; its median even more.
        """,
        [Band(11, [(10, incidents), (9, minutes)]), Band(14, [(19, every_street)])],
        controls="Each small line runs from its own least month to its greatest: compare shapes, not heights. *Period* "
        "does not apply here: the time picker chooses the span.",
    )


def _addresses() -> Row:
    addresses = panels.table(
        "Addresses with most incidents",
        "Blocks, junctions and places with several incidents in the period.",
        [
            Column("address", "Address", link=INCIDENTS_HERE),
            CITY,
            Column("incidents", "Incidents", COUNT, width=90, bar=style.BLUE),
            Column("days_with_incidents", "Days", COUNT, width=60),
            Column("top_type", "Most often", narrowest=NARROWEST_TYPE),
            Column("top_type_incidents", "of them", COUNT, width=75),
            Column("pct_of_all", "Share of all", PERCENT, width=85),
        ],
        Select(
            "q25_repeat_addresses",
            where=(sql.PERIOD, sql.at_least("incidents")),
            order_by=("incidents DESC", "address"),
            limit=100,
        ),
    )
    concentration = panels.curve(
        "How few addresses have how many incidents",
        "Of all addresses so many per cent (across) have so many per cent of the incidents with an address (up): those "
        "with at least two incidents.",
        across=Column("addresses_pct", "Per cent of the addresses", PERCENT),
        up=Series("cumulative_pct", "have per cent of the incidents", style.BLUE),
        rows=Select("q25_repeat_addresses", where=(sql.PERIOD,)),
    )
    return question(
        25,
        """
        The curve: the busiest addresses come first, and the steeper it rises, the fewer places have most of the
        incidents.

        An address is a block, not a door: a mall or a hospital makes a block busy without any fault.
        """,
        [Band(12, [(19, addresses)]), Band(9, [(19, concentration)])],
        answer_height=7,
        controls="*Smallest n* applies, from 2 on. A click on an address shows its incidents.",
    )
