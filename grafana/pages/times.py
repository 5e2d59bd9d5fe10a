"""Rows that response times and clearance times have alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grafana import keys, panels, sql, style
from grafana.columns import COUNT, INITIAL_TYPE, MINUTES, NARROWEST_TYPE, PRIORITY, RATIO, Column, Link, pivot, timed
from grafana.page import Band, Row, question
from grafana.panels import Panel
from grafana.shapes import Interval
from grafana.sql import Filter, Select
from grafana.style import Thresholds

PAIR_FILTERS = (sql.PERIOD, sql.TYPE, sql.PRIORITY)
TOO_FEW = "There is no such pair with enough timed incidents in two places."
NONE_CONSISTENT = (
    f"No such pair is {{}} than the mean of all at each of two or more places with "
    f"{style.SMALL_SAMPLE} timed incidents."
)


def buckets(number: int, how_to_read: str, mart: str, pairs: str, between: str) -> Row:
    """A question about time ranges: a panel for each type, a bar for each city, and the medians behind it.

    Only the last panel of bars has the legend.

    Args:
        mart: The shares of the ranges.
        pairs: The mart with the medians, by type and priority.
    """
    bands = []
    for focus_type in keys.FOCUS_TYPES:
        is_last = focus_type == keys.FOCUS_TYPES[-1]
        of_type = f"initial_type = {sql.literal(focus_type)}"
        shares = panels.stacked_shares(
            focus_type,
            f"Per cent of the incidents with a time from {between}, by range; n is their number.",
            "label",
            "bucket",
            "pct_of_timed",
            style.BUCKET_COLOURS,
            Select(mart, where=(sql.PERIOD, of_type, sql.CITY), order_by=("city_order", "bucket_order")),
            show_legend=is_last,
        )
        medians = panels.table(
            "Half within, and nine of ten within (min)",
            f"Median and 90th percentile of the minutes from {between}, by priority.",
            [
                Column("city", "City", narrowest=126),
                PRIORITY,
                timed(),
                Column("median_minutes", "Half", MINUTES, width=52),
                Column("p90_minutes", "9 of 10", MINUTES, width=62),
            ],
            Select(pairs, where=(sql.PERIOD, of_type, sql.CITY, sql.PRIORITY), order_by=("priority", "city_order")),
        )
        bands.append(Band(7 if is_last else 6, [(11, shares), (8, medians)]))
    controls = "*Type* does not apply here, *Priority* not to the bars."
    return question(number, how_to_read, bands, answer_height=8, controls=controls)


@dataclass(frozen=True)
class Comparison:
    """A mean of each pair of type and priority in several places: where is it worst and best, and how consistent is it?

    Attributes:
        metric: What the mean is called, ADM or ACM.
        place: Column of the city or street.
        places: Its values, with their headers.
        filters: Conditions for the places in the lists of the worst and best; all else compares all places.
        shade: Scale of the minutes.
        link: From a pair.
    """

    mart: str
    metric: str
    place: Column
    places: Mapping[str, str]
    filters: Sequence[Filter]
    shade: Thresholds
    link: Link

    def row(self, number: int, how_to_read: str, controls: str) -> Row:
        """The row of the question."""
        picture = Band(13, [(19, self._medians())])
        consistent = Band(
            9,
            [
                (10, self._consistent("slow", "slower", "least", "firm_least_minutes DESC")),
                (9, self._consistent("quick", "quicker", "greatest", "firm_greatest_minutes")),
            ],
        )
        single = Band(
            8,
            [
                (
                    12,
                    self._ranked(f"Worst {self.metric} of a single {self.place.name}", "longest", "mean_minutes DESC"),
                ),
                (12, self._ranked(f"Best {self.metric} of a single {self.place.name}", "shortest", "mean_minutes")),
            ],
        )
        return question(
            number,
            how_to_read,
            [picture, consistent],
            answer_height=8,
            in_full=[Band(10, [(24, self._numbers())]), single, Band(12, [(24, self._side_by_side())])],
            controls=controls,
        )

    @property
    def _most_common(self) -> Select:
        """The places of the pairs with most timed incidents, those of a pair together."""
        return Select(
            self.mart,
            where=(*self._comparable, *self.filters),
            order_by=("comparable_n DESC", "initial_type", "priority", f"{self.place.name}_order"),
            limit=20,
        )

    def _medians(self) -> Panel:
        description = (
            "Solid to the lower end of the interval that holds the true median with 95 %, paler to the median, pale to "
            "the upper end; nothing is solid where there is no interval. Blue: the intervals of two places lie apart. "
            "Grey: chance may be the reason. n has a star where it is small."
        )
        return panels.intervals(
            f"Median minutes by {self.place.name}, with its interval: the pairs with most incidents",
            description,
            panels.place_label(self.place.name, "timed_incidents"),
            "is_clear",
            # Without six incidents there is no interval: the bar begins pale, and ends with the median.
            Interval("median_low_minutes", "median_minutes", "COALESCE(median_high_minutes, median_minutes)"),
            self._most_common,
            TOO_FEW,
        )

    def _numbers(self) -> Panel:
        columns = [
            Column("pair", "Pair", narrowest=NARROWEST_TYPE, link=self.link),
            self.place,
            timed(),
            Column("median_minutes", "Median", MINUTES, width=70),
            Column("median_low_minutes", "from", MINUTES, width=62),
            Column("median_high_minutes", "to", MINUTES, width=62),
        ]
        # What the link of a pair names.
        hidden = [
            Column("initial_type", "Incident type", is_hidden=True),
            Column("priority", "P", COUNT, is_hidden=True),
        ]
        title = "The medians of the picture, and their intervals, in minutes"
        description = "Median, and the interval around it. A dash: of fewer than six there is none."
        return panels.table(title, description, columns + hidden, self._most_common, TOO_FEW)

    @property
    def _pair(self) -> Column:
        return replace(INITIAL_TYPE, link=self.link)

    @property
    def _comparable(self) -> tuple[Filter, ...]:
        """Pairs that two places have in the smallest number."""
        return (*PAIR_FILTERS, sql.at_least("comparable_n"))

    def _consistent(self, consistency: str, than_all: str, ranked_by: str, order: str) -> Panel:
        """Pairs that are slower or quicker than the mean of all at each place that is no small sample."""
        columns = [
            self._pair,
            PRIORITY,
            Column("firm_least_minutes", "Least", MINUTES, width=62, shade=self.shade),
            Column("firm_greatest_minutes", "Greatest", MINUTES, width=74, shade=self.shade),
        ]
        rows = Select(
            self.mart,
            where=(*self._comparable, f"consistency = {sql.literal(consistency)}"),
            distinct=True,
            order_by=(order, "initial_type", "priority"),
            limit=25,
        )
        title = f"Consistently {consistency}: wherever there are {style.SMALL_SAMPLE} or more"
        description = (
            f"Pairs whose {self.metric} is {than_all} than the mean of all incidents at each place with "
            f"{style.SMALL_SAMPLE} timed incidents or more, of which there must be two; by their {ranked_by} mean."
        )
        return panels.table(title, description, columns, rows, NONE_CONSISTENT.format(than_all))

    def _ranked(self, title: str, first: str, order: str) -> Panel:
        """Pair and place by the mean."""
        columns = [
            self._pair,
            PRIORITY,
            self.place,
            Column("mean_minutes", self.metric, MINUTES, width=62, shade=self.shade),
            timed(),
        ]
        rows = Select(
            self.mart,
            where=(*self._comparable, *self.filters, sql.at_least("timed_incidents")),
            order_by=(order, "initial_type", "priority", self.place.name),
            limit=25,
        )
        description = f"Pair and {self.place.name} by {self.metric} in minutes, the {first} first."
        return panels.table(title, description, columns, rows, TOO_FEW)

    def _side_by_side(self) -> Panel:
        """Every pair with the means of all places."""
        mean = Column("mean_minutes", "", MINUTES, width=104, shade=self.shade)
        columns = [
            INITIAL_TYPE,
            PRIORITY,
            *pivot(self.places, self.place.name, mean, count="timed_incidents"),
            Column("spread", "Spread", MINUTES, width=72, expression="MAX(firm_spread_minutes)"),
            Column("vary", "Variation", RATIO, width=84, expression="MAX(firm_variation)"),
        ]
        rows = Select(
            self.mart,
            where=(*self._comparable, sql.at_least("timed_incidents")),
            group_by=("initial_type", "priority"),
            order_by=(
                "MAX(firm_spread_minutes) DESC NULLS LAST",
                "MAX(spread_minutes) DESC",
                "initial_type",
                "priority",
            ),
        )
        description = (
            "Spread is the greatest mean less the least, variation their standard deviation by their mean; both only "
            f"over places with {style.SMALL_SAMPLE} timed incidents or more. A dash: too few."
        )
        title = f"{self.metric} in minutes of every pair, with its n: the least consistent first"
        return panels.table(title, description, columns, rows, TOO_FEW)


def by_street(number: int, as_question: int, mart: str, metric: str, shade: Thresholds, link: Link) -> Row:
    """The question about the key streets, which reads as the one about the cities does."""
    comparison = Comparison(
        mart,
        metric,
        place=Column("street", "Street", width=140),
        places=keys.STREETS,
        filters=(),
        shade=shade,
        link=link,
    )
    return comparison.row(
        number,
        f"""
        As question {as_question}, on blocks of the key streets. *Spread* and *variation* say how distorted a pair is
        between them.

        An n with a star is a small sample.
        """,
        controls="Both stand in full. *City* does not apply, since the streets cross several.",
    )
