"""Every number of a headline stands in a row that the headline is about."""

import datetime as dt
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest

from bench.generate import Feed, generate
from tests.python.dbt_project.project import ROOT, Project, Row

FEED = Feed(incidents=20_000, first_day=dt.date(2023, 5, 20), days=400, seed=7)
# "The busiest 5 % of the addresses" names none of them.
NAMES_NO_ROW = {25}
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")


@pytest.fixture(scope="module")
def project(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """20,000 generated incidents, built."""
    project = Project(tmp_path_factory.mktemp("headlines"), manifest)
    generate(FEED, project.landing)
    project.build_tables()
    return project


def question_marts() -> dict[int, set[str]]:
    """The marts that answer each question, as the register has them."""
    register = yaml.safe_load(Path(ROOT, "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["questions"]
    return {
        entry["question"]: {
            mart for part in (entry, *entry.get("bullets", ())) for mart in part.get("marts", ()) if mart != "incidents"
        }
        for entry in register
    }


def printed(value: Any) -> frozenset[str]:
    """The texts by which a sentence may print a cell."""
    if isinstance(value, bool) or value is None:
        return frozenset()
    if isinstance(value, int):
        return frozenset([f"{value:,}"])
    if isinstance(value, str):
        # A priority of question 8 is a text.
        return frozenset([value])
    if isinstance(value, dt.date):
        # Also a time, which is a date too: 2024-06-22 at 23:47.
        return frozenset(value.strftime("%Y %m %d %H %M").split())
    if isinstance(value, float):
        # A half is rounded away from zero, of the tenths as doubles have them.
        tenths = [Decimal(number * 10).quantize(Decimal(1), ROUND_HALF_UP) for number in (value, abs(value))]
        # Under 0.1 %: 0.0 % would say that there is none.
        return frozenset([f"{tenth / 10:.1f}" for tenth in tenths] + (["0.1"] if 0 < abs(value) < 0.05 else []))
    return frozenset()


@dataclass(frozen=True)
class Told:
    """A row of a mart, of which many sentences may be."""

    row: Row

    @cached_property
    def names(self) -> Set[str]:
        """The texts by which a sentence may name it; the whole county needs none."""
        texts = {value for column, value in self.row.items() if isinstance(value, str) and column != "period_id"}
        return {text.casefold() for text in texts - {"ALL", "all"}}

    @cached_property
    def printed(self) -> Set[str]:
        """The texts by which a sentence may print its cells."""
        return set().union(*(printed(value) for value in self.row.values()))


def numbers_from_elsewhere(headline: str, rows: Sequence[Told], period: Told, of_any_row: bool = False) -> set[str]:
    """The numbers that stand neither in a row that the headline names nor in the row of the period."""
    told = headline.casefold()
    named = [row for row in rows if of_any_row or not row.names or any(name in told for name in row.names)]
    bare = told
    # Names hold numbers too: 1D, MD-28, CDS:1, 5-10 mins, June 2024.
    for name in sorted(set().union(*(row.names for row in [*named, period])), key=len, reverse=True):
        if name in bare and not name.isdigit():
            bare = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", bare)
    # The minutes of a time of day are no number of their own.
    found = set(NUMBER.findall(re.sub(r"(\d):00", r"\1", bare)))
    return found.difference(*(row.printed for row in [*named, period]))


def test_every_number_of_a_headline_is_in_its_marts(project: Project) -> None:
    periods = {row["period_id"]: Told(row) for row in project.query("select * from marts.reporting_periods")}
    of_period: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for mart in set().union(*question_marts().values()):
        for row in project.query(f"select * from marts.{mart}"):
            told_row = Told(row)
            for period_id in [row["period_id"]] if "period_id" in row else periods:
                of_period[mart, period_id].append(told_row)
    marts_of = question_marts()
    told = []
    checked = 0
    for answer in project.query("select * from marts.answers"):
        period = periods[answer["period_id"]]
        rows = [row for mart in marts_of[answer["question"]] for row in of_period[mart, answer["period_id"]]]
        checked += len(NUMBER.findall(answer["headline"]))
        if strange := numbers_from_elsewhere(answer["headline"], rows, period, answer["question"] in NAMES_NO_ROW):
            told.append(
                f"question {answer['question']}, {answer['period_id']}: {sorted(strange)} in {answer['headline']}"
            )
    mend = "leave the number out of the sentence, or add it as a column of the question's mart"
    assert told == [], "\n".join([*told[:40], mend])
    assert checked > 1_000


def test_no_headline_says_that_there_is_none_of_what_there_is(project: Project) -> None:
    """14 of 39,393 are not 0.0 %."""
    headlines = [row["headline"] for row in project.query("select headline from marts.answers")]
    assert [headline for headline in headlines if "(0.0 %)" in headline] == []


LONGEST = {
    "type": (
        "ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES, - OCCURRED EARLIER",
        "ABDUCTION (KIDNAPPING) - CUSTODIAL ABDUCTION, HOSTAGE SITUAT - OCCURRED EARLIER",
        "LOSTT-TRS ADMIN (DOCUMENT, LOST OR FOUND PROP, MESSAGES - TELEPHONE REPORTING UNIT",
    ),
    "disposition": ("COLOTH-DAMAG-ROAD-COLLI", "COLOTH-INJRY-ROAD-COLLI", "COLOTH-DAMAG-ROAD-HITRUN"),
    "city": ("CHEVY CHASE SECTION FIVE", "MONTGOMERY VILLAGE", "CHEVY CHASE VILLAGE"),
    "street": (
        "OLD GEORGETOWN RD SERVICE RD NORTH",
        "GREAT SENECA HWY NORTHBOUND RAMP",
        "MONTGOMERY VILLAGE AVE EXTENDED",
    ),
}
"""The longest names of the county's data, and streets and a city that are longer still."""


def with_long_names(row: Row) -> Row:
    """A row of the feed with other names, always the same ones for an incident."""
    rng = random.Random(row["incident_id"])
    drawn = {kind: rng.choice(names) for kind, names in LONGEST.items()}
    block, junction = f"100 BLK {drawn['street']}", f"{drawn['street']} / {rng.choice(LONGEST['street'])}"
    names = {
        "initial_type": drawn["type"],
        "close_type": drawn["type"],
        "disposition_desc": drawn["disposition"],
        "city": drawn["city"],
        "address": rng.choice((block, junction)),
    }
    return row | {name: value for name, value in names.items() if row.get(name)}


def test_the_longest_names_leave_whole_sentences(manifest: Manifest, tmp_path: Path) -> None:
    """As long as a panel has room for, and none that had to be cut."""
    project = Project(tmp_path, manifest)
    generate(Feed(incidents=3_000, first_day=dt.date(2023, 11, 1), days=400, seed=5, malformed_pct=0), project.landing)
    for file in project.landing.rglob("*.gz"):
        rows = [with_long_names(json.loads(line)) for line in gzip.decompress(file.read_bytes()).splitlines()]
        file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    project.build_tables("--select", "+answers")

    told = [row["headline"] for row in project.query("select headline from marts.answers")]
    assert [headline for headline in told if len(headline) > 200 or headline.endswith("...")] == []


def test_a_made_up_number_is_found() -> None:
    rows = [Told({"period_id": "all", "city": "OLNEY", "incidents": 1234, "pct": 8.35})]
    period = Told({"period_id": "all", "label": "All data", "incidents": 5000})
    assert numbers_from_elsewhere("Olney has 1,234 of 5,000 (8.4 %).", rows, period) == set()
    assert numbers_from_elsewhere("Olney has 1,235 of 5,000 (8.3 %).", rows, period) == {"1,235", "8.3"}
    assert numbers_from_elsewhere("Bethesda has 1,234.", rows, period) == {"1,234"}
