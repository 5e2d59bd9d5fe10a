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
        rows=[_buckets(), _by_city(), _by_street()],
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
    return times.compared(
        13,
        """
        ACM: average arrive-cleared minutes, from the first arrival until the last unit is cleared. A pair is a type
        and a priority (P 0 is most urgent). Above: pairs that are slow or fast in *all* cities that have five; then
        single cities.

        A pair stands here when two of the four cities have *Smallest n* of it. An orange n is below five: a mean of
        so few says little. The last table always compares all four cities.
        """,
        "q13_acm_by_city",
        Column("city", "City", width=120),
        study.CITIES,
        style.CLEAR_MINUTES,
        "ACM",
        (sql.CITY,),
        RESPONSE,
    )


def _by_street() -> Row:
    return times.compared(
        15,
        """
        As question 13, for incidents on blocks of the four key streets. Consistent: slow or fast on *all* streets
        that have five. *Spread* and *variation* say how distorted a pair is between the streets; an orange n, that
        chance may be the reason.

        *City* does not apply: these streets cross several.
        """,
        "q15_acm_by_street",
        Column("street", "Street", width=140),
        study.STREETS,
        style.CLEAR_MINUTES,
        "ACM",
        (),
        RESPONSE,
    )
