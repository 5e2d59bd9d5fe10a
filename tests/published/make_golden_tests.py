"""Write the golden tests: one SQL file for each group of published figures of June 2024.

    python -m tests.published.make_golden_tests

They hold the marts against june_2024.yml, figure by figure, on the bundled sample. Everything in them comes from the
published figures, nothing from the marts' own output. What the study did that a test must know:

- Percents have one decimal. Minutes were rounded to two decimals, and the panels show three significant digits of that.
- A panel shows the first few of a list. What it does not show is at most equal to the last one shown.
- Three figures are wrong; their tests show the right value, and that the wrong one comes from the mistake they name.
- One figure contradicts others (`arrive_cleared_missing`); the test has the value that the others require.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.published.golden_sql import Figure, GoldenTest, Unlisted, Value, of_study_period

HERE = Path(__file__).parent
FIGURES = HERE / "june_2024.yml"
GOLDEN_TESTS = HERE.parent / "dbt" / "golden"

Published = dict[str, Any]
Rows = list[tuple[Value, ...]]

# How far a figure can lie from its published decimals; the millionth is for binary fractions.
HALF_A_TENTH = 0.050001
HALF_A_HUNDREDTH = 0.005001
A_MILLIONTH = 0.000001

NOTHING_ELSE = "The list is complete."
NOT_ABOVE_LAST = "The list is cut off: what it leaves out is at most equal to its last figure."
NONE_LEFT_OUT = "A row of the panel leaves out only those that have no incident with a time."

# A line of the findings' text about Gaithersburg, no row of a panel: it does not say that other cities have none.
LINE_OF_THE_TEXT = "DOMESTIC DISTURBANCE/VIOLENCE:1"
# Of the findings' text (a comment in june_2024.yml): minutes, and "the same number of incidents on each".
CHECK_WELFARE_MINUTES = {"VEIRS MILL RD": 7.81, "GEORGIA AVE": 14.53, "ROCKVILLE PIKE": 15.54}

ADM_AND_ACM = {"dispatch_arrive": "adm", "arrive_cleared": "acm"}


def golden_tests(published: Published) -> list[GoldenTest]:
    """Return all golden tests, in the order of the questions."""
    return [
        *cities_and_types(published),
        *streets(published),
        *dispositions(published),
        *missing_times(published),
        *time_buckets(published),
        *means(published),
        *incidents_behind(published),
        *priorities(published),
    ]


def write_golden_tests(folder: Path = GOLDEN_TESTS) -> list[Path]:
    """Write the SQL files into the folder, remove those of tests that are no more, and return the written ones."""
    published = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for test in golden_tests(published):
        path = folder / f"{test.name}.sql"
        path.write_text(test.render(), encoding="utf-8")
        written.append(path)
    for path in set(folder.glob("*.sql")) - set(written):
        path.unlink()
    return written


# Questions 1 to 3


def cities_and_types(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of incidents by city and by type."""
    yield GoldenTest(
        name="q01_cities",
        about=("Question 1, panel 1: incidents of each city (incidents_by_city).",),
        mart="q01_incidents_by_city",
        keys=("city",),
        figures=(Figure("incidents"),),
        rows=list(published["incidents_by_city"].items()),
        unlisted=Unlisted(NOTHING_ELSE, "incidents", (), [(0,)]),
    )
    yield GoldenTest(
        name="q01_totals",
        about=("Question 1: incidents of the whole study, and of its top cities (totals).",),
        mart="q01_incidents_by_city",
        keys=("total",),
        figures=(Figure("incidents"),),
        rows=[(name, published["totals"][name]) for name in ("incidents", "top4_city_incidents")],
        mart_sql=_totals(
            "q01_incidents_by_city",
            ("incidents", "sum(incidents)"),
            ("top4_city_incidents", "sum(incidents)", "is_top_city"),
        ),
    )
    top3 = published["top3_types_by_city"]
    yield GoldenTest(
        name="q02_top3_types_by_city",
        about=("Question 2, panel 2: the first three types of each top city (top3_types_by_city).",),
        mart="q02_top_types_by_city",
        keys=("city", "initial_type"),
        figures=(Figure("incidents"),),
        rows=_two_levels(top3),
        unlisted=Unlisted(NOT_ABOVE_LAST, "incidents", ("city",), _last_of_each(top3)),
    )
    top10 = published["top10_types_percent_of_all"]
    yield GoldenTest(
        name="q02_top10_types_of_all",
        about=("Question 2, panel 3: the first ten types of all incidents, in percent (top10_types_percent_of_all).",),
        mart="q02_top_types_by_city",
        keys=("initial_type",),
        figures=(Figure("pct_of_city", HALF_A_TENTH),),
        rows=[(kind, float(percent)) for kind, percent in top10.items()],
        mart_sql=of_study_period("q02_top_types_by_city", "city = 'ALL'"),
        unlisted=Unlisted(NOT_ABOVE_LAST, "pct_of_city", (), [(_percent_limit(top10),)]),
    )
    top4 = published["top4_types_percent_of_city"]
    yield GoldenTest(
        name="q03_top4_types_percent_of_city",
        about=("Question 3, panels 4 to 7: the first four types of each top city (top4_types_percent_of_city).",),
        mart="q03_type_shares",
        keys=("city", "initial_type"),
        figures=(Figure("pct_of_city", HALF_A_TENTH),),
        rows=_two_levels(top4, float),
        unlisted=Unlisted(
            NOT_ABOVE_LAST,
            "pct_of_city",
            ("city",),
            [(city, _percent_limit(shares)) for city, shares in top4.items()],
        ),
    )
    shares = published["top3_types_percent_of_city"]
    yield GoldenTest(
        name="q03_top3_types_percent_of_city",
        about=(
            "Question 3, panel 2.2: the first three types of Silver Spring and Rockville (top3_types_percent_of_city).",
        ),
        mart="q03_type_shares",
        keys=("city", "initial_type"),
        figures=(Figure("pct_of_city", HALF_A_TENTH),),
        rows=_two_levels({city: by_type for city, by_type in shares.items() if "wrong" not in by_type}, float),
    )
    yield GoldenTest(
        name="q03_gaithersburg_and_germantown",
        about=(
            "Question 3, panel 2.2: the first three types of Gaithersburg and Germantown (top3_types_percent_of_city).",
            "The study's mistake: it divided Gaithersburg's incidents by Germantown's 101, and Germantown's by",
            "Gaithersburg's 148. pct_of_city is right; the published figure is pct_of_other_city.",
        ),
        mart="q03_type_shares",
        keys=("city", "initial_type"),
        figures=(Figure("pct_of_city", HALF_A_TENTH), Figure("pct_of_other_city", HALF_A_TENTH)),
        rows=[
            (city, kind, float(right), float(by_type["wrong"][kind]))
            for city, by_type in shares.items()
            if "wrong" in by_type
            for kind, right in by_type["right"].items()
        ],
        mart_sql="""\
select
    types.city,
    types.initial_type,
    types.pct_of_city,
    100e0 * types.incidents / others.city_incidents as pct_of_other_city
from {{ ref('q03_type_shares') }} as types
inner join {{ ref('q03_type_shares') }} as others
    on types.period_id = others.period_id
    and types.initial_type = others.initial_type
where
    types.period_id = 'study_2024_06'
    and types.city in ('GAITHERSBURG', 'GERMANTOWN')
    and others.city in ('GAITHERSBURG', 'GERMANTOWN')
    and types.city <> others.city""",
    )


# Question 4


def streets(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of incidents by street."""
    yield GoldenTest(
        name="q04_streets_with_10_or_more",
        about=("Question 4, panel 8: streets with ten or more block incidents (streets_with_10_or_more).",),
        mart="q04_incidents_by_street",
        keys=("street",),
        figures=(Figure("block_incidents"),),
        rows=list(published["streets_with_10_or_more"].items()),
        unlisted=Unlisted("All others have fewer than ten.", "block_incidents", (), [(9,)]),
    )
    on_street = published["types_on_street"]
    yield GoldenTest(
        name="q04_types_on_street",
        about=(
            "Question 4, panels 11, 13, 15 and 17: the first ten types on each main street (types_on_street).",
            "Veirs Mill Rd shows nine, which have 17 of its 18 incidents.",
        ),
        mart="q04_street_types",
        keys=("street", "initial_type"),
        figures=(Figure("incidents"),),
        rows=_two_levels(on_street),
        unlisted=Unlisted(NOT_ABOVE_LAST, "incidents", ("street",), _last_of_each(on_street)),
    )
    # No figure of the panels "priority by incident in the top 4 addresses" is among the published ones.
    tops = {street: _with_rank_of(types, 4) for street, types in on_street.items()}
    yield GoldenTest(
        name="q18_types_on_street",
        about=(
            "Question 18: the top types of each main street, over their priorities (types_on_street). The study's",
            "panels of these priorities are not among the figures, so the priorities themselves are not compared.",
        ),
        mart="q18_street_priority_mix",
        keys=("street", "initial_type"),
        figures=(Figure("type_incidents"), Figure("incidents")),
        rows=[(street, kind, n, n) for street, kind, n in _two_levels(tops)],
        mart_sql=f"""\
select
    street,
    initial_type,
    max(type_incidents) as type_incidents,
    sum(incidents) as incidents
{_from_study("q18_street_priority_mix")}
group by street, initial_type""",
        unlisted=Unlisted(NOT_ABOVE_LAST, "incidents", ("street",), _last_of_each(tops)),
    )


# Questions 6 and 7


def dispositions(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of type and disposition: the same figures, of two marts."""
    rows: Rows = []
    limits: Rows = []
    for city, by_type in published["dispositions_of_top4_types"].items():
        for kind, counts in by_type.items():
            rows += [(city, kind, disposition, n) for disposition, n in counts.items()]
            # The panels show three: fewer are all that there are.
            limits.append((city, kind, min(counts.values()) if len(counts) == 3 else 0))
    for question, mart in ((6, "q06_type_dispositions"), (7, "q07_dispositions_of_top_types")):
        yield GoldenTest(
            name=f"q{question:02}_dispositions",
            about=(
                f"Question {question}, panels 18 to 21: the first three dispositions of each top type and city",
                "(dispositions_of_top4_types).",
            ),
            mart=mart,
            keys=("city", "initial_type", "disposition"),
            figures=(Figure("incidents"),),
            rows=rows,
            unlisted=Unlisted(NOT_ABOVE_LAST, "incidents", ("city", "initial_type"), limits),
        )


# Question 8


def missing_times(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of missing times: totals, and what misses both times by type, sector and district."""
    totals = published["totals"]
    yield GoldenTest(
        name="q08_totals",
        about=(
            "Question 8: incidents without dispatch_arrive, without arrive_cleared, and without both (totals).",
            f"arrive_cleared_missing is {arrive_cleared_missing(published)}, not {totals['arrive_cleared_missing']}:"
            " the published figures contradict each other.",
            "With as many as miss both, no incident would have dispatch_arrive alone. But of Gaithersburg's",
            "DISTURBANCE/NUISANCE, eight have dispatch_arrive (shares of 37.5 %) and seven arrive_cleared (28.6 %).",
        ),
        mart="q08_missing_times",
        keys=("total",),
        figures=(Figure("incidents"),),
        rows=[
            ("dispatch_arrive_missing", totals["dispatch_arrive_missing"]),
            ("arrive_cleared_missing", arrive_cleared_missing(published)),
            ("both_missing", totals["both_missing"]),
            ("both_missing_in_3D", totals["both_missing_in_3D"]),
        ],
        mart_sql=_totals(
            "q08_missing_times",
            ("dispatch_arrive_missing", "dispatch_arrive_missing", "dimension = 'all'"),
            ("arrive_cleared_missing", "arrive_cleared_missing", "dimension = 'all'"),
            ("both_missing", "both_missing", "dimension = 'all'"),
            ("both_missing_in_3D", "both_missing", "dimension = 'police_district'", "value = '3D'"),
        ),
    )
    yield GoldenTest(
        name="q08_priorities",
        about=("Question 8: the priorities that occur (totals).",),
        mart="q08_missing_times",
        keys=("priority",),
        figures=(Figure("occurs"),),
        rows=[(str(priority), 1) for priority in totals["priority"]],
        mart_sql="select\n    value as priority,\n    case when incidents > 0 then 1 else 0 end as occurs\n"
        + _from_study("q08_missing_times", "dimension = 'priority'"),
        unlisted=Unlisted(NOTHING_ELSE, "occurs", (), [(0,)]),
    )
    for dimension, name, panel in (
        ("initial_type", "type", "22: the first eight types"),
        ("sector", "sector", "23: the first eight sectors"),
        ("police_district", "district", "24: all districts"),
    ):
        group = f"both_missing_by_{name}"
        counts = published[group]
        complete = dimension == "police_district"
        yield GoldenTest(
            name=f"q08_{group}",
            about=(f"Question 8, panel {panel} by incidents that miss both times ({group}).",),
            mart="q08_missing_times",
            keys=("value",),
            figures=(Figure("both_missing"),),
            rows=list(counts.items()),
            mart_sql=of_study_period("q08_missing_times", f"dimension = '{dimension}'"),
            unlisted=Unlisted(
                NOTHING_ELSE if complete else NOT_ABOVE_LAST,
                "both_missing",
                (),
                [(0 if complete else min(counts.values()),)],
            ),
        )


def arrive_cleared_missing(published: Published) -> int:
    """Return how many incidents must miss arrive_cleared: all that miss both, and those with dispatch_arrive alone."""
    alone = 0
    for kind, panel in published["dispatch_arrive_buckets"].items():
        for city, arrived in panel["n"].items():
            alone += max(0, arrived - published["arrive_cleared_buckets"][kind]["n"][city])
    return int(published["totals"]["both_missing"]) + alone


# Questions 9 and 10


def time_buckets(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of time buckets: timed incidents, and the ten greatest shares of each panel."""
    for question, metric, panels in ((9, "dispatch_arrive", "25 to 27"), (10, "arrive_cleared", "28 to 30")):
        mart, group = f"q{question:02}_{metric}_buckets", f"{metric}_buckets"
        by_type = published[group]
        yield GoldenTest(
            name=f"q{question:02}_timed_incidents",
            about=(
                f"Question {question}, panels {panels}: incidents with a time, of each type and city ({group}, n).",
            ),
            mart=mart,
            keys=("initial_type", "city"),
            figures=(Figure("timed_incidents"),),
            rows=[(kind, city, n) for kind, panel in by_type.items() for city, n in panel["n"].items()],
            mart_sql=f"select distinct\n    initial_type,\n    city,\n    timed_incidents\n{_from_study(mart)}",
        )
        yield GoldenTest(
            name=f"q{question:02}_bucket_shares",
            about=(
                f"Question {question}, panels {panels}: the ten greatest shares of each type ({group}, percent).",
                "Shares below the tenth can equal it. The study left 0 seconds (`at once`) out of its buckets.",
            ),
            mart=mart,
            keys=("initial_type", "city", "bucket"),
            figures=(Figure("pct_of_timed", HALF_A_TENTH),),
            rows=[
                (kind, *name.split(":"), float(percent))
                for kind, panel in by_type.items()
                for name, percent in panel["percent"].items()
            ],
            mart_sql=of_study_period(mart, "bucket <> 'at once'"),
            unlisted=Unlisted(
                NOT_ABOVE_LAST,
                "pct_of_timed",
                ("initial_type",),
                [(kind, _percent_limit(panel["percent"])) for kind, panel in by_type.items()],
            ),
        )


# Questions 11 and 13 to 15


def means(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of mean minutes by pair, of the top cities and of the focus streets."""
    for question, panel, metric, place in (
        (11, 31, "dispatch_arrive", "city"),
        (13, 34, "arrive_cleared", "city"),
        (14, 35, "dispatch_arrive", "street"),
        (15, 36, "arrive_cleared", "street"),
    ):
        short = ADM_AND_ACM[metric]
        group, mart = f"{short}_by_type_priority_{place}", f"q{question}_{short}_by_{place}"
        rows: Rows = []
        summed: Rows = []
        for pair, places in published[group].items():
            for where, (shown, incidents, *marks) in places.items():
                # A sum of block means, each of one incident, is so many times their mean.
                times = incidents if "summed" in marks else 1
                tolerance = minutes_tolerance(shown)
                mean = (pair, where, incidents, round(shown / times, 4), round(tolerance / times, 7))
                rows.append(mean)
                if marks:
                    summed.append((*mean[:4], float(shown), *mean[4:], tolerance))
        pairs = [pair for pair in published[group] if pair != LINE_OF_THE_TEXT]
        yield GoldenTest(
            name=f"q{question}_means_by_{place}",
            about=(
                f"Question {question}, panel {panel}: mean minutes and incidents with a time ({group}).",
                "The study rounded to two decimals and showed three significant digits; the tolerance allows for both.",
                *([f"Figures marked summed are corrected here: q{question}_summed_blocks.sql."] if summed else []),
            ),
            mart=mart,
            keys=("pair", place),
            figures=(Figure("timed_incidents"), Figure("mean_minutes", "tolerance")),
            rows=rows,
            more_columns=("tolerance",),
            unlisted=Unlisted(NONE_LEFT_OUT, "timed_incidents", ("pair",), [(pair, 0) for pair in pairs]),
        )
        if summed:
            yield GoldenTest(
                name=f"q{question}_summed_blocks",
                about=(
                    f"Question {question}, panel {panel}: means of several incidents on one street ({group}).",
                    "The study's mistake: it added up the means of a street's blocks. mean_minutes is right; published",
                    "was sum_of_block_means, which is so many times the mean where each incident has its own block.",
                ),
                mart=mart,
                keys=("pair", place),
                figures=(
                    Figure("timed_incidents"),
                    Figure("mean_minutes", "tolerance"),
                    Figure("sum_of_block_means", "sum_tolerance"),
                ),
                rows=summed,
                more_columns=("tolerance", "sum_tolerance"),
                mart_sql=(
                    "select\n    *,\n    mean_minutes * timed_incidents as sum_of_block_means\n" + _from_study(mart)
                ),
            )
    yield GoldenTest(
        name="q14_check_welfare_of_the_text",
        about=(
            "Question 14: CHECK WELFARE:1 on three streets, of the study's text, with as many incidents on each",
            "(a comment under adm_by_type_priority_street).",
        ),
        mart="q14_adm_by_street",
        keys=("street",),
        figures=(Figure("mean_minutes", HALF_A_HUNDREDTH), Figure("difference_in_incidents")),
        rows=[(street, minutes, 0) for street, minutes in CHECK_WELFARE_MINUTES.items()],
        mart_sql=f"""\
select
    street,
    mean_minutes,
    max(timed_incidents) over () - min(timed_incidents) over () as difference_in_incidents
{_from_study("q14_adm_by_street", "pair = 'CHECK WELFARE:1'", f"street in ({_texts(CHECK_WELFARE_MINUTES)})")}""",
    )


def minutes_tolerance(shown: float) -> float:
    """Return how far a mean can lie from the minutes that the study shows of it.

    It rounded to two decimals; then a panel showed three significant digits. A figure of the text shows both decimals.
    """
    has_two_decimals = Decimal(str(shown)).as_tuple().exponent == -2
    if has_two_decimals or shown < 10:
        return HALF_A_HUNDREDTH
    if shown < 100:
        return round(0.05 + HALF_A_HUNDREDTH, 6)
    return round(0.5 + HALF_A_HUNDREDTH, 6)


# Question 12


def incidents_behind(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of the incidents behind an average, singly and in the mart that explains averages."""
    singly: Rows = []
    limits: Rows = []
    drivers: Rows = []
    for pair, by_city in published["incidents_behind"].items():
        for city, incidents in by_city.items():
            limits.append((pair, city, 0))
            for row in incidents:
                key = (pair, city, f"{row['sector']} {row['pra']}", row["disposition_desc"])
                arrived = row["arrive_cleared"] is not None
                arrive, tolerance = _dispatch_arrive_seconds(row)
                singly.append((*key, int(arrived), arrive, row["arrive_cleared"] or 0, tolerance))
                if arrived:
                    timed = sum(other["arrive_cleared"] is not None for other in incidents)
                    minutes = (round(arrive / 60, 4), round(row["arrive_cleared"] / 60, 6))
                    drivers.append((pair, city, timed, *minutes, round(tolerance / 60, 6)))
    yield GoldenTest(
        name="q12_incidents_behind",
        about=(
            "Question 12, panels 32 and 33: the incidents behind an average, one a row, in seconds (incidents_behind).",
            "timed is 0 where both times are missing.",
        ),
        mart="incidents",
        keys=("pair", "city", "sector_and_pra", "disposition"),
        figures=(
            Figure("timed"),
            Figure("arrive_seconds", "tolerance"),
            Figure("cleared_seconds"),
        ),
        rows=singly,
        more_columns=("tolerance",),
        mart_sql="""\
select
    concat(initial_type, ':', cast(priority as varchar)) as pair,
    city,
    concat(sector, ' ', pra) as sector_and_pra,
    disposition,
    1 as incidents,
    case when dispatch_arrive_seconds is null and arrive_cleared_seconds is null then 0 else 1 end as timed,
    coalesce(dispatch_arrive_seconds, 0) as arrive_seconds,
    coalesce(arrive_cleared_seconds, 0) as cleared_seconds
from {{ ref('incidents') }}
where start_date between date '2024-06-10' and date '2024-06-13'""",
        unlisted=Unlisted(
            NOTHING_ELSE,
            "incidents",
            ("pair", "city"),
            limits,
        ),
    )
    yield GoldenTest(
        name="q12_single_incident",
        about=("Question 12, panels 32 and 33: the one timed incident behind an average (incidents_behind).",),
        mart="q12_adm_drivers",
        keys=("pair", "city"),
        figures=(
            Figure("timed_incidents"),
            Figure("longest_minutes", "tolerance"),
            Figure("cleared_minutes_of_longest", A_MILLIONTH),
        ),
        rows=drivers,
        more_columns=("tolerance",),
    )


def _dispatch_arrive_seconds(row: dict[str, Any]) -> tuple[float, float]:
    """Return the seconds of dispatch_arrive, and how far off they can be: panels show minutes or thousands of them."""
    if "dispatch_arrive_minutes" in row:
        return round(row["dispatch_arrive_minutes"] * 60, 3), 60 * 0.05  # 49.3
    if "dispatch_arrive_thousands" in row:
        return round(row["dispatch_arrive_thousands"] * 1000, 3), 1000 * 0.005  # 1.10 K
    return 0.0, 0.0


# Question 18


def priorities(published: Published) -> Iterator[GoldenTest]:
    """Yield the tests of the priority mix."""
    group = "priority_type_percent_of_city"
    rows: Rows = []
    limits: dict[tuple[Value, ...], None] = {}
    for city, mix in published[group].items():
        if "wrong" not in mix:
            for name, percent in mix.items():
                priority, kind = name.split(" : ")
                rows.append((city, kind, int(priority), float(percent)))
                limits[city, kind, 0] = None
    yield GoldenTest(
        name="q18_priority_mix",
        about=(f"Question 18, panels 37 to 40: priorities of each top type, in percent of the city ({group}).",),
        mart="q18_priority_mix",
        keys=("city", "initial_type", "priority"),
        figures=(Figure("pct_of_city", HALF_A_TENTH),),
        rows=rows,
        unlisted=Unlisted(
            "The panels show all priorities of a type.", "incidents", ("city", "initial_type"), list(limits)
        ),
    )
    mistake = (
        "The study's mistake: the panel of Gaithersburg counted Silver Spring's incidents and divided them by",
        "Gaithersburg's 148.",
    )
    yield GoldenTest(
        name="q18_gaithersburg",
        about=(
            f"Question 18, panels 37 to 40: priorities of Gaithersburg's top types ({group}).",
            *mistake,
            "Right are its own: over all priorities they make the shares of its types (top4_types_percent_of_city).",
        ),
        mart="q18_priority_mix",
        keys=("initial_type",),
        figures=(Figure("type_pct_of_city", HALF_A_TENTH), Figure("all_priorities_pct", HALF_A_TENTH)),
        rows=[
            (kind, float(percent), float(percent))
            for kind, percent in published["top4_types_percent_of_city"]["GAITHERSBURG"].items()
        ],
        mart_sql=f"""\
select
    initial_type,
    max(type_pct_of_city) as type_pct_of_city,
    sum(pct_of_city) as all_priorities_pct
{_from_study("q18_priority_mix", "city = 'GAITHERSBURG'", "is_top_type")}
group by initial_type""",
        unlisted=Unlisted("There is no other top type.", "type_pct_of_city", (), [(0.0,)]),
    )
    yield GoldenTest(
        name="q18_gaithersburg_as_published",
        about=(
            f"Question 18, panels 37 to 40: the published priorities of Gaithersburg are wrong ({group}).",
            *mistake,
            "With it, the published figures come out. q18_gaithersburg.sql has the right ones.",
        ),
        mart="q18_priority_mix",
        keys=("city", "initial_type", "priority"),
        figures=(Figure("pct_by_mistake", HALF_A_TENTH),),
        rows=[
            ("GAITHERSBURG", name.split(" : ")[1], int(name.split(" : ")[0]), float(percent))
            for name, percent in published[group]["GAITHERSBURG"]["wrong"].items()
        ],
        mart_sql="""\
select
    divided_by.city,
    counted.initial_type,
    counted.priority,
    100e0 * counted.incidents / divided_by.incidents as pct_by_mistake
from {{ ref('q18_priority_mix') }} as counted
inner join {{ ref('q01_incidents_by_city') }} as divided_by
    on counted.period_id = divided_by.period_id
where
    counted.period_id = 'study_2024_06'
    and counted.city = 'SILVER SPRING'
    and divided_by.city = 'GAITHERSBURG'""",
    )


# Shapes of the published figures


def _with_rank_of(counts: Mapping[str, int], best: int) -> dict[str, int]:
    """Return the counts that fewer than so many others exceed: equal ones share a rank."""
    return {name: n for name, n in counts.items() if sum(other > n for other in counts.values()) < best}


def _from_study(mart: str, *conditions: str) -> str:
    """Return the clauses after the columns of a select from the study's period of a mart."""
    return of_study_period(mart, *conditions).removeprefix("select *\n")


def _totals(mart: str, *totals: tuple[str, ...]) -> str:
    """Return a select with a row for each total: its name, how it is computed, and of which rows."""
    selects = (
        f"select\n    '{name}' as total,\n    {expression} as incidents\n{_from_study(mart, *conditions)}"
        for name, expression, *conditions in totals
    )
    return "\nunion all\n".join(selects)


def _two_levels(group: dict[str, dict[str, Any]], number: type[int] | type[float] = int) -> Rows:
    return [(key, name, number(value)) for key, values in group.items() for name, value in values.items()]


def _last_of_each(group: dict[str, dict[str, int]]) -> Rows:
    return [(key, min(values.values())) for key, values in group.items()]


def _percent_limit(shares: dict[str, float]) -> float:
    return round(min(shares.values()) + HALF_A_TENTH, 6)


def _texts(values: dict[str, Any]) -> str:
    return ", ".join(f"'{value}'" for value in values)


if __name__ == "__main__":
    print(f"{len(write_golden_tests())} golden tests written to {GOLDEN_TESTS}")
