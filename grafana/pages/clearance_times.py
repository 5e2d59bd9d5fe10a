"""How long until an incident is cleared."""

from grafana import keys, sql, style
from grafana.columns import CITY, Link
from grafana.page import Page, Row, drill
from grafana.pages import times

RESPONSE = Link(
    "Response times of this pair",
    drill("response_times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)


def page() -> Page:
    """The page."""
    return Page(
        name="clearance_times",
        rows=[
            # First what a link with a type and a priority leads to.
            _by_city(),
            _buckets(),
            times.by_street(15, 13, "q15_acm_by_street", "ACM", style.CLEAR_MINUTES, RESPONSE),
        ],
    )


def _buckets() -> Row:
    return times.buckets(
        10,
        """
        From the first unit's arrival until the last unit is cleared. A bar is a city, and sums to 100 % of its n
        timed incidents; light is fast, dark is slow. Clearing takes longer than arriving, so expect more dark.

        Long is not bad: a report or an arrest takes its time.
        """,
        "q10_arrive_cleared_buckets",
        "q13_acm_by_city",
        "the first arrival to the last clearing",
    )


def _by_city() -> Row:
    comparison = times.Comparison(
        "q13_acm_by_city",
        "ACM",
        place=CITY,
        places=keys.CITIES,
        filters=(sql.CITY,),
        shade=style.CLEAR_MINUTES,
        link=RESPONSE,
    )
    return comparison.row(
        13,
        """
        From the first arrival until the last unit is cleared. A pair is a type and a priority (0 is most urgent); it is
        listed when two cities have enough of it. Blue: the cities differ clearly. Grey: perhaps by chance.

        ACM is the average of the minutes. An n with a star is a small sample.
        """,
        controls="Enough is *Smallest n*. *City* does not change the consistent pairs.",
    )
