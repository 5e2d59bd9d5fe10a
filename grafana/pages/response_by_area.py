"""From the call to the first unit, by area and against a year before."""

from grafana import keys, panels, sql, style
from grafana.columns import COUNT, MINUTES, PERCENT, POINTS, Column, timed
from grafana.page import Band, Page, Row, question
from grafana.sql import Select
from grafana.variables import Choice

AREA_KIND = Choice(
    "area_kind",
    "Areas",
    "Which areas are compared. Against a year before: the county (all), cities and police districts alone.",
    ("police_district", "city", "sector", "zip", "all"),
    at_first="police_district",
)
URGENCY = Choice(
    "urgency",
    "Of priority",
    "0 is the most urgent, 4 the least. ALL has those without a readable priority too.",
    ("ALL", *keys.PRIORITIES),
    at_first="ALL",
)
AREAS = sql.is_chosen("area_kind", "area_kind")
OF_URGENCY = sql.is_chosen("priority_label", "urgency")


def page() -> Page:
    """The page."""
    return Page(
        name="response_by_area",
        own_variables=(AREA_KIND, URGENCY),
        rows=[_areas(), _change()],
    )


def _areas() -> Row:
    where = (sql.PERIOD, AREAS, OF_URGENCY, sql.at_least("timed_incidents"))
    parts = panels.table(
        "Where the time goes",
        "Medians in minutes, each over the incidents that have the time: the parts do not add up to the whole.",
        [
            Column("area", "Area", narrowest=100),
            timed(58),
            Column("call_to_dispatch_median", "Call to dispatch", MINUTES, width=80),
            Column("dispatch_to_arrive_median", "Dispatch to arrival", MINUTES, width=85),
            Column("call_to_arrive_median", "Call to arrival", MINUTES, narrowest=90, bar=style.BLUE),
            Column("median_low_minutes", "from", MINUTES, width=52),
            Column("median_high_minutes", "to", MINUTES, width=52),
            Column("call_to_arrive_p90", "9 of 10 within", MINUTES, width=80),
            Column("arrive_to_clear_median", "Arrival to clearing", MINUTES, width=95),
        ],
        Select("q22_response_by_area", where=where, order_by=("call_to_arrive_median DESC", "area")),
    )
    within = panels.table(
        "How many arrive within so many minutes of the call",
        "Per cent of the timed incidents, the areas with most incidents first.",
        [
            Column("area", "Area", narrowest=100),
            Column("incidents", "Incidents", COUNT, width=95),
            timed(58),
            Column("within_5_pct", "5 min", PERCENT, width=100, shade=style.SHARE_OF_TYPE),
            Column("within_10_pct", "10 min", PERCENT, width=100, shade=style.SHARE_OF_TYPE),
            Column("within_15_pct", "15 min", PERCENT, width=100, shade=style.SHARE_OF_TYPE),
            Column("within_30_pct", "30 min", PERCENT, width=100, shade=style.SHARE_OF_TYPE),
        ],
        Select("q22_response_by_area", where=where, order_by=("incidents DESC", "area")),
    )
    return question(
        22,
        """
        The median is the middle one of the times. *from* and *to*: the interval that holds the true one with 95 %;
        where the intervals of two areas overlap, the difference may be chance.

        Neither details nor reports by telephone count: nobody drives there. *n*: incidents with a time of arrival.
        """,
        [Band(11, [(19, parts)]), Band(9, [(19, within)])],
        answer_height=8,
    )


def _change() -> Row:
    change = panels.table(
        "The period and a year before",
        "Median minutes from the call to the first unit, their intervals, and the number of incidents.",
        [
            Column("area", "Area", narrowest=85),
            Column("verdict", "Verdict", width=108, verdicts=style.VERDICT_COLOURS),
            Column("median_minutes", "Median", MINUTES, width=68),
            Column("median_low_minutes", "from", MINUTES, width=50),
            Column("median_high_minutes", "to", MINUTES, width=50),
            timed(58),
            Column("median_before", "Before", MINUTES, width=68),
            Column("before_low_minutes", "from ", MINUTES, width=50),
            Column("before_high_minutes", "to ", MINUTES, width=50),
            Column("timed_before", "n before", COUNT, width=66, warns_when_few=True),
            Column("median_change_minutes", "Change (min)", MINUTES, width=75),
            Column("incidents", "Incidents", COUNT, width=82),
            Column("change_pct", "Change (%)", POINTS, width=75),
        ],
        Select(
            "q23_change",
            where=(sql.PERIOD, AREAS, OF_URGENCY),
            order_by=("timed_incidents DESC", "area"),
        ),
        "Nothing to compare. Compared are years, months and the latest days, of the county, cities and districts.",
    )
    return question(
        23,
        """
        *slower* (orange), *quicker* (blue): the intervals lie apart, which chance alone rarely does. *no clear change*:
        they touch. *too few*: under 6 times on a side. *not comparable*: the data do not cover both spans.

        What still runs is compared up to its newest day, which may not be over; the latest days with the same weekdays.
        """,
        [Band(16, [(19, change)])],
        answer_height=7,
    )
