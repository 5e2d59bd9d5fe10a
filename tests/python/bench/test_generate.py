"""What the generator promises: equal options give equal lines, parts fit together, faults are as many as asked for."""

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bench import generate as generator
from bench.generate import LANDING_TAIL_DAYS, Feed, generate, main
from bench.malformed import ADDED, REPLACED
from tests.python.bench.landed import files, lines, newest

FEED = Feed(incidents=3_000, first_day=date(2024, 2, 28), days=5, malformed_pct=2)
SECONDS = ("calltime_callroute", "calltime_dispatch", "calltime_arrive", "calltime_cleared", "callroute_dispatch",
           "dispatch_arrive", "arrive_cleared")  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    landing = tmp_path_factory.mktemp("whole")
    generate(FEED, landing)
    return files(landing)


def test_same_feed_same_lines_however_it_is_cut(
    tmp_path: Path, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator, "LINES_AT_A_TIME", 1)
    generate(FEED, tmp_path)
    assert files(tmp_path) == whole


def test_another_seed_gives_other_lines(tmp_path: Path) -> None:
    # On one day, since the seed also decides how busy each of several days is.
    texts = []
    for seed in (1, 2):
        generate(Feed(incidents=500, days=1, seed=seed), tmp_path / str(seed))
        texts.append({line.text for line in lines(tmp_path / str(seed))})
    assert not texts[0] & texts[1]


def test_parts_of_the_landed_dates_make_up_the_whole(tmp_path: Path, whole: dict[str, str]) -> None:
    cut = date(2024, 3, 2)
    first = generate(Feed(FEED.incidents, FEED.first_day, FEED.days, malformed_pct=2, landed_until=cut), tmp_path)
    early = files(tmp_path)
    assert max(early) < f"incidents/dt={cut}"
    second = generate(Feed(FEED.incidents, FEED.first_day, FEED.days, malformed_pct=2, landed_from=cut), tmp_path)
    assert files(tmp_path) == whole
    assert first.deliveries["incident"] + second.deliveries["incident"] == FEED.incidents
    assert second.deliveries["later version"] > 50


def test_however_often_the_portal_publishes_all_land_in_time(tmp_path: Path) -> None:
    later_versions = set()
    for releases in (1, 24):
        feed = Feed(incidents=4_000, first_day=date(2024, 2, 28), days=1, releases_a_day=releases)
        totals = generate(feed, tmp_path / str(releases))
        landed = lines(tmp_path / str(releases))
        assert totals.deliveries["incident"] == len(newest(landed)) == feed.incidents
        assert landed[-1].hour.date() < feed.first_day + timedelta(days=LANDING_TAIL_DAYS - 1)
        assert len({line.hour.hour for line in landed}) == releases
        later_versions.add(totals.deliveries["later version"])
    assert len(later_versions) == 1


def test_days_are_as_busy_as_asked_for(tmp_path: Path) -> None:
    generate(Feed(incidents=5_540, malformed_pct=0), tmp_path)
    days = Counter(row["start_time"][:10] for row in newest(lines(tmp_path)))
    assert len(days) == 10
    assert 554 * 0.75 < min(days.values()) < max(days.values()) < 554 * 1.6
    assert min(days) == "2024-01-01"
    assert Feed(incidents=1_900_000).days_with_incidents == 1_000


def rejected(text: str) -> str | None:
    """Staging's reason to reject a line, by the words of its contract; None for a good line."""
    try:
        row = json.loads(text)
    except ValueError:
        return "not a JSON object"
    if not isinstance(row, dict):
        return "not a JSON object"
    if not row.get("incident_id"):
        return "no incident_id"
    if row.get("end_time"):
        try:
            datetime.fromisoformat(row["end_time"])
        except ValueError:
            return "unreadable end_time"
    if row["priority"] not in "01234":
        return "priority not 0-4"
    seconds = [row[name] for name in SECONDS if name in row]
    if any(not re.fullmatch(r"-?\d+", value) for value in seconds):
        return "unreadable seconds"
    if any(int(value) < 0 for value in seconds):
        return "negative seconds"
    if any(not re.fullmatch(r"-?\d+(\.\d+)?", row[name]) for name in ("latitude", "longitude") if name in row):
        return "unreadable coordinates"
    return None


def test_malformed_lines_are_as_many_as_said_and_of_every_kind(tmp_path: Path) -> None:
    feed = Feed(incidents=12_000, days=2, malformed_pct=0.5)
    totals = generate(feed, tmp_path)
    landed = lines(tmp_path)
    reasons = Counter(reason for line in landed if (reason := rejected(line.text)))
    assert reasons == totals.malformed
    assert set(reasons) == {reason for reason, _ in (*ADDED, *REPLACED)}
    assert totals.lines == len(landed)
    texts = [line.text for line in landed if rejected(line.text) == "not a JSON object"]
    assert any(text.startswith("{") for text in texts)
    assert any(text.startswith("[") for text in texts)
    assert any(text.startswith("upstream") for text in texts)
    assert len(newest(landed)) == feed.incidents
    by_date = Counter(line.hour.date() for line in landed)
    faults = Counter(line.hour.date() for line in landed if rejected(line.text))
    for landed_date, count in by_date.items():
        assert faults[landed_date] <= 0.005 * count
    assert faults[date(2024, 1, 2)] > 0.004 * by_date[date(2024, 1, 2)]


def test_by_default_no_landed_date_has_more_malformed_lines_than_staging_lets_pass(tmp_path: Path) -> None:
    totals = generate(Feed(incidents=12_000, days=2), tmp_path)
    by_date: Counter[date] = Counter()
    faults: Counter[date] = Counter()
    for line in lines(tmp_path):
        by_date[line.hour.date()] += 1
        faults[line.hour.date()] += rejected(line.text) is not None
    assert totals.malformed.total() == faults.total() > 0
    assert all(faults[landed_date] <= 0.001 * count for landed_date, count in by_date.items())


def test_the_last_incidents_have_no_readable_start(tmp_path: Path) -> None:
    generate(Feed(incidents=1_000, days=2, unreadable_starts=3, malformed_pct=0), tmp_path)
    starts = [row.get("start_time") for row in sorted(newest(lines(tmp_path)), key=lambda row: str(row["incident_id"]))]
    assert sorted(start or "" for start in starts[-3:]) in (
        ["", "", "yesterday evening"],
        ["", "yesterday evening", "yesterday evening"],
    )
    assert all(re.fullmatch(r"2024-01-0[12]T[\d:]{8}\.000", start or "") for start in starts[:-3])


def test_command_line_says_what_was_written_and_how_fast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--incidents", "600", "--landing", str(tmp_path), "--first-day", "2025-12-31", "--days", "1"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert f"600 incidents on 1 days, landed under {tmp_path}" in said
    assert re.search(r"[\d.]+ s, [\d,]+ lines/s; [\d.]+ s of processor time\n$", said)
    assert f"{len(lines(tmp_path))} lines in {len(files(tmp_path))} files" in said


def test_a_file_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--incidents", "50", "--landing", str(tmp_path)]
    assert main(arguments) == 0
    before = files(tmp_path)
    capsys.readouterr()
    assert main([*arguments, "--seed", "2"]) == 2
    assert re.fullmatch(r".*-2024-01-01-\d\d\.ndjson\.gz is there already: choose another --landing .*\n",
                        capsys.readouterr().err)  # fmt: skip
    assert {path: text for path, text in files(tmp_path).items() if path in before} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--incidents", "0"], "0 is less than 1"),
        (["--incidents", "9", "--first-day", "June"], "June is no date such as 2024-01-31"),
        (["--incidents", "9", "--malformed-pct", "101"], "101.0 is no per cent from 0 to 100"),
        (["--incidents", "9", "--unreadable-starts", "-1"], "-1 is less than 0"),
        (["--incidents", "9", "--landed-until", "2023-01-01"], "nothing lands from 2024-01-01 until before 2023-01-01"),
    ],
)
def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--landing", str(tmp_path), *arguments])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
