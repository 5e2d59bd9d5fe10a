"""Rows that response times and clearance times have alike."""

from collections.abc import Sequence

from grafana import panels, sql, study, style
from grafana.columns import INITIAL_TYPE, MINUTES, PRIORITY, RATIO, Column, Link, pivot, timed
from grafana.page import Band, Row, question
from grafana.panels import Panel
from grafana.sql import Select
from grafana.style import Thresholds

PAIR_FILTERS = (sql.PERIOD, sql.TYPE, sql.PRIORITY)
TOO_FEW = "No pair has enough timed incidents in two places. Try a longer period or a lower smallest n."
NONE_FIRM = (
    f"No pair has {style.SMALL_SAMPLE} timed incidents in two places, so none can be called consistent. "
    "Try a longer period."
)


def buckets(number: int, how_to_read: str, mart: str, between: str) -> Row:
    """A question about time ranges: a panel for each type, a bar for each city. Only the last panel has the legend."""
    bands = []
    for focus_type in study.FOCUS_TYPES:
        is_last = focus_type == study.FOCUS_TYPES[-1]
        panel = panels.stacked_shares(
            focus_type,
            f"Per cent of the incidents with a time from {between}, by range; n is their number.",
            "label",
            "bucket",
            "pct_of_timed",
            style.BUCKET_COLOURS,
            Select(
                mart,
                where=(sql.PERIOD, f"initial_type = {sql.literal(focus_type)}", sql.CITY),
                order_by=("city_order", "bucket_order"),
            ),
            show_legend=is_last,
        )
        bands.append(Band(6 if is_last else 5, [(19, panel)]))
    return question(number, how_to_read, bands, answer_height=8)


def compared(
    number: int,
    how_to_read: str,
    mart: str,
    place: Column,
    places: dict[str, str],
    shade: Thresholds,
    metric: str,
    filters: Sequence[str],
    link: Link,
) -> Row:
    """A question about pairs of type and priority in several places: which are slow or fast, and how consistently.

    Args:
        place: Column of the city or street.
        places: Values of it, with their headers.
        shade: Scale of the minutes.
        metric: What the mean is called.
        filters: Conditions for the lists of single places; the comparison shows all places.
        link: From a pair.
    """
    pair = Column("initial_type", "Incident type", link=link)
    where = (*PAIR_FILTERS, sql.at_least("comparable_n"))
    firm = (*where, "firm_least_minutes IS NOT NULL")
    slow = _consistent(
        f"Consistently slow: even the fastest place has a high {metric}",
        f"Pairs by their least {metric} over the places with {style.SMALL_SAMPLE} timed incidents or more, minutes.",
        pair,
        shade,
        Select(
            mart,
            firm,
            distinct=True,
            order_by=("firm_least_minutes DESC", "initial_type", "priority"),
            limit=25,
        ),
    )
    fast = _consistent(
        f"Consistently fast: even the slowest place has a low {metric}",
        f"Pairs by their greatest {metric} over the places with {style.SMALL_SAMPLE} timed incidents or more, minutes.",
        pair,
        shade,
        Select(mart, firm, distinct=True, order_by=("firm_greatest_minutes", "initial_type", "priority"), limit=25),
    )
    ranked = [pair, PRIORITY, place, Column("mean_minutes", metric, MINUTES, width=62, shade=shade), timed()]
    single = (*where, *filters, sql.at_least("timed_incidents"))
    slowest = panels.table(
        f"Worst {metric} in a single place",
        f"Pair and place by {metric} in minutes, the longest first.",
        ranked,
        Select(mart, single, order_by=("mean_minutes DESC", "initial_type", "priority", place.name), limit=25),
        TOO_FEW,
    )
    fastest = panels.table(
        f"Best {metric} in a single place",
        f"Pair and place by {metric} in minutes, the shortest first.",
        ranked,
        Select(mart, single, order_by=("mean_minutes", "initial_type", "priority", place.name), limit=25),
        TOO_FEW,
    )
    side_by_side = panels.table(
        f"{metric} in minutes of every pair, with its n: the least consistent first",
        "Spread is the greatest mean less the least, variation their standard deviation by their mean; both only over "
        f"places with {style.SMALL_SAMPLE} timed incidents or more. A dash: fewer than the smallest n.",
        [
            INITIAL_TYPE,
            PRIORITY,
            *pivot(places, place.name, Column("mean_minutes", "", MINUTES, width=104, shade=shade), "timed_incidents"),
            Column("spread", "Spread", MINUTES, width=72, expression="MAX(firm_spread_minutes)"),
            Column("vary", "Variation", RATIO, width=84, expression="MAX(firm_variation)"),
        ],
        Select(
            mart,
            where=(*where, sql.at_least("timed_incidents")),
            group_by=("initial_type", "priority"),
            order_by=(
                "MAX(firm_spread_minutes) DESC NULLS LAST",
                "MAX(spread_minutes) DESC",
                "initial_type",
                "priority",
            ),
        ),
        TOO_FEW,
    )
    return question(
        number,
        how_to_read,
        [Band(9, [(10, slow), (9, fast)]), Band(9, [(10, slowest), (9, fastest)])],
        below=[Band(12, [(24, side_by_side)])],
    )


def _consistent(title: str, description: str, pair: Column, shade: Thresholds, rows: Select) -> Panel:
    columns = [
        pair,
        PRIORITY,
        Column("firm_least_minutes", "Least", MINUTES, width=66, shade=shade),
        Column("firm_greatest_minutes", "Greatest", MINUTES, width=82, shade=shade),
    ]
    return panels.table(title, description, columns, rows, NONE_FIRM)
