"""Missing times, and how fresh and complete the data are."""

from grafana import panels, sql, style
from grafana.columns import COUNT, DATE, PERCENT, TIME, Column, Format
from grafana.page import Band, Page, Row, question
from grafana.panels import Panel
from grafana.sql import Select

HOURS = Format("locale", 1)
LIFT = Format("none", 1)
NOTHING_MISSING = "No incident of this period lacks both times."


def page() -> Page:
    """The page."""
    return Page(
        name="quality",
        rows=[_missing(), _landings()],
    )


def _missing_by(
    dimension: str,
    title: str,
    header: str,
    width: int | None = None,
    bar_width: int | None = None,
) -> Panel:
    return panels.table(
        title,
        "Incidents with neither time. Lift is their share here by their share in the whole county; 1 is average.",
        [
            Column("value", header, width=width),
            Column("incidents", "n", COUNT, width=50, warns_when_few=True),
            Column(
                "missing_rate_pct",
                "Missing",
                PERCENT,
                width=bar_width,
                narrowest=55,
                bar=style.ORANGE,
                bar_until=100,
            ),
            Column("lift", "Lift", LIFT, width=50, shade=style.LIFT),
        ],
        Select(
            "q08_missing_times",
            where=(sql.PERIOD, f"dimension = {sql.literal(dimension)}", sql.at_least("incidents")),
            order_by=("missing_rate_pct DESC", "incidents DESC", "value"),
        ),
    )


def _missing() -> Row:
    everything = Select("q08_missing_times", where=(sql.PERIOD, "dimension = 'all'"))
    incidents = panels.number("Incidents", "All incidents of the period.", "incidents", COUNT, everything)
    no_arrival = panels.number(
        "No dispatch_arrive",
        "Incidents without a time from dispatch to arrival.",
        "dispatch_arrive_missing",
        COUNT,
        everything,
    )
    no_clearing = panels.number(
        "No arrive_cleared",
        "Incidents without a time from arrival to clearing.",
        "arrive_cleared_missing",
        COUNT,
        everything,
    )
    neither = panels.number(
        "Neither", "Incidents without both times, per cent of all.", "missing_rate_pct", PERCENT, everything
    )
    reasons = panels.table(
        "Why are they missing?",
        "Incidents without both times, by the first reason that fits.",
        [
            Column("value", "Reason", narrowest=130),
            Column("both_missing", "Incidents", COUNT, width=75),
            Column("pct_of_all_missing", "Share", PERCENT, narrowest=75, bar=style.ORANGE),
        ],
        Select(
            "q08_missing_times",
            where=(sql.PERIOD, "dimension = 'missing_reason'", "both_missing > 0"),
            order_by=("both_missing DESC", "value"),
        ),
        NOTHING_MISSING,
    )
    by_type = _missing_by("initial_type", "By type", "Incident type", bar_width=130)
    by_district = _missing_by("police_district", "By police district", "District", 68)
    by_sector = _missing_by("sector", "By sector", "Sector", 60)
    by_city = _missing_by("city", "By city", "City", 126)
    by_priority = _missing_by("priority", "By priority", "Priority", 76)
    by_area = _missing_by("pra", "By police reporting area", "Area", 70)
    return question(
        8,
        """
        A time is missing when no unit arrived (a report by telephone, a call that was cleared on the way) or when it
        was not recorded. So a high share often has a good reason: see *Why are they missing?*

        A *Lift* of 2 means missing twice as often as on average.
        Districts, sectors and reporting areas are the police's, cities those of the mailing address.
        """,
        [
            Band(4, [(4, incidents), (5, no_arrival), (5, no_clearing), (5, neither)]),
            Band(10, [(8, reasons), (11, by_type)]),
            Band(10, [(6, by_district), (6, by_sector), (7, by_city)]),
        ],
        in_full=[Band(11, [(12, by_priority), (12, by_area)])],
        controls="Rows with fewer than *Smallest n* incidents are left out.",
    )


def _landings() -> Row:
    newest = Select("data_health", order_by=("landed_date DESC",), limit=1)
    newest_incident = panels.number(
        "Newest incident", "Start of the newest incident, local time.", "newest_start_time", TIME, newest
    )
    behind = panels.number(
        "Hours behind", "From the newest incident to the last landing.", "hours_behind", HOURS, newest
    )
    rejected = panels.number(
        "Rejected", "Lines of the last landing that could not be read, per cent.", "rejected_pct", PERCENT, newest
    )
    landings = panels.table(
        "The last landings",
        "A row for each date (UTC) on which lines landed, the newest first. A changed incident had landed before.",
        [
            Column("landed_date", "Landed on", DATE, width=120),
            Column("newest_start_time", "Newest incident", TIME),
            Column("hours_behind", "Hours behind", HOURS, width=130, shade=style.HOURS_BEHIND),
            Column("landed_rows", "Lines", COUNT, width=80),
            Column("new_incidents", "New", COUNT, width=110, bar=style.BLUE),
            Column("changed_incidents", "Changed", COUNT, width=120, bar=style.GREY),
            Column("rejected_rows", "Rejected", COUNT, width=85),
            Column("rejected_pct", "Rejected (%)", PERCENT, width=110, shade=style.REJECTED_PCT),
        ],
        Select("data_health", order_by=("landed_date DESC",), limit=60),
        "Nothing has landed yet.",
    )
    return Row(
        "Are the data fresh and complete?",
        """
        The county publishes an incident four to ten hours after it starts; more than 24 hours behind needs a look.
        Rejected lines could not be read and are kept apart; above 0.1 % they stop the build, and the last good answers
        stay.

        The bundled sample is from June 2024, so it is far behind.
        """,
        [Band(4, [(7, newest_incident), (6, behind), (6, rejected)]), Band(11, [(19, landings)])],
    )
