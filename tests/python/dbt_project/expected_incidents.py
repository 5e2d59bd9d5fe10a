"""The incidents and `data_health` computed from the landed lines in plain Python, straight from the definitions."""

import csv
import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tests.python.dbt_project.expected_marts import Mart, Row
from tests.python.dbt_project.project import ROOT

COUNTY = ZoneInfo("America/New_York")
BOX = {"longitude": (-77.60, -76.80), "latitude": (38.90, 39.40)}
TEXTS = (
    "incident_id", "cr_number", "crash_reports", "initial_type", "close_type", "address", "city", "state", "zip",
    "police_district_number", "sector", "pra", "disposition_desc",
)  # fmt: skip
SPANS = (
    "calltime_callroute", "calltime_dispatch", "calltime_arrive", "calltime_cleared", "callroute_dispatch",
    "dispatch_arrive", "arrive_cleared",
)  # fmt: skip
RENAMED = {"police_district_number": "police_district", "disposition_desc": "disposition"}


@dataclass
class Version:
    """One landed line, read."""

    landed_date: dt.date
    line: str
    fields: Row = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    is_deleted: bool = False


def read_line(landed_date: dt.date, line: str) -> Version:
    """Reads a line as staging must: what cannot be read is null, and there is a reason for it."""
    version = Version(landed_date, line)
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        version.reasons.append("not a JSON object")
        return version

    def text(name: str) -> str | None:
        value = row.get(name)
        return None if value is None else " ".join(str(value).split()) or None

    version.is_deleted = row.get("deleted") is True
    fields = version.fields
    fields |= {RENAMED.get(name, name): text(name) for name in TEXTS}
    fields["city"] = fields["city"] and fields["city"].upper()
    if not fields["incident_id"]:
        version.reasons.append("no incident_id")
    for name in ("start_time", "end_time"):
        fields[name] = read_time(text(name))
        if text(name) and not fields[name]:
            version.reasons.append(f"unreadable {name}")
    for name, key in (("updated_at", ":updated_at"), ("row_ts", "row_ts")):
        fields[name] = read_time((text(key) or "").removesuffix("Z"))
    priority = read_number(text("priority"))
    fields["priority"] = int(priority) if priority in (0, 1, 2, 3, 4) else None
    if text("priority") and fields["priority"] is None:
        version.reasons.append("priority not 0-4")
    seconds = {name: read_number(text(name)) for name in SPANS}
    if any(value is not None and value < 0 for value in seconds.values()):
        version.reasons.append("negative seconds")
    if any(text(name) and value is None for name, value in seconds.items()):
        version.reasons.append("unreadable seconds")
    for name, value in seconds.items():
        fields[f"{name}_seconds"] = None if value is None or value < 0 else int(value)
    for name in BOX:
        fields[name] = read_number(text(name))
    if any(text(name) and fields[name] is None for name in BOX):
        version.reasons.append("unreadable coordinates")
    return version


def read_time(text: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%S.%f")
    except ValueError:
        return None


def read_number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"-?\d+(\.\d*)?", text) else None


def read_lines(landed: Sequence[tuple[str, str]]) -> list[Version]:
    """Reads all lines that are not blank, given as (landed date, line)."""
    return [read_line(dt.date.fromisoformat(date), line) for date, line in landed if line.strip()]


# ---- incidents ------------------------------------------------------------------------------------------------------


def expected_incidents(versions: Sequence[Version]) -> Mart:
    """The newest version of each incident, without those that were withdrawn, and what is derived of it."""
    groups_of_types = read_seed("incident_types.csv")
    road_classes = read_seed("road_suffixes.csv")
    by_id: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        if version.fields.get("incident_id"):
            by_id[version.fields["incident_id"]].append(version)
    newest = [max(of_id, key=age) for of_id in by_id.values()]
    rows = [
        version.fields | derived(version.fields, groups_of_types, road_classes)
        for version in newest
        if not version.is_deleted
    ]
    return Mart(("incident_id",), rows)


def age(version: Version) -> tuple[dt.datetime, dt.datetime]:
    return (version.fields["updated_at"] or dt.datetime.min, version.fields["row_ts"] or dt.datetime.min)


def read_seed(name: str) -> dict[str, str]:
    """A seed of two columns as a dict from the first to the second."""
    with (ROOT / "seeds" / name).open(newline="", encoding="utf-8") as file:
        return dict(list(csv.reader(file))[1:])


def derived(row: Row, groups_of_types: dict[str, str], road_classes: dict[str, str]) -> Row:
    types = [row["initial_type"] or "", row["close_type"] or ""]
    address = row["address"]
    street = cross_street = block_number = None
    if address is None:
        kind = None
    elif " / " in address:
        kind = "intersection"
        street, cross_street = address.split(" / ")[:2]
    elif " BLK " in address:
        kind = "block"
        number, street = address.split(" BLK ", 1)
        block_number = int(number)
    else:
        kind = "other"
    in_box = all(row[axis] is not None and low <= row[axis] <= high for axis, (low, high) in BOX.items())
    is_telephone_report = any(re.search(r"\b(TRS|TELEPHONE REPORTING UNIT)\b", name) for name in types)
    arrive, cleared = row["dispatch_arrive_seconds"], row["arrive_cleared_seconds"]
    return {
        "is_telephone_report": is_telephone_report,
        "is_detail": types[0].startswith(("DT-", "DT ")),
        "type_group": groups_of_types.get(types[0], "Other"),
        "location_kind": kind,
        "street": street,
        "cross_street": cross_street,
        "block_number": block_number,
        "road_class": street and road_class(street.split()[-1], road_classes),
        "dispatch_arrive_minutes": None if arrive is None else arrive / 60,
        "arrive_cleared_minutes": None if cleared is None else cleared / 60,
        "start_date": row["start_time"].date(),
        "start_hour": row["start_time"].hour,
        "iso_weekday": row["start_time"].isoweekday(),
        "longitude": row["longitude"] if in_box else None,
        "latitude": row["latitude"] if in_box else None,
        "missing_reason": missing_reason(row, is_telephone_report),
    }


def road_class(last_word: str, road_classes: dict[str, str]) -> str | None:
    route = re.fullmatch(r"([A-Z]+-)\d+[A-Z]*", last_word)
    return road_classes.get(route[1] if route else last_word)


def missing_reason(row: Row, is_telephone_report: bool) -> str | None:
    match row["dispatch_arrive_seconds"] is not None, row["arrive_cleared_seconds"] is not None:
        case True, True:
            return None
        case _ if is_telephone_report:
            return "telephone report"
        case False, True:
            return "arrival without dispatch time"
        case False, False:
            return "never dispatched" if row["calltime_dispatch_seconds"] is None else "cleared before arrival"
    return "other"


# ---- data_health ----------------------------------------------------------------------------------------------------


def expected_data_health(versions: Sequence[Version]) -> Mart:
    return Mart(("landed_date",), list(health(versions)))


def health(versions: Sequence[Version]) -> Iterator[Row]:
    newest_stamp: dict[str, dt.datetime] = {}
    newest_start = None
    for date in sorted({version.landed_date for version in versions}):
        landed = [version for version in versions if version.landed_date == date]
        stamps: dict[str, dt.datetime] = {}
        for version in landed:
            if incident_id := version.fields.get("incident_id"):
                stamp = version.fields["updated_at"] or dt.datetime.min
                stamps[incident_id] = max(stamp, stamps.get(incident_id, dt.datetime.min))
        starts = [version.fields["start_time"] for version in landed if version.fields.get("start_time")]
        newest_start = max([*starts, *([newest_start] if newest_start else [])], default=None)
        read_at = max((version.fields["row_ts"] for version in landed if version.fields.get("row_ts")), default=None)
        rejected = sum(bool(version.reasons) for version in landed)
        yield {
            "landed_date": date,
            "landed_rows": len(landed),
            "new_incidents": len(stamps.keys() - newest_stamp.keys()),
            "changed_incidents": sum(stamp > newest_stamp[i] for i, stamp in stamps.items() if i in newest_stamp),
            "rejected_rows": rejected,
            "rejected_pct": 100 * rejected / len(landed),
            "newest_start_time": newest_start,
            "hours_behind": hours_between(newest_start, read_at) if newest_start and read_at else None,
        }
        for incident_id, stamp in stamps.items():
            newest_stamp[incident_id] = max(stamp, newest_stamp.get(incident_id, dt.datetime.min))


def hours_between(local_time: dt.datetime, utc: dt.datetime) -> float:
    """From a wall-clock time of the county, the first of two that are alike, to a time in UTC."""
    elapsed = utc.replace(tzinfo=dt.UTC) - local_time.replace(tzinfo=COUNTY, fold=0)
    return elapsed / dt.timedelta(hours=1)
