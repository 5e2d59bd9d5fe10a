"""The incidents and `data_health` computed from the landed lines in plain Python, straight from the definitions."""

import csv
import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
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
# The class that the contract lists, as code points.
WHITE_SPACE = "\\x00-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
RENAMED = {"police_district_number": "police_district", "disposition_desc": "disposition"}


@dataclass
class Version:
    """One landed line, read."""

    landed_date: dt.date
    line: str
    fields: Row = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    is_deleted: bool = False


class Nested(str):
    """Stands for an object or a list, which is no text and cannot be read as anything else."""


def read_json(line: str) -> Row:
    """The object of a line, with the first of equal keys and numbers as decimal texts. ValueError if it is none."""
    row = json.loads(
        line,
        parse_float=decimal_text,
        parse_int=decimal_text,
        parse_constant=refuse,
        object_pairs_hook=lambda pairs: dict(reversed(pairs)),
    )
    if not isinstance(row, dict):
        raise ValueError("no object")
    # Python reads half of a surrogate pair, and cannot write it.
    json.dumps(row, ensure_ascii=False).encode()
    return row


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def decimal_text(number: str) -> str:
    """Without an exponent and without zeros that it need not have; exponents of more than three digits stay."""
    if re.search(r"[eE][+-]?\d{4}", number):
        return number
    text = f"{Decimal(number):f}"
    if not Decimal(number):
        return "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def clean(text: str) -> str | None:
    return re.sub(f"[{WHITE_SPACE}]+", " ", text).strip(" ") or None


def read_line(landed_date: dt.date, line: str) -> Version:
    """Reads a line as staging must: what cannot be read is null, and there is a reason for it."""
    version = Version(landed_date, line)
    try:
        row = read_json(line)
    except ValueError:
        version.reasons.append("not a JSON object")
        return version

    def text(name: str) -> str | None:
        match row.get(name):
            case None:
                return None
            case dict() | list():
                return Nested("{}")
            case bool() as value:
                return str(value).lower()
            case value:
                return clean(value)

    version.is_deleted = text("deleted") == "true"
    fields = version.fields
    fields |= {RENAMED.get(name, name): None if isinstance(value := text(name), Nested) else value for name in TEXTS}
    fields["city"] = fields["city"] and fields["city"].upper()
    if not fields["incident_id"]:
        version.reasons.append("no incident_id")
    for name, key in (("updated_at", ":updated_at"), ("row_ts", "row_ts")):
        stamp = re.sub(r"(Z|\+00:00)$", "", text(key) or "")
        fields[name] = None if stamp.startswith("0") else read_time(stamp)
    for name in ("start_time", "end_time"):
        fields[name] = read_time(text(name))
        if text(name) and not fields[name]:
            version.reasons.append(f"unreadable {name}")
        elif fields[name] and not is_plausible(fields[name], fields["row_ts"]):
            version.reasons.append(f"implausible {name}")
            fields[name] = None
    priority = read_integer(text("priority"))
    fields["priority"] = priority if priority in (0, 1, 2, 3, 4) else None
    if text("priority") and fields["priority"] is None:
        version.reasons.append("priority not 0-4")
    seconds = {name: read_integer(text(name)) for name in SPANS}
    if any(value is not None and value < 0 for value in seconds.values()):
        version.reasons.append("negative seconds")
    if any(text(name) and value is None for name, value in seconds.items()):
        version.reasons.append("unreadable seconds")
    for name, count in seconds.items():
        fields[f"{name}_seconds"] = None if count is None or count < 0 else count
    for name in BOX:
        fields[name] = read_degrees(text(name))
    if any(text(name) and fields[name] is None for name in BOX):
        version.reasons.append("unreadable coordinates")
    return version


def is_plausible(local_time: dt.datetime, row_ts: dt.datetime | None) -> bool:
    """From the year 2000 to a day after the county's clock when the row was read, if that is known."""
    if local_time < dt.datetime(2000, 1, 1):
        return False
    if row_ts is None:
        return True
    clock = row_ts.replace(tzinfo=dt.UTC).astimezone(COUNTY).replace(tzinfo=None)
    return local_time <= clock + dt.timedelta(days=1)


def read_time(text: str | None) -> dt.datetime | None:
    """A time to the millisecond, as the portal writes it. The year 0000, which Python lacks, is the early year 4."""
    match = re.fullmatch(r"([0-9]{4})(-[0-9-]{5})[T ]([0-9:]{8})(?:\.([0-9]+))?", text or "")
    if not match:
        return None
    year, day, time, fraction = match.groups()
    try:
        return dt.datetime.fromisoformat(f"{year if int(year) else '0004'}{day}T{time}.{(fraction or '')[:3]:0<3}")
    except ValueError:
        return None


def read_integer(text: str | None) -> int | None:
    return int(float(text)) if text and re.fullmatch(r"-?[0-9]{1,9}(\.0*)?", text) else None


def read_degrees(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]*)?", text) else None


def read_lines(landed: Sequence[tuple[str, str]]) -> list[Version]:
    """Reads all lines that are not blank, given as (landed date, line)."""
    return [read_line(dt.date.fromisoformat(date), line) for date, line in landed if clean(line)]


# ---- incidents ------------------------------------------------------------------------------------------------------


def expected_incidents(versions: Sequence[Version]) -> Mart:
    """The newest version of each incident, without those that were withdrawn, and what is derived of it."""
    groups_of_types = read_seed("incident_types.csv")
    road_classes = read_seed("road_suffixes.csv")
    by_id: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        if version.fields.get("incident_id") and "implausible start_time" not in version.reasons:
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
    is_telephone_report = any(re.search(r"\bTRS\b|TELEPHONE REPORTING UNIT", name) for name in types)
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
