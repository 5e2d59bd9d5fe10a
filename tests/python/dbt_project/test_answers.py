"""The sentences of `answers` in small numbers, where grammar and empty questions show.

Each case is a month of one landing, far enough from the others that no question looks from one at another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest
from dbt_common.exceptions import CompilationError

from grafana.register import questions
from tests.python.dbt_project.feeds import incident
from tests.python.dbt_project.project import Project, Row, parse

TYPE = "CHECK WELFARE"
STUDY = set(range(1, 19))
"""The questions of the study of June 2024."""
LANDED: list[Row] = []
"""The incidents of all cases."""


def lands(month: str, rows: Iterable[Row], day: int = 12) -> str:
    """Lets incidents of one case land, in a month that no other case has; returns the month's period."""
    date = f"{month}-{day:02d}"
    LANDED.extend(
        row | {"incident_id": f"{date} {number}", "start_time": f"{date}T08:00:00.000"}
        for number, row in enumerate(rows)
    )
    return month


def many(count: int, **fields: str | None) -> list[Row]:
    """So many equal incidents."""
    row = incident("") | fields
    return [{name: value for name, value in row.items() if value is not None}] * count


@dataclass(frozen=True)
class Answers:
    """What `answers` says: of a period `told[period]`, sentences by the question's number."""

    project: Project

    def __getitem__(self, period: str) -> Mapping[int, str]:
        found = self.project.query(f"select question, headline from marts.answers where period_id = '{period}'")
        return {row["question"]: row["headline"] for row in found}

    def unanswered(self, period: str) -> set[int]:
        found = self.project.query(
            f"select question from marts.answers where period_id = '{period}' and not is_answered"
        )
        return {row["question"] for row in found}


def build(project: Project, rows: Iterable[Row]) -> Answers:
    project.land(rows)
    project.build_tables("--select", "+answers")
    return Answers(project)


@pytest.fixture(scope="module")
def told(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """The answers of all cases, built once."""
    return build(Project(tmp_path_factory.mktemp("answers"), manifest), LANDED)


ONE = lands("2013-06", [incident("")])


def test_one_incident(told: Answers) -> None:
    said = told[ONE]

    assert said[1] == "Rockville has the only incident of this period."
    assert said[2] == f"{TYPE} is the most common type: 1 incident in the county; it comes first in Rockville."
    assert said[3] == "No type has enough incidents in two top cities to compare its shares."
    assert said[18] == "No type and priority have enough incidents in two top cities to compare their shares."
    assert said[4] == "VEIRS MILL RD has the most incidents on its blocks, 1, and 0 at its intersections."
    # No incident of the feed has a position.
    assert said[5] == "No incident has a position."
    assert said[6] == f"Rockville (1): {TYPE} with OTHERMISCELLANEOUS."
    assert said[7] == f"In Rockville 1 of 1 {TYPE} ended as OTHERMISCELLANEOUS."
    assert said[8] == "No: each incident has both times."
    assert said[9] == f"In Rockville it takes most often to arrive: {TYPE} 0-5 mins (1 of 1)."
    assert said[10] == f"In Rockville it takes most often to clear: {TYPE} 15-20 mins (1 of 1)."
    assert said[11] == said[13] == "No pair has enough timed incidents in two top cities to be compared."
    assert said[14] == said[15] == "No pair has enough timed incidents on two key streets to be compared."
    assert said[12] == "Silver Spring has no timed SEXUAL ASSAULT - OCCURRED EARLIER:3 in this period."
    assert said[16] == said[17] == "No pair has timed incidents in two top cities in this period."
    assert STUDY - told.unanswered(ONE) == {1, 2, 4, 5, 6, 7, 8, 9, 10, 12}
    assert said[19] == "Counted per day, the busiest hour of the week starts on Wed at 8:00: 1 of 1 incident."


ALIKE = lands("2010-06", many(2, calltime_arrive="240"))


def test_two_incidents_have_no_shares(told: Answers) -> None:
    said = told[ALIKE]

    assert said[21] == f"{TYPE} with OTHERMISCELLANEOUS is most frequent on VEIRS MILL RD in Rockville: 2 incidents."
    assert said[22] == "The median from the call to the first unit is 4.0 min (n = 2)."
    assert said[25] == "900 BLK VEIRS MILL RD comes first: 2 incidents on 1 day."


FOUR, FIVE = (lands(month, many(n, calltime_arrive="240")) for month, n in (("2008-06", 4), ("2009-06", 5)))
ONE_TWICE = lands(
    "2005-06",
    [*many(2, address="1 BLK A ST"), *(incident("", address=f"{number} BLK B ST") for number in range(1, 5))],
)


def test_shares_begin_with_a_sample(told: Answers) -> None:
    assert "%" not in told[FOUR][21] + told[FOUR][22] + told[FOUR][25]
    assert told[FIVE][21].endswith("5 incidents, 100.0 % of those on its blocks there.")
    assert told[FIVE][22] == (
        "The median from the call to the first unit is 4.0 min (n = 5); 100.0 % are there within ten minutes."
    )
    # One of five addresses, with 2 of 6 incidents.
    assert told[ONE_TWICE][25] == (
        "1 BLK A ST comes first: 2 incidents on 1 day. "
        "The busiest 20.0 % of the addresses have 33.3 % of the incidents that have an address."
    )


BARE = lands("2014-06", [incident("", city=None, address=None, dispatch_arrive=None, arrive_cleared=None)])


def test_incident_that_nothing_is_known_of(told: Answers) -> None:
    said = told[BARE]

    assert said[1] == "No incident of this period has a city."
    assert said[4] == "No incident of this period is on a street."
    assert said[2] == f"{TYPE} is the most common type: 1 incident in the county; it comes first in no top city."
    assert said[8] == (
        "Yes: 1 of 1 incident has no dispatch_arrive, 1 no arrive_cleared and 1 neither; "
        "no type, place or priority stands out."
    )
    assert said[6] == said[7] == "No top city has an incident in this period."
    assert said[9] == said[10] == "No top city has a timed incident of the focus types in this period."
    assert STUDY - told.unanswered(BARE) == {2, 5, 8, 12}


TWO = [incident(""), incident("", city="BETHESDA", initial_type="NOISE")]
THIRD = incident("", city="OLNEY", initial_type="NOISE", address="1 BLK B ST", disposition_desc=None)
TIE_OF_TWO, TIE_OF_THREE = lands("2015-02", TWO), lands("2015-04", [*TWO, THIRD])


def test_ties_are_said_as_ties(told: Answers) -> None:
    said = told[TIE_OF_TWO]
    assert said[1] == "Bethesda and Rockville each have the most incidents: 1 of 2."
    assert said[2] == f"{TYPE} and NOISE are the most common types, each with 1 incident in the county."

    said = told[TIE_OF_THREE]
    assert said[1] == "Bethesda, Olney and others each have the most incidents: 1 of 3."
    assert said[4].startswith(
        "VEIRS MILL RD has the most incidents on its blocks, 2, and 0 at its intersections; then B ST (1"
    )
    assert said[6] == (
        "Rockville (1): CHECK WELFARE with OTHERMISCELLANEOUS; Olney (1): NOISE without a disposition; "
        "Bethesda (1): NOISE with OTHERMISCELLANEOUS."
    )


for day in range(1, 29):
    # As many on each of two streets, after 1 and 10 minutes.
    TIED = lands(
        "2007-02",
        [
            incident("", city="OLNEY", address="1 BLK A ST", dispatch_arrive="60"),
            incident("", city="OLNEY", address="1 BLK B ST", dispatch_arrive="600"),
        ],
        day,
    )
TYPES_ALIKE = lands("2004-06", [incident("", city="OLNEY", initial_type=name) for name in "ABCDE"])


def test_ties_of_streets_addresses_times_and_combinations(told: Answers) -> None:
    said = told[TIED]
    assert said[9] == f"In Olney it takes most often to arrive: {TYPE} 0-5 mins (28 of 56, a tie)."
    assert said[10] == f"In Olney it takes most often to clear: {TYPE} 15-20 mins (56 of 56)."
    assert said[21] == (
        f"{TYPE} with OTHERMISCELLANEOUS is one of the most frequent, on A ST in Olney: "
        "28 incidents, 100.0 % of those on its blocks there."
    )
    assert said[24] == "February 2007: A ST is touched by the most incidents (28), as is B ST (28)."
    assert said[25] == "1 BLK A ST is one of the first: 28 incidents on 28 days."
    alike = "; ".join(f"Olney (1): {name} with OTHERMISCELLANEOUS" for name in "ABCD")
    assert told[TYPES_ALIKE][6] == f"{alike}; and others."


# November 2006 has five Wednesdays with one incident each, and on three of its Thursdays two, one and one.
for day, count in {1: 1, 8: 1, 15: 1, 22: 1, 29: 1, 2: 2, 9: 1, 16: 1}.items():
    FIVE_WEDNESDAYS = lands("2006-11", many(count), day)


def test_the_busiest_hour_of_the_week_is_not_that_of_the_most_frequent_weekday(told: Answers) -> None:
    assert told[FIVE_WEDNESDAYS][19] == (
        "Counted per day, the busiest hour of the week starts on Thu at 8:00: 4 of 9 incidents (44.4 %)."
    )


SHARES = lands(
    "2016-02",
    [
        *many(6, city="OLNEY", initial_type="NOISE"),
        *many(4, city="OLNEY"),
        *many(5, city="ROCKVILLE", initial_type="NOISE"),
        *many(15, city="ROCKVILLE"),
        # Too few to have a share.
        *many(4, city="BETHESDA", initial_type="NOISE"),
    ],
)


def test_shares_of_cities(told: Answers) -> None:
    # Both types differ by 35 points; of equal ones the first by name. (4 + 15) / 34 are 55.9 %.
    assert told[SHARES][3] == (
        "Shares differ most for CHECK WELFARE: 75.0 % of the incidents in Rockville, 40.0 % in Olney "
        "(all of the county: 55.9 %)."
    )
    assert told[SHARES][18] == (
        "Yes, most for CHECK WELFARE of priority 1: 75.0 % of the incidents in Rockville, 40.0 % in Olney."
    )


EQUAL_WHERE_FIRM = lands(
    "2003-06",
    [
        *(row for city in ("OLNEY", "ROCKVILLE") for row in many(6, city=city)),
        *many(4, city="OLNEY", initial_type="NOISE"),
        *many(4, city="ROCKVILLE", initial_type="CDS"),
    ],
)


def test_shares_that_rest_on_few_incidents_are_not_compared(told: Answers) -> None:
    """NOISE has 4 of 10 in one city and none in the other."""
    said = told[EQUAL_WHERE_FIRM]
    assert said[3] == "No share of a type that rests on enough incidents differs between the top cities."
    assert said[18] == "No: no share that rests on enough incidents differs between the top cities."
    # All took 5 minutes to arrive: no place differs from another.
    assert said[11] == "No pair is consistently slow or quick to arrive."


BOTH = [
    *many(5, priority="1", city="OLNEY", dispatch_arrive="540"),
    *many(5, priority="1", city="ROCKVILLE", dispatch_arrive="480"),
    *many(5, priority="2", city="OLNEY", dispatch_arrive="60"),
    *many(5, priority="2", city="ROCKVILLE", dispatch_arrive="120"),
]
QUICK = [*BOTH, *many(20, priority="1", city="OLNEY", dispatch_arrive="60")]
NEITHER = [*QUICK, *many(5, priority="2", city="OLNEY", dispatch_arrive="1740")]
SLOW_AND_QUICK, QUICK_ALONE = lands("2017-02", BOTH), lands("2017-04", QUICK)
NEITHER_OF_THEM = lands("2017-06", NEITHER)


def test_consistent_pairs(told: Answers) -> None:
    # All take (9 + 8 + 1 + 2) / 4 = 5 min.
    assert told[SLOW_AND_QUICK][11] == (
        f"Consistently slow to arrive: {TYPE}:1 (8.0 to 9.0 min); consistently quick: {TYPE}:2 (1.0 to 2.0 min)."
    )
    # Olney's next 20 take 1 min: of priority 1 its mean is (45 + 20) / 25 = 2.6, and all take (100 + 20) / 40 = 3 min.
    assert told[QUICK_ALONE][11] == (
        f"Consistently quick to arrive: {TYPE}:2 (1.0 to 2.0 min); no pair is consistently slow."
    )
    # Five more of priority 2 in Olney after 29 min: 15 there, and (120 + 145) / 45 = 5.9 of all.
    assert told[NEITHER_OF_THEM][11] == (
        "No pair is consistently slow or quick to arrive; most different between the cities is "
        f"{TYPE}:2 (2.0 to 15.0 min)."
    )


MISSING_TIMES = lands(
    "2018-02",
    [
        *many(4, priority="4", dispatch_arrive=None, arrive_cleared=None),
        *many(1, priority="4"),
        *many(2, police_district_number="1D", dispatch_arrive=None, arrive_cleared=None),
        *many(33, police_district_number="1D"),
    ],
)


def test_patterns_of_missing_times(told: Answers) -> None:
    # 6 of 40 are 15 %, of priority 4 4 of 5, 80 %; in 1D 2 of 35 are less often than all.
    assert told[MISSING_TIMES][8] == (
        "Yes: 6 of 40 incidents have no dispatch_arrive, 6 no arrive_cleared and 6 neither (15.0 %), "
        "above average for priority 4 (80.0 % of 5)."
    )


REPORT = "LARCENY - TELEPHONE REPORTING UNIT"
REPORTS = lands(
    "2018-04",
    [
        *many(6, initial_type=REPORT, dispatch_arrive=None, arrive_cleared=None),
        *many(1, initial_type=REPORT),
        *many(5),
    ],
)


def test_of_telephone_reports_those_are_told_that_lack_a_time(told: Answers) -> None:
    """One has both times: 6 of the 7, and no share that would be of the 6 alone."""
    assert told[REPORTS][8] == (
        "Yes: 6 of 12 incidents have no dispatch_arrive, 6 no arrive_cleared and 6 neither (50.0 %), "
        f"above average for telephone reports (6 of them) and {REPORT} (85.7 % of 7)."
    )


FEW = lands(
    "2018-06",
    [*many(2, city="OLNEY", dispatch_arrive="600"), *many(1, city="ROCKVILLE", dispatch_arrive="300")],
)


def test_few_incidents_are_no_case(told: Answers) -> None:
    assert told[FEW][16] == (
        f"On few incidents alone: Olney with {TYPE}:1, 10.0 min (n = 2), "
        "the other top cities 5.0 min (n = 1.0 on average)."
    )
    assert told[FEW][17] == "No: no top city is busier and yet quicker with a pair in this period."


NO_DISPATCH = lands("2011-04", [*many(5, dispatch_arrive=None), *many(1, arrive_cleared=None), *many(2)])


def test_times_of_which_no_incident_lacks_both(told: Answers) -> None:
    assert told[NO_DISPATCH][8] == (
        "Yes: 5 of 8 incidents have no dispatch_arrive, 1 no arrive_cleared; none lacks both."
    )


# Over all cases Rockville has more incidents than Olney.
MOST_ELSEWHERE = lands(
    "2011-02",
    [
        *many(10, city="OLNEY", dispatch_arrive="60"),
        *many(2, city="ROCKVILLE", dispatch_arrive="600"),
        *many(1, city="ROCKVILLE", dispatch_arrive="60"),
        *many(3, city="ROCKVILLE", initial_type="ASSAULT", dispatch_arrive="60"),
    ],
)


def test_the_commonest_time_is_that_of_the_first_city(told: Answers) -> None:
    assert told[MOST_ELSEWHERE][9] == f"In Rockville it takes most often to arrive: {TYPE} 5-10 mins (2 of 3)."


ALIKE_IN_EACH_CITY = lands(
    "2004-08",
    [
        incident("", city=city, initial_type=name)
        for city in ("BETHESDA", "OLNEY", "ROCKVILLE", "SILVER SPRING")
        for name in "ABC"
    ],
)


def test_combinations_that_have_no_room(told: Answers) -> None:
    """Four cities, and three combinations that come first in each of them."""
    assert told[ALIKE_IN_EACH_CITY][6].startswith("Rockville (1), ")
    assert told[ALIKE_IN_EACH_CITY][6].endswith(
        " (1): A with OTHERMISCELLANEOUS; other combinations come first as well."
    )


MANY_AGAINST_ONE = lands(
    "2011-06",
    [
        *many(6, city="OLNEY", dispatch_arrive="600"),
        *many(5, city="ROCKVILLE", dispatch_arrive="480"),
        *many(6, city="OLNEY", priority="2", dispatch_arrive="1200"),
        *many(1, city="ROCKVILLE", priority="2", dispatch_arrive="60"),
    ],
)


def test_a_gap_to_few_incidents_elsewhere_comes_last(told: Answers) -> None:
    """Of priority 2 the gap is 19 minutes, to a single incident."""
    assert told[MANY_AGAINST_ONE][16] == (
        f"Yes; the widest gap, small samples aside: Olney with {TYPE}:1, 10.0 min (n = 6), "
        "the other top cities 8.0 min (n = 5.0 on average)."
    )


def assaults(city: str, *minutes: int) -> list[Row]:
    """Incidents of the pair of question 12 that took so long to arrive."""
    pair = {"initial_type": "SEXUAL ASSAULT - OCCURRED EARLIER", "priority": "3"}
    return [incident("", **pair, city=city, dispatch_arrive=str(60 * each)) for each in minutes]


HERE_ALONE = lands("2020-04", assaults("SILVER SPRING", 10))
NOT_SLOWER = lands("2020-05", [*assaults("SILVER SPRING", 10), *assaults("OLNEY", 10)])
ONE_LONG = lands("2020-06", [*assaults("SILVER SPRING", 5, 25), *assaults("OLNEY", 10)])
TWO_LONG = lands("2020-07", [*assaults("SILVER SPRING", 15, 15), *assaults("OLNEY", 10)])
# (4 * 1 + 3 * 20) / 7 are 9.1 min, without one of 20 still 7.3; the median is 1 min.
THREE_LONG = lands("2020-09", [*assaults("SILVER SPRING", 1, 1, 1, 1, 20, 20, 20), *assaults("OLNEY", 5, 5, 5, 5, 5)])
HALF_LONG = lands("2020-10", [*assaults("SILVER SPRING", 9, 10, 9, 10, 9), *assaults("OLNEY", 5, 5, 5, 5, 5)])


def test_question_12_by_its_driver(told: Answers) -> None:
    name = "SEXUAL ASSAULT - OCCURRED EARLIER:3"
    assert told[HERE_ALONE][12] == (
        f"Silver Spring's 10.0 min for {name} (n = 1) has nothing to compare with: no other top city has a timed one."
    )
    assert (
        told[NOT_SLOWER][12]
        == f"Silver Spring's 10.0 min for {name} (n = 1) is not slower; in the other top cities 10.0 min."
    )
    # (5 + 25) / 2 are 15 min; without the longer one 5 min remain.
    assert told[ONE_LONG][12] == (
        f"Silver Spring's 15.0 min for {name} (n = 2) comes from one incident of 25.0 min, without it 5.0 min; "
        "in the other top cities 10.0 min."
    )
    assert told[TWO_LONG][12] == (
        f"Silver Spring's 15.0 min for {name} (n = 2) rests on few incidents; in the other top cities 10.0 min."
    )
    assert told[THREE_LONG][12] == (
        f"Silver Spring's 9.1 min for {name} (n = 7) is slower on average, but not in the median; "
        "in the other top cities 5.0 min."
    )
    assert told[HALF_LONG][12] == (
        f"Silver Spring's 9.4 min for {name} (n = 5) is generally slower; in the other top cities 5.0 min."
    )


DETAILS = lands("2012-06", [incident("", initial_type="DT - DETAIL")])


def test_period_of_details_alone_has_no_incidents(told: Answers) -> None:
    assert set(told[DETAILS].values()) == {"No incidents in this period."}
    assert told.unanswered(DETAILS) == questions().keys()


# The newest of all: question 20 asks for months that have ended.
for minutes, (month, day) in enumerate(
    [("2023-03", 1), ("2023-03", 9), ("2023-04", 30), ("2024-03", 5), ("2024-05", 2)], start=8
):
    lands(month, [incident("", dispatch_arrive=str(60 * minutes), arrive_cleared="1200")], day)


def test_months_against_the_year_before(told: Answers) -> None:
    # April 2024 has no incident, and May 2024 has not ended. In March 2023 they took 8 and 9 minutes to arrive.
    against_2023 = (
        "March 2024 had 1 incident, 50.0 % fewer than a year before (2); "
        "on average 11.0 min to arrive (8.5) and 20.0 min to clear (20.0)."
    )
    assert {told[period][20] for period in ("all", "2024-03", "2024-05", "last_7_days")} == {against_2023}
    assert told["2023"][20] == (
        "April 2023 had 1 incident; there is no whole month a year before to compare with; "
        "on average 10.0 min to arrive and 20.0 min to clear."
    )
    assert told["2023-03"][20].startswith("March 2023 had 2 incidents; ")


lands("2001-06", many(2001))
ONE_MORE = lands("2002-06", many(2002))


def test_a_change_that_would_print_as_none(told: Answers) -> None:
    assert "June 2002 had 2,002 incidents, under 0.1 % more than a year before (2,001)" in told[ONE_MORE][20]


# Of 31 sorted times the interval of the median runs from the 10th to the 22nd; the median is the 16th.
for month, later in (("2021-01", 0), ("2022-01", 13)):
    for day in range(1, 32):
        urgent = incident("", priority="0", police_district_number="3D", calltime_arrive=str(60 * (day + later)))
        lands(month, [urgent], day)


def test_a_month_against_the_same_one_a_year_before(told: Answers) -> None:
    said = told["2022-01"]

    assert said[22] == (
        "The median from the call to the first unit is 29.0 min (n = 31; interval 23.0 to 35.0 min); "
        "0.0 % are there within ten minutes; of priority 0 it is 29.0 min (n = 31)."
    )
    assert said[23] == (
        "All incidents of the county: median from call to arrival 29.0 min, 16.0 a year before: slower "
        "(intervals 23.0 to 35.0 and 10.0 to 22.0); priority 0 in district 3D: slower (29.0 min, before 16.0)."
    )
    assert said[24] == (
        "January 2022: VEIRS MILL RD is touched by the most incidents "
        "(31, with a median of 29.0 min from call to arrival)."
    )
    # It is the only address: all of the addresses have all of the incidents.
    assert said[25] == "900 BLK VEIRS MILL RD comes first: 31 incidents on 31 days."
    assert said[26] == (
        "The newest: CHECK WELFARE:0 at 900 BLK VEIRS MILL RD, Rockville, on 2022-01-31 at 08:00; "
        "the first unit was there after 44.0 min."
    )


for month in ("2000-01", "2001-01"):
    for day in range(1, 32):
        lands(month, [incident("", priority="0", calltime_arrive="600")], day)


def test_incidents_without_a_district_are_no_district(told: Answers) -> None:
    assert told["2001-01"][23] == (
        "All incidents of the county: median from call to arrival 10.0 min, 10.0 a year before: no clear change "
        "(intervals 10.0 to 10.0 and 10.0 to 10.0)."
    )


CROSSED = lands(
    "2000-10",
    [
        incident("", address=f"{first} ST / VEIRS MILL RD", latitude="39.09", longitude="-77.09")
        for first in ("A", "B", "C", "D", "E", "F")
    ],
)


def test_the_street_that_few_intersections_name_first_is_not_that_of_the_cell(told: Answers) -> None:
    assert told[CROSSED][5].startswith("Yes, most in or near Rockville: 6 in one cell of the map (100.0 %). Of all, ")


def test_too_few_and_nothing_to_compare(project: Project) -> None:
    """A landing of its own: the newest month still runs, and the data begin with the one before it."""
    rows = [
        incident(f"P{year}{day}", start_time=f"{year}-01-0{day}T08:00:00.000", calltime_arrive="600")
        for year in (2023, 2024)
        for day in (1, 2)
    ]
    told = build(project, rows)

    assert told["2024-01"][23] == "All incidents of the county: too few arrivals to say (n = 2, a year before 2)."
    assert told["2023-01"][23] == (
        "Months, years and the latest days are compared, where the data cover them and those a year before day for day."
    )


def test_every_row_says_what_is_asked_and_of_which_period(told: Answers) -> None:
    rows = told.project.query("select distinct question, asked from marts.answers")
    assert {row["question"]: row["asked"] for row in rows} == {
        number: question.asked for number, question in questions().items()
    }
    assert len(rows) == len(questions())
    labels = told.project.query("select distinct period_label from marts.answers where period_id = '2020-06'")
    assert labels == [{"period_label": "June 2020"}]


def test_a_registered_question_without_a_mart_stops_dbt(tmp_path: Path) -> None:
    questions = [{"question": 1, "asked": "Where?", "page": "overview"}]
    with pytest.raises(CompilationError) as failure:
        parse(tmp_path, "--vars", yaml.safe_dump({"questions": questions}))
    assert "dbt_project.yml, vars: questions: entry 1 has no `marts`: add it" in str(failure.value)
