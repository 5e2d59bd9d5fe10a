"""Records in the portal's JSON shape: text values, no key for what is missing, and the portal's own fields."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from county.habits import COLLISION, CRASH_REPORT_SHARE, CRIME_REPORT_SHARE, CRIMES
from sample.published import Metric
from sample.records import Record

# The numbers given out by 2024-06-10 and the greatest step to the next one: about 1,097 incident numbers a day since
# New Year, of which the dataset has about half.
INCIDENT_NUMBER, INCIDENT_STEP = 176_618, 6
REPORT_NUMBER, REPORT_STEP = 26_000, 3
CRASH_NUMBER, CRASH_STEP = 31_000, 2

# A collision with injuries is reported as a crime is.
REPORTED = (*CRIMES, "INJRY")

ROW_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def portal_rows(records: list[Record], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the rows, oldest first. Ids start with S where the county's start with P."""
    incident, report, crash = INCIDENT_NUMBER, REPORT_NUMBER, CRASH_NUMBER
    for record in sorted(records, key=lambda r: (r.start_time, r.address, r.initial_type)):
        incident += rng.randint(1, INCIDENT_STEP)
        report += rng.randint(1, REPORT_STEP)
        crash += rng.randint(1, CRASH_STEP)
        is_reported = any(word in record.disposition for word in REPORTED)
        has_report = is_reported and rng.random() < CRIME_REPORT_SHARE
        has_crash = COLLISION in record.disposition and rng.random() < CRASH_REPORT_SHARE
        row = {
            "incident_id": f"S24{incident:08d}",
            "cr_number": f"24{report:07d}" if has_report else None,
            "crash_reports": f"24{crash:07d}" if has_crash else None,
            **_fields(record),
            **_system_fields(record, rng),
        }
        yield {name: value for name, value in row.items() if value is not None}


def _fields(record: Record) -> dict[str, Any]:
    latitude, longitude = record.position
    latitude_decimals, longitude_decimals = record.decimals
    times, seconds = record.call_times, record.seconds
    return {
        "start_time": record.start_time.isoformat(timespec="milliseconds"),
        "end_time": record.end_time.isoformat(timespec="milliseconds"),
        "priority": record.priority,
        "initial_type": record.initial_type,
        "close_type": record.close_type,
        "address": record.address,
        "city": record.city,
        "state": "MD",
        "zip": record.area.zip_code,
        "longitude": f"{longitude:.{longitude_decimals}f}",
        "latitude": f"{latitude:.{latitude_decimals}f}",
        "police_district_number": record.area.district,
        "sector": record.area.sector,
        "pra": record.pra,
        "calltime_callroute": _text(times.callroute),
        "calltime_dispatch": _text(times.dispatch),
        "calltime_arrive": _text(times.arrive),
        "calltime_cleared": _text(times.cleared),
        "callroute_dispatch": _text(times.callroute_dispatch),
        "dispatch_arrive": _text(seconds.get(Metric.DISPATCH_ARRIVE)),
        "arrive_cleared": _text(seconds.get(Metric.ARRIVE_CLEARED)),
        "disposition_desc": record.disposition,
        "geolocation": {"type": "Point", "coordinates": [round(longitude, 4), round(latitude, 4)]},
    }


def _system_fields(record: Record, rng: random.Random) -> dict[str, str]:
    """The portal's row id and its stamps (UTC): it publishes four times a day, some hours after an incident's end."""
    code = "".join(rng.choices(ROW_ID_LETTERS, k=12))
    release = record.end_time + dt.timedelta(hours=10 - record.end_time.hour % 6)
    stamp = f"{release:%Y-%m-%dT%H}:09:{17 + release.hour}.{release.day * 31}Z"
    return {":id": f"row-{code[:4]}.{code[4:8]}-{code[8:]}", ":created_at": stamp, ":updated_at": stamp}


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
