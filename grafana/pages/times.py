"""Rows that response times and clearance times have alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    filters: Sequence[str]
    shade: Thresholds
    link: Link

    def row(self, number: int, how_to_read: str) -> Row:
        """The row of the question."""
        consistent = Band(
            15,
            [
                (10, self._consistent("Consistently slow: a high {} everywhere", "least", "firm_least_minutes DESC")),
                (9, self._consistent("Consistently fast: a low {} everywhere", "greatest", "firm_greatest_minutes")),
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
            [consistent],
            below=[single, Band(12, [(24, self._side_by_side())])],
            answer_height=7,
        )

    @property
    def _pair(self) -> Column:
        return Column("initial_type", "Incident type", link=self.link)

    @property
    def _comparable(self) -> tuple[str, ...]:
        """Pairs that two places have in the smallest number."""
        return (*PAIR_FILTERS, sql.at_least("comparable_n"))

    def _consistent(self, title: str, ranked_by: str, order: str) -> Panel:
        """Pairs by the least or greatest mean over the places that are no small sample."""
        columns = [
            self._pair,
            PRIORITY,
            Column("firm_least_minutes", "Least", MINUTES, width=66, shade=self.shade),
            Column("firm_greatest_minutes", "Greatest", MINUTES, width=82, shade=self.shade),
        ]
        rows = Select(
            self.mart,
            where=(*self._comparable, "firm_least_minutes IS NOT NULL"),
            distinct=True,
            order_by=(order, "initial_type", "priority"),
            limit=25,
        )
        description = (
            f"Pairs by their {ranked_by} {self.metric} in minutes, over the places with {style.SMALL_SAMPLE} timed "
            "incidents or more, of which there are two at least."
        )
        return panels.table(title.format(self.metric), description, columns, rows, NONE_FIRM)

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
            f"over places with {style.SMALL_SAMPLE} timed incidents or more. A dash: fewer than the smallest n."
        )
        title = f"{self.metric} in minutes of every pair, with its n: the least consistent first"
        return panels.table(title, description, columns, rows, TOO_FEW)


def by_street(number: int, as_question: int, mart: str, metric: str, shade: Thresholds, link: Link) -> Row:
    """The question about the key streets, which reads as the one about the cities does."""
    comparison = Comparison(
        mart,
        metric,
        place=Column("street", "Street", width=140),
        places=study.STREETS,
        filters=(),
        shade=shade,
        link=link,
    )
    return comparison.row(
        number,
        f"""
        As question {as_question}, on blocks of the four key streets. *Spread* and *variation* say how distorted a pair
        is between them.

        An orange n is below five: chance may be the reason. *City* does not apply, for the streets cross several.
        """,
    )
