"""Page 5: how long until an incident is cleared (questions 10, 13 and 15)."""

from grafana import sql, study, style
from grafana.columns import Column, Link
from grafana.page import Page, Row, drill
from grafana.pages import times

RESPONSE = Link(
    "Response times of this pair",
    drill("dispatch-response-times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-clearance-times",
        description="How long from the first arrival until the last unit has left: questions 10, 13 and 15.",
        filters=("period", "city", "type", "priority", "min_n"),
        rows=[
            _buckets(),
            _by_city(),
            times.by_street(15, 13, "q15_acm_by_street", "ACM", style.CLEAR_MINUTES, RESPONSE),
        ],
    )


def _buckets() -> Row:
    return times.buckets(
        10,
        """
        From the first unit's arrival until the last unit is cleared. A bar is a city, and sums to 100 % of its n
        timed incidents; light is fast, dark is slow. Clearing takes longer than arriving, so expect more dark.

        Long is not bad: a report or an arrest takes its time. *Type* and *Priority* do not apply here.
        """,
        "q10_arrive_cleared_buckets",
        "the first arrival to the last clearing",
    )


def _by_city() -> Row:
    comparison = times.Comparison(
        "q13_acm_by_city",
        "ACM",
        place=Column("city", "City", width=120),
        places=study.CITIES,
        filters=(sql.CITY,),
        shade=style.CLEAR_MINUTES,
        link=RESPONSE,
    )
    return comparison.row(
        13,
        """
        ACM: average minutes from the first arrival until the last unit is cleared. A pair is a type and a priority
        (P, 0 is most urgent); it stands here when two cities have *Smallest n* of it.

        An orange n is below five: such a mean says little. *City* changes worst and best alone.
        """,
    )
