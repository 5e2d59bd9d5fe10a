"""How long until the first unit arrives."""

from dataclasses import replace

from grafana import keys, panels, sql, style
from grafana.columns import CITY, INITIAL_TYPE, MINUTES, PERCENT, PRIORITY, Column, Format, Link, timed
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import times
from grafana.panels import Panel
from grafana.sql import Select

MEAN_COUNT = Format("none", 1)

CLEARANCE = Link(
    "Clearance times of this pair",
    drill("clearance_times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)
THIS_PAIR = Link(
    "Only this pair on this page",
    drill("response_times", type="${__data.fields.initial_type}", priority="${__data.fields.priority}"),
)


def page() -> Page:
    """The page."""
    return Page(
        name="response_times",
        rows=[
            # First what a link with a type and a priority leads to.
            _by_city(),
            _buckets(),
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
        unit that was already there. Follow the edge of one colour down to compare cities.

        The table says within how many minutes half arrive, and nine of ten.
        """,
        "q09_dispatch_arrive_buckets",
        "q11_adm_by_city",
        "dispatch to the first arrival",
    )


def _by_city() -> Row:
    comparison = times.Comparison(
        "q11_adm_by_city",
        "ADM",
        place=CITY,
        places=keys.CITIES,
        filters=(sql.CITY,),
        shade=style.ARRIVE_MINUTES,
        link=CLEARANCE,
    )
    return comparison.row(
        11,
        """
        From dispatch to the first arrival. A pair is a type and a priority (0 is most urgent); it is listed when two
        cities have *Smallest n* of it. Blue: the cities differ clearly. Grey: chance may be the reason.

        ADM is the average of the minutes. An n with a star is a small sample.
        """,
        controls="*City* does not change the consistent pairs.",
    )


def _drivers() -> Row:
    the_pair = (sql.PERIOD, f"pair = {sql.literal(keys.QUESTION_12_PAIR)}")
    no_such_pair = f"No timed {keys.QUESTION_12_PAIR} in this period. Try a longer one."
    slowest_first = ("mean_minutes DESC", "city")
    pair = panels.table(
        keys.QUESTION_12_PAIR,
        "The pair of the question in each top city, minutes; beside its mean the one without the longest incident. No "
        "filter but the period applies.",
        [
            Column("city", "City", narrowest=126),
            timed(),
            Column("mean_minutes", "ADM", MINUTES, narrowest=95, bar=style.BLUE, bars_share_scale=True),
            Column(
                "mean_without_longest", "Without longest", MINUTES, narrowest=95, bar=style.GREY, bars_share_scale=True
            ),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=84),
            Column("longest_minutes", "Longest", MINUTES, width=68),
            Column("longest_share_pct", "Its share", PERCENT, width=70),
            Column("driver", "Reason", narrowest=130),
        ],
        Select("q12_adm_drivers", where=the_pair, order_by=slowest_first),
        no_such_pair,
    )
    every_pair = panels.table(
        "The same for every pair: where a city is slower than the others, and why",
        "City and pair by the gap to the other cities, minutes. The longest incident's share is that of all minutes.",
        [
            CITY,
            replace(INITIAL_TYPE, link=CLEARANCE),
            PRIORITY,
            timed(),
            Column("mean_minutes", "ADM", MINUTES, width=60),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=84),
            Column("gap_minutes", "Gap", MINUTES, width=60, shade=style.ARRIVE_MINUTES),
            Column("median_gap_minutes", "Median gap", MINUTES, width=108),
            Column("longest_minutes", "Longest", MINUTES, width=68),
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
        A *single incident* or a few are no pattern; without *one long incident* the gap disappears. Only *generally
        slower* is about the city.
        """,
        [Band(11, [(19, pair)])],
        answer_height=5,
        in_full=[Band(14, [(24, every_pair)])],
        controls="The filters change only Q12 in full.",
    )


def _cases(title: str, description: str, mart: str) -> Panel:
    columns = [
        CITY,
        replace(INITIAL_TYPE, link=THIS_PAIR),
        PRIORITY,
        timed(56),
        Column("incidents_elsewhere_mean", "n elsewhere", MEAN_COUNT, width=90),
        Column("mean_minutes", "ADM", MINUTES, width=60),
        Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=84),
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
        A city is listed when it has more timed incidents of the pair than the other cities on average *and* takes
        longer than they do. *n elsewhere* is their average.

        Less than a minute is hardly a challenge, and a mean of a few incidents (n with a star) hardly a proof.
        """,
        [Band(13, [(19, cases)])],
        answer_height=5,
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
        As question 16, for cities that have more incidents of the pair than the others and where units *still* arrive
        faster: the gap is negative, and blue.

        A city with many units close by is fast without being better organised.
        """,
        [Band(13, [(19, cases)])],
        answer_height=5,
    )
