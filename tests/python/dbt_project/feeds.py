"""What the tests land."""

import datetime as dt
import json
import random

from bench.generate import Feed, generate
from tests.python.dbt_project.project import Project, Row

DATES = ("2024-02-25", "2024-02-28", "2024-02-29", "2024-03-01", "2024-06-10", "2024-06-13", "2024-06-14", "2025-06-13")
TIMES = ("00:00:00", "01:30:00", "12:00:00", "23:59:59")
TYPES = (
    "CHECK WELFARE", "CHECK  WELFARE", "DISTURBANCE/NUISANCE", "TRAFFIC/TRANSPORTATION INCIDENT", "NOISE", "CDS",
    "DT - DETAIL", "THEFTT - TRS THEFT", None,
)  # fmt: skip
ADDRESSES = (
    "100 BLK  GEORGIA AVE", "1  BLK  VEIRS MILL RD", "900 BLK B ST", "8 BLK UNIVERSITY BLVD E", "7 BLK BROADWAY",
    "GEORGIA AVE / VEIRS MILL RD", "B ST / B ST", "I-270 / MD-28", "I-270", "SOME MALL", "", None,
)  # fmt: skip
CITIES = ("Rockville", "ROCKVILLE", "GERMANTOWN", "SILVER SPRING", "OLNEY", "BETHESDA", " ", None)
LATITUDES = ("0", "39.005", "39.00499", "39.0975", "39.01", "39.00999999", "38.9", "38.89999999", "39.4", "", None)
LONGITUDES = ("0", "-77.1", "-77.0975", "-77.0975001", "-77.18", "-77.18000001", "-77.6", "-76.8", "-76.79999", None)
# 9, 501 and 2,331 s are 0.15, 8.35 and 38.85 min: halves of what a sentence prints.
SECONDS = ("0", "1", "9", "60", "300", "301", "501", "600", "2331", "3000", "3001", "-1", "", None)


def incident(
    incident_id: str,
    *,
    updated_at: str | None = "2024-06-13T08:00:00.000Z",
    row_ts: str = "2024-06-13T10:00:00.000Z",
    **fields: str | None,
) -> Row:
    """A row as it lands, with nothing missing and nothing to reject.

    Args:
        incident_id: Its key.
        updated_at: The portal's stamp of the version, its field `:updated_at`.
        row_ts: When it was read.
        **fields: Other values of the portal's fields; None leaves a field out, as the portal does.
    """
    row = {
        "incident_id": incident_id,
        "start_time": "2024-06-12T08:00:00.000",
        "end_time": "2024-06-12T09:00:00.000",
        "priority": "1",
        "initial_type": "CHECK WELFARE",
        "close_type": "CHECK WELFARE",
        "address": "900 BLK  VEIRS MILL RD",
        "city": "ROCKVILLE",
        "dispatch_arrive": "300",
        "arrive_cleared": "1200",
        "disposition_desc": "OTHERMISCELLANEOUS",
        **fields,
        ":updated_at": updated_at,
        "row_ts": row_ts,
    }
    return {name: value for name, value in row.items() if value is not None}


def too_long_for_the_marts() -> list[Row]:
    """Rows that pass staging, and at which a table in the middle fails: the squares of their seconds are no bigint."""
    return [incident(f"LONG{number:02d}", dispatch_arrive="999999999") for number in range(10)]


def land_county_feed(project: Project) -> None:
    """About 5,000 versions of 4,300 incidents over two years, as the county's feed would bring them."""
    feed = Feed(incidents=4_300, first_day=dt.date(2023, 5, 20), days=400, seed=5, malformed_pct=5, releases_a_day=1)
    generate(feed, project.landing)


def land_tight_feed(project: Project) -> None:
    """1,500 incidents of few values each, so that ties, equal means, empty values and edges abound.

    A third of them comes again on a later date: the same, corrected, or withdrawn.
    """
    draw = random.Random(5)

    def tight_incident(number: int) -> Row:
        row = {
            "incident_id": f"P{number:05d}",
            "start_time": f"{draw.choice(DATES)}T{draw.choice(TIMES)}.000",
            "priority": draw.choice(["0", "1", "1.0", "3", "", "7", None]),
            "initial_type": draw.choice(TYPES),
            "close_type": draw.choice(["CDS", "LOSTT-TRS ADMIN", "STRESS", None]),
            "address": draw.choice(ADDRESSES),
            "city": draw.choice(CITIES),
            "latitude": draw.choice(LATITUDES),
            "longitude": draw.choice(LONGITUDES),
            "sector": draw.choice(["A1", "B2", None]),
            "pra": draw.choice(["033", "33"]),
            "disposition_desc": draw.choice(["ARREST", "REPORT", "", None]),
            "calltime_dispatch": draw.choice(["5", None]),
            "dispatch_arrive": draw.choice(SECONDS),
            "arrive_cleared": draw.choice(SECONDS),
            ":updated_at": draw.choice(["2025-06-14T06:00:00.000Z", "2025-06-14T07:00:00.000Z", None]),
            "row_ts": "2025-06-14T08:00:00.250Z",
        }
        return {name: value for name, value in row.items() if value is not None}

    rows = [tight_incident(number) for number in range(1_500)]
    project.land(rows, "2025-06-14")
    again = []
    for row in rows[:500]:
        later = tight_incident(int(row["incident_id"][1:])) | {"row_ts": "2025-06-15T08:00:00.000Z"}
        again.append(draw.choice([row, later, later | {"deleted": True}]))
    broken = ["{}", "[1]", "7", "", "  ", '{"incident_id":"P9', json.dumps({"start_time": "2024-06-10T00:00:00.000"})]
    project.land([*again, *broken], "2025-06-15")
