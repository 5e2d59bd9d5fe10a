"""Page 4: how long until the first unit arrives (questions 9, 11, 12, 14, 16 and 17)."""

from grafana import panels, sql, study, style
from grafana.columns import MINUTES, PERCENT, PRIORITY, Column, Format, Link, timed
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import times
from grafana.panels import Panel, Series
from grafana.sql import Select

MEAN_COUNT = Format("locale", 1)

CLEARANCE = Link(
    "Clearance times of this pair",
    drill("dispatch-clearance-times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)
THIS_PAIR = Link(
    "Only this pair on this page",
    drill("dispatch-response-times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)


def page() -> Page:
    """The page."""
    return Page(
        uid="dispatch-response-times",
        description="How long until the first unit arrives: questions 9, 11, 12, 14, 16 and 17.",
        filters=("period", "city", "type", "priority", "min_n"),
        rows=[
            _buckets(),
            _by_city(),
            _drivers(),
            times.by_street(14, 11, "q14_adm_by_street", "ADM", style.ARRIVE_MINUTES, CLEARANCE),
            _challenges(),
            _efficient(),
        ],
    )


def _buckets() -> Row:
    return times.buckets(
        9,
        """
        A bar is a city, and sums to 100 % of its n timed incidents. Light is fast, dark is slow; grey is 0 seconds, a
        unit that was there already. Follow the edge of one colour down to compare cities.

        Bars with a small n change much from period to period. *Type* and *Priority* do not apply here.
        """,
        "q09_dispatch_arrive_buckets",
        "dispatch to the first arrival",
    )


def _by_city() -> Row:
    comparison = times.Comparison(
        "q11_adm_by_city",
        "ADM",
        place=Column("city", "City", width=120),
        places=study.CITIES,
        filters=(sql.CITY,),
        shade=style.ARRIVE_MINUTES,
        link=CLEARANCE,
    )
    return comparison.row(
        11,
        """
        ADM: average minutes from dispatch to the first arrival. A pair is a type and a priority (P, 0 is most
        urgent); it stands here when two cities have *Smallest n* of it.

        An orange n is below five: such a mean says little. *City* changes worst and best alone.
        """,
    )


def _drivers() -> Row:
    the_pair = (sql.PERIOD, f"pair = {sql.literal(study.QUESTION_12_PAIR)}")
    no_such_pair = f"No timed {study.QUESTION_12_PAIR} in this period. Try a longer one."
    slowest_first = ("mean_minutes DESC", "city")
    bars = panels.bars(
        "ADM in minutes",
        "ADM of the pair of the question, with and without its longest incident. No grey bar: it is the only one.",
        "city",
        [
            Series("mean_minutes", "ADM", style.ORANGE),
            Series("mean_without_longest", "Without the longest", style.GREY),
        ],
        MINUTES,
        Select("q12_adm_drivers", where=the_pair, order_by=slowest_first),
        empty=no_such_pair,
    )
    pair = panels.table(
        study.QUESTION_12_PAIR,
        "The pair of the question in each of the four cities, minutes.",
        [
            Column("city", "City", narrowest=120),
            timed(),
            Column("mean_minutes", "ADM", MINUTES, width=60),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=86),
            Column("longest_minutes", "Longest", MINUTES, width=74),
            Column("longest_share_pct", "Its share", PERCENT, width=80),
            Column("driver", "Reason", width=140),
        ],
        Select("q12_adm_drivers", where=the_pair, order_by=slowest_first),
        no_such_pair,
    )
    every_pair = panels.table(
        "The same for every pair: where a city is slower than the others, and why",
        "City and pair by the gap to the other cities, minutes. The longest incident's share is that of all minutes.",
        [
            Column("city", "City", width=125),
            Column("initial_type", "Incident type", link=CLEARANCE),
            PRIORITY,
            timed(),
            Column("mean_minutes", "ADM", MINUTES, width=60),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=86),
            Column("gap_minutes", "Gap", MINUTES, width=60, shade=style.ARRIVE_MINUTES),
            Column("median_gap_minutes", "Median gap", MINUTES, width=108),
            Column("longest_minutes", "Longest", MINUTES, width=74),
            Column("mean_without_longest", "Without it", MINUTES, width=86),
            Column("driver", "Reason", width=150),
        ],
        Select(
            "q12_adm_drivers",
            where=(*times.PAIR_FILTERS, sql.CITY, sql.at_least("timed_incidents"), "gap_minutes > 0"),
            order_by=("gap_minutes DESC", "initial_type", "priority", "city"),
            limit=100,
        ),
    )
    return question(
        12,
        """
        A *single incident* is no pattern; without *one long incident* the gap is gone. Only *generally slower* speaks
        of the city.

        The filters change only the table below.
        """,
        [Band(11, [(7, bars), (12, pair)])],
        below=[Band(11, [(24, every_pair)])],
        answer_height=5,
    )


def _cases(title: str, description: str, mart: str) -> Panel:
    columns = [
        Column("city", "City", width=125),
        Column("initial_type", "Incident type", link=THIS_PAIR),
        PRIORITY,
        timed(56),
        Column("incidents_elsewhere_mean", "n elsewhere", MEAN_COUNT, width=108),
        Column("mean_minutes", "ADM", MINUTES, width=60),
        Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=86),
        Column("slower_by_minutes", "Gap (min)", MINUTES, width=92, shade=style.MINUTES_APART),
    ]
    rows = Select(
        mart,
        where=(*times.PAIR_FILTERS, sql.CITY, sql.at_least("timed_incidents")),
        order_by=("is_small_sample", "ABS(slower_by_minutes) DESC", "pair", "city"),
        limit=100,
    )
    return panels.table(title, description, columns, rows)


def _challenges() -> Row:
    cases = _cases(
        "Busier and slower",
        "City and pair with more timed incidents than the other cities on average and a longer ADM, clearest first.",
        "q16_response_challenges",
    )
    return question(
        16,
        """
        A city stands here when it has more timed incidents of the pair than the other cities on average *and* takes
        longer than they do. *n elsewhere* is their average.

        Less than a minute is hardly a challenge, and a mean of a few incidents (orange n) hardly a proof.
        """,
        [Band(14, [(19, cases)])],
    )


def _efficient() -> Row:
    cases = _cases(
        "Busier and yet faster",
        "City and pair with more timed incidents than the other cities on average and a shorter ADM, clearest first.",
        "q17_efficient_responses",
    )
    return question(
        17,
        """
        As question 16, for cities that have more incidents of the pair than the others and *still* arrive faster: the
        gap is negative, and blue.

        A city with many units close by is fast without being better organised.
        """,
        [Band(14, [(19, cases)])],
    )
