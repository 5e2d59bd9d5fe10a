"""Page 6: hours, weekdays, months (questions 19 and 20)."""

from grafana import panels, sql, study, style
from grafana.columns import COUNT, POINTS, Column, Format
from grafana.page import Band, Page, Row, question
from grafana.panels import Panel, Series
from grafana.sql import Select
from grafana.variables import FromMart

PLACE = FromMart(
    "place",
    "Place",
    "The county, or one of its four largest cities.",
    f"CASE city WHEN {sql.literal(study.COUNTY)} THEN 'County' ELSE city END",
    "city",
    Select(
        "q19_hour_of_week",
        where=("period_id = 'all'",),
        group_by=("city", "city_order"),
        order_by=("city_order",),
    ),
)
TYPE_GROUP = FromMart(
    "type_group",
    "Type group",
    "What the incident was about.",
    "type_group",
    "type_group",
    Select("q20_trend", where=("type_group <> 'ALL'",), group_by=("type_group",), order_by=("type_group",)),
    several=True,
)
AT_PLACE = "city = ${place:sqlstring}"
NO_WHOLE_MONTH = (
    "The data cover no whole month yet, so there is no trend to show. The bundled sample has four days: "
    "land more (make forget-sample pull)."
)


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-patterns",
        description="By hour, weekday and month: questions 19 and 20.",
        filters=("period",),
        own_variables=(PLACE, TYPE_GROUP),
        has_time_picker=True,
        rows=[_hours(), _months()],
    )


def _half_day(title: str, hours: str) -> Panel:
    return panels.matrix(
        title,
        "Per cent of the incidents of the place in the period. The scale is fixed, so that places and periods compare.",
        Column("start_hour", "Hour", COUNT, width=58),
        "iso_weekday",
        Column("pct_of_city", "", POINTS, narrowest=50, shade=style.SHARE_OF_WEEK),
        Select(
            "q19_hour_of_week",
            where=(sql.PERIOD, AT_PLACE, hours),
            order_by=("iso_weekday", "start_hour"),
        ),
        study.WEEKDAYS,
    )


def _hours() -> Row:
    # A table of 24 columns would not fit a screen of 1280 pixels, for a column has 50 at least.
    morning = _half_day("Night and morning: ${place:text}", "start_hour < 12")
    evening = _half_day("Afternoon and evening: ${place:text}", "start_hour >= 12")
    return question(
        19,
        """
        A cell is one hour of the week, with its share (%) of all incidents of the place: if all hours were alike,
        each would show 0.6 (in a period of four days, 1.0). Read down for a day, across for an hour; hours are local.

        Choose *Place* above. A dash: no incident. A period of a few days has only their weekdays.
        """,
        [Band(14, [(10, morning), (9, evening)])],
    )


def _monthly(type_groups: str) -> Select:
    return Select(
        "q20_trend",
        where=(AT_PLACE, type_groups, "is_complete"),
        order_by=("month_start",),
    )


def _months() -> Row:
    counts = [
        Series("incidents", "Incidents", style.BLUE),
        Series("incidents_year_ago", "A year before", style.GREY, dashed=True),
    ]
    incidents = panels.lines(
        "Incidents a month: ${place:text}",
        "All types. Dashed: the same month of the year before.",
        "month_start",
        counts,
        COUNT,
        _monthly("type_group = 'ALL'"),
        NO_WHOLE_MONTH,
    )
    minutes = panels.lines(
        "Minutes to arrive and to clear: ${place:text}",
        "Means of all types: ADM from dispatch to the first arrival, ACM from there until the last unit is cleared.",
        "month_start",
        [Series("adm_minutes", "Arrive (ADM)", style.ORANGE), Series("acm_minutes", "Clear (ACM)", style.BLUE)],
        Format("suffix:min"),
        _monthly("type_group = 'ALL'"),
        NO_WHOLE_MONTH,
    )
    groups = panels.lines(
        "${type_group}",
        "Incidents a month of this group of types. Dashed: the same month of the year before.",
        "month_start",
        counts,
        COUNT,
        _monthly(sql.is_in("type_group", "type_group")),
        "No whole month yet.",
        show_legend=False,
        repeat="type_group",
    )
    return question(
        20,
        """
        Solid is the month, dashed the same month of the year before. Only months that the data cover wholly. *Period*
        does not apply: the time picker chooses the span.

        Below: the same for each group of types. All begin at 0, but each has its own scale.
        """,
        [Band(9, [(10, incidents), (9, minutes)])],
        below=[Band(5, [(24, groups)])],
    )
