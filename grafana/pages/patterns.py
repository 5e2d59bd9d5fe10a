"""Hours, weekdays, months."""

from grafana import keys, panels, sql, style
from grafana.columns import COUNT, POINTS, Column, Format
from grafana.page import Band, Page, Row, question
from grafana.shapes import Series
from grafana.sql import Select
from grafana.variables import FromMart

PLACE = FromMart(
    "place",
    "Place",
    "The county, or one of its largest cities.",
    f"CASE city WHEN {sql.literal(keys.COUNTY)} THEN 'County' ELSE city END",
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
AT_PLACE = sql.is_chosen("city", "place")
NO_WHOLE_MONTH = "The data cover no whole month, so there is no trend to show."


def page() -> Page:
    """The page."""
    return Page(
        name="patterns",
        own_variables=(PLACE, TYPE_GROUP),
        has_time_picker=True,
        rows=[_hours(), _months()],
    )


def _hours() -> Row:
    week = panels.matrix(
        "The week, hour by hour: ${place:text}",
        "Per cent of the incidents of the place in the period. The scale is fixed, so that places and periods compare.",
        Column("start_hour", "Hour", COUNT, width=62),
        "iso_weekday",
        Column("pct_of_city", "", POINTS, narrowest=60, shade=style.SHARE_OF_WEEK),
        Select(
            "q19_hour_of_week",
            where=(sql.PERIOD, AT_PLACE),
            order_by=("iso_weekday", "start_hour"),
        ),
        keys.WEEKDAYS,
        totals=True,
    )
    return question(
        19,
        """
        A cell is one hour of the week, with its share (%) of all incidents of the place: if all hours were alike,
        each would show 0.6 (in a period of four days, 1.0). A weekday that the period has once more than others shows
        more for that. Read down for a day, across for an hour; hours are local.

        A dash: no incident.
        """,
        [Band(27, [(19, week)])],
        answer_height=5,
        controls="*Total* sums a row, the last line a column. Choose *Place* above.",
    )


def _monthly(type_groups: str | sql.Filter) -> Select:
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
    every_group = panels.sparklines(
        "Incidents a month of every group of types: ${place:text}",
        "A line for each group, from its least month to its greatest, so that only shapes compare; beside it the "
        "number of the last month.",
        Column("type_group", "Group of types", width=230),
        "month_start",
        Series("incidents", "Incidents a month, and in the last", style.BLUE),
        COUNT,
        Select(
            "q20_trend",
            where=(AT_PLACE, sql.is_in("type_group", "type_group"), "is_complete"),
            order_by=("type_group", "month_start"),
        ),
        NO_WHOLE_MONTH,
    )
    groups = panels.lines(
        "${type_group}",
        "Incidents a month of this group of types. Dashed: the same month of the year before.",
        "month_start",
        counts,
        COUNT,
        _monthly(sql.is_in("type_group", "type_group")),
        "No whole month.",
        show_legend=False,
        repeat="type_group",
    )
    return question(
        20,
        """
        Solid is the month, dashed the same month a year before; only whole months.
        """,
        [Band(11, [(10, incidents), (9, minutes)]), Band(16, [(19, every_group)])],
        answer_height=6,
        in_full=[Band(5, [(24, groups)])],
        controls="Each small line runs from its own least month to its greatest: compare shapes, not heights. The time "
        "picker chooses the span, *Period* only the answer above. In full: the same for each group of types, each on "
        "a scale of its own.",
    )
