"""How long until the first unit arrives."""

from dataclasses import replace

from grafana import keys, panels, sql, style
from grafana.columns import CITY, INITIAL_TYPE, MINUTES, PERCENT, PRIORITY, Column, Format, Link, timed
from grafana.page import Band, Page, Row, drill, question
from grafana.pages import times
from grafana.shapes import Series
from grafana.sql import Select

MEAN_COUNT = Format("none", 1)

HERE = Series("mean_minutes", "In this city", style.BLUE)
ELSEWHERE = Series("mean_minutes_elsewhere", "In the other cities", style.GREY)

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
        cities have enough of it. Blue: the cities differ clearly. Grey: chance may be the reason.

        ADM is the average of the minutes. An n with a star is a small sample.
        """,
        controls="Enough is *Smallest n*. *City* does not change the consistent pairs.",
    )


def _drivers() -> Row:
    the_pair = (sql.PERIOD, f"pair = {sql.literal(keys.QUESTION_12_PAIR)}")
    no_such_pair = f"No timed {keys.QUESTION_12_PAIR} in this period. Try a longer one."
    cities = Select("q12_adm_drivers", where=the_pair, order_by=("mean_minutes DESC", "city"))
    picture = panels.bars(
        f"{keys.QUESTION_12_PAIR}: minutes",
        "ADM of the question's pair in each top city, the same without its longest incident, and that of the other "
        "cities.",
        panels.place_label("city", "timed_incidents"),
        [HERE, Series("mean_without_longest", "Without longest", style.ORANGE), ELSEWHERE],
        MINUTES,
        cities,
        no_such_pair,
    )
    pair = panels.table(
        f"{keys.QUESTION_12_PAIR}: numbers",
        "For each top city the minutes of the picture, the longest incident and its share of all minutes.",
        [
            Column("city", "City", narrowest=126),
            timed(),
            Column("mean_minutes", "ADM", MINUTES, width=60),
            Column("mean_without_longest", "Without longest", MINUTES, width=120),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=84),
            Column("longest_minutes", "Longest", MINUTES, width=68),
            Column("longest_share_pct", "Its share", PERCENT, width=70),
            Column("driver", "Reason", narrowest=130),
        ],
        cities,
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
        A *single incident* or a few are no pattern; without *one long incident* the gap disappears. *Generally slower*
        can be about the city: is the median gap above 0, too?
        """,
        [Band(8, [(19, picture)]), Band(7, [(19, pair)])],
        answer_height=5,
        in_full=[Band(14, [(24, every_pair)])],
        controls="The filters change only Q12 in full.",
    )


def _row_of_cases(number: int, than_elsewhere: str, mart: str, how_to_read: str) -> Row:
    """Cities that have more incidents of a pair than the others: their ADM beside that of the others."""
    rows = Select(
        mart,
        where=(*times.PAIR_FILTERS, sql.CITY, sql.at_least("timed_incidents")),
        order_by=(
            f"is_small_sample OR incidents_elsewhere_mean < {style.SMALL_SAMPLE}",
            "ABS(slower_by_minutes) DESC",
            "pair",
            "city",
        ),
        limit=100,
    )
    about = f"City and pair with more timed incidents than the other cities on average and a {than_elsewhere} ADM"
    picture = panels.bars(
        f"Busier, and a {than_elsewhere} ADM: minutes",
        f"{about}, the greatest gap first, few incidents last. n: timed incidents of the city, with a star where few.",
        panels.place_label("city", "timed_incidents"),
        [HERE, ELSEWHERE],
        MINUTES,
        replace(rows, limit=12),
    )
    numbers = panels.table(
        f"Busier, and a {than_elsewhere} ADM: every case",
        f"{about}, the greatest gap first. n elsewhere: the average of the other cities.",
        [
            CITY,
            replace(INITIAL_TYPE, link=THIS_PAIR),
            PRIORITY,
            timed(56),
            Column("incidents_elsewhere_mean", "n elsewhere", MEAN_COUNT, width=90),
            Column("mean_minutes", "ADM", MINUTES, width=60),
            Column("mean_minutes_elsewhere", "Elsewhere", MINUTES, width=84),
            Column("slower_by_minutes", "Gap (min)", MINUTES, width=92, shade=style.MINUTES_APART),
        ],
        rows,
    )
    return question(
        number,
        how_to_read,
        [Band(13, [(19, picture)])],
        answer_height=5,
        in_full=[Band(13, [(24, numbers)])],
        controls="In full: every case in numbers.",
    )


def _challenges() -> Row:
    return _row_of_cases(
        16,
        "longer",
        "q16_response_challenges",
        """
        A city is listed when it has more timed incidents of the pair than the other cities on average *and* takes
        longer than they do.

        Less than a minute is hardly a challenge, and a mean of a few incidents (n with a star) hardly a proof.
        """,
    )


def _efficient() -> Row:
    return _row_of_cases(
        17,
        "shorter",
        "q17_efficient_responses",
        """
        As question 16, for cities that have more incidents of the pair than the others and where units *still* arrive
        faster.

        A city with many units close by is fast without being better organised.
        """,
    )
