"""What the warehouse can read of a landed row. What it cannot read is refused before it lands.

The patterns are those of macros/typing.sql, and a test holds them equal. The warehouse takes texts whose white space it
has cleaned (`clean_text`), and a JSON number by its decimal text. A value that it reads and then rejects, such as
priority 7, is readable.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from ingest.portal.dataset import STAGED_FIELDS, UPDATED_AT
from ingest.times import is_in_future, utc_now, utc_stamp

SECONDS = (
    "calltime_callroute",
    "calltime_dispatch",
    "calltime_arrive",
    "calltime_cleared",
    "callroute_dispatch",
    "dispatch_arrive",
    "arrive_cleared",
)
TIMES = ("start_time", "end_time")
DEGREES = ("longitude", "latitude")
NUMERALS = ("cr_number", "crash_reports", "zip", "pra")
"""Texts of digits, whose leading zeros matter."""

WHOLE_NUMBER = "^-?[0-9]{1,9}([.]0*)?$"
DECIMAL_DEGREES = "^-?[0-9]{1,3}([.][0-9]*)?$"
LOCAL_TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?$"
UTC_TIME = "^[1-9][0-9]{3}" + LOCAL_TIME.removeprefix("^[0-9]{4}").removesuffix("$") + "(Z|[+]00:00)?$"

_WHOLE_NUMBER, _DECIMAL_DEGREES = re.compile(WHOLE_NUMBER), re.compile(DECIMAL_DEGREES)
_LOCAL_TIME, _UTC_TIME = re.compile(LOCAL_TIME), re.compile(UTC_TIME)

MISSING_MARKS = frozenset(
    (
        "NA",
        "N/A",
        "n/a",
        "#N/A",
        "#NA",
        "#N/B",
        "#N/D",
        "#NV",
        "<NA>",
        "NaN",
        "nan",
        "-nan",
        "-NaN",
        "-nan(ind)",
        "NaT",
        "NULL",
        "Null",
        "null",
        "(null)",
        "[NULL]",
        "<NULL>",
        "None",
        "none",
        "\\N",
    )
)
"""What other programs write for a value that is missing, or that they could not reckon.

`#NV` and its like are a spreadsheet's `#N/A` in other languages. The county's texts are in capitals, so that `NONE` may
be a value, and `None` is what Python writes for none at all.
"""

_ERROR_MARK = re.compile(r"#[¡¿]?[^\W\d_]{3}[^\s#]*[!?]|Err:\d{3}|-?\d\.#[A-Z]{3,4}\d*")
"""What spreadsheets show of a formula that they cannot reckon, in any language (`#REF!`, `#WERT!`, `#¿NOMBRE?`,
LibreOffice's `Err:502`), and Windows' programs of a number that is none (`1.#QNAN`)."""

WHITE_SPACE = "\\x00-\\x20\\x7F-\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF"
_BLANKS = re.compile(f"[{WHITE_SPACE}]+")
_BLANK = re.compile(f"[{WHITE_SPACE}]*")
_MOST_SHOWN_CHARACTERS = 60

_AFTER_CLOCK = r".*\d:\d\d(:\d\d)?([.,]\d+)?( ?[AP]\.?M\.?)?"
_ZONE = re.compile(
    rf"{_AFTER_CLOCK} ?(Z|[A-Z]{{3,4}}|[A-Z]+/[A-Z_/]+|(UTC|GMT)?[+-]\d\d?(:?\d\d)?|(?=[(\[]))( ?\(.*\)|\[.*\])?",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r".*?\b(\d\d?):\d\d.*[AP]\.?M\.?", re.IGNORECASE)
_DAY_ALONE = re.compile(r"\d{8}|(?!\d+$)[^:.]*\d[^:.]*")
_SHORT_YEAR = re.compile(r"(\d\d?[/.-]){2}\d\d\b.*")
_DECIMAL_COMMA = re.compile(r"-?\d{1,3},\d+")
_E_NOTATION = re.compile(r"-?\d([.,]\d*)?E[+-]?\d+", re.IGNORECASE)


def is_whole_number(text: str) -> bool:
    """Whether it is an integer; ``138.0`` is one."""
    return bool(_WHOLE_NUMBER.fullmatch(text))


def is_degrees(text: str) -> bool:
    """Whether it is a number of degrees, with or without decimals."""
    return bool(_DECIMAL_DEGREES.fullmatch(text))


def is_local_time(text: str) -> bool:
    """Whether it is a local wall-clock time without a zone."""
    return bool(_LOCAL_TIME.fullmatch(text)) and _is_on_the_calendar(text)


def is_utc_time(text: str) -> bool:
    """Whether it is a time in UTC, with its mark or without."""
    return bool(_UTC_TIME.fullmatch(text)) and _is_on_the_calendar(text)


def _is_stamp(text: str) -> bool:
    """Whether it is a time in UTC that has come, for a version of the future would win over all later ones."""
    return is_utc_time(text) and not is_in_future(datetime.fromisoformat(text).replace(tzinfo=UTC), utc_now())


def _is_on_the_calendar(text: str) -> bool:
    # The warehouse has a year 0000, which is a leap year too.
    year = text[:4] if text[:4] != "0000" else "2000"
    try:
        date.fromisoformat(year + text[4:10])
    except ValueError:
        return False
    return True


def clean(text: str) -> str:
    """Trims a text, and makes one blank of each run of white space and control characters."""
    return _BLANKS.sub(" ", text).strip(" ")


def is_blank(text: str) -> bool:
    """Whether nothing is left of a text that is cleaned; of a long text that has any, the first character tells."""
    return bool(_BLANK.fullmatch(text))


def is_withdrawn(row: Mapping[str, object]) -> bool:
    """Whether a row says that the portal no longer has its incident."""
    deleted = row.get("deleted")
    return deleted is True or (isinstance(deleted, str) and clean(deleted) == "true")


def fault_in(row: Mapping[str, object]) -> tuple[str, str] | None:
    """A field of a row that the warehouse cannot read, and a sentence on it; none where it can read all."""
    incident_id = row.get("incident_id")
    if incident_id is not None and not isinstance(incident_id, str):
        return "incident_id", f"{shown(incident_id)} is no text"
    if incident_id is not None and _has_apostrophe(incident_id):
        return "incident_id", _explain_apostrophe(incident_id)
    for field in _TEXTS:
        if isinstance(row.get(field), (dict, list)):
            return field, f"{shown(row[field])} is no text"
    for field, (is_readable, explain) in _KINDS.items():
        value = row.get(field)
        if value is None:
            continue
        text = value if isinstance(value, str) else decimal_text(value)
        if not is_readable(text):
            text = clean(text)
            if text and not is_readable(text):
                return field, explain(text)
    return None


def shown(value: object) -> str:
    """A value of a file for a sentence: in quotation marks, cut, without control characters."""
    text = json.dumps(value, default=float) if isinstance(value, (dict, list)) else str(value)
    return repr(text if len(text) <= _MOST_SHOWN_CHARACTERS else f"{text[:_MOST_SHOWN_CHARACTERS]}...")


def is_missing_mark(text: str) -> bool:
    """Whether a text stands for a value that is missing, or that a spreadsheet could not reckon or had no room for."""
    if text in MISSING_MARKS:
        return True
    # Most texts have neither, and need no pattern.
    if "#" not in text and not text.startswith("Err:"):
        return False
    return _is_too_narrow(text) or bool(_ERROR_MARK.fullmatch(text))


def missing_mark(text: str) -> str:
    """The sentence on a text of which `is_missing_mark` is true."""
    if _is_too_narrow(text):
        return f"{shown(text)} is what a spreadsheet shows of a column that is too narrow: widen it, and save it anew"
    return f"{shown(text)} stands for a missing value: leave that empty (null in JSON)"


def _is_too_narrow(text: str) -> bool:
    return text.startswith("###") and not text.strip("#")


def blank_before_mark(text: str) -> str:
    """The sentence on a cell whose quotation mark comes behind a blank."""
    return f"{shown(text)} has a blank before its quotation mark, which is then one of the text: delete that blank"


def decimal_text(value: object) -> str:
    """The text of a value that is none: of a JSON number that in decimals, without an exponent."""
    is_moderate = isinstance(value, Decimal) and abs(value.adjusted()) < 100
    return f"{value:f}" if is_moderate else str(value)


def _has_apostrophe(text: str) -> bool:
    return clean(text).startswith("'")


def _explain_apostrophe(text: str) -> str:
    return f"{shown(text)} has an apostrophe that a spreadsheet put before it: delete that"


def _explain_time(text: str) -> str:
    example = "such as 2018-12-06T15:40:42.000 or, in CSV, 12/06/2018 03:40:42 PM"
    if is_missing_mark(text):
        return missing_mark(text)
    if _ZONE.fullmatch(text):
        return f"{shown(text)} has a zone: write the time of the county's clock, without one, {example}"
    if _DAY_ALONE.fullmatch(text):
        return f"{shown(text)} has no time of day: a time is one {example}"
    if _SHORT_YEAR.fullmatch(text):
        return f"{shown(text)} has a year of two digits: write a time {example}"
    half_day = _HALF_DAY.fullmatch(text)
    if half_day and not 1 <= int(half_day[1]) <= 12:
        return f"{shown(text)} is no time: with AM and PM, hours go from 1 to 12"
    return f"{shown(text)} is no time {example}"


def _explain_stamp(text: str) -> str:
    if is_utc_time(text):
        return (
            f"{shown(text)} is more than a day ahead of this machine's clock ({utc_stamp(utc_now())}), and would hide "
            "all later versions: look at that clock, or put the time right"
        )
    return f"{shown(text)} is no time in UTC such as 2026-11-24T16:05:00.000Z"


def _explain_seconds(text: str) -> str:
    if is_missing_mark(text):
        return missing_mark(text)
    return f"{shown(text)} is no whole number of seconds such as 1252"


def _explain_priority(text: str) -> str:
    if is_missing_mark(text):
        return missing_mark(text)
    return f"{shown(text)} is no number: a priority is one from 0 to 4"


def _explain_degrees(text: str) -> str:
    if is_missing_mark(text):
        return missing_mark(text)
    if _DECIMAL_COMMA.fullmatch(text):
        return f"{shown(text)} has a decimal comma: write {text.replace(',', '.')}"
    return f"{shown(text)} is no number of degrees such as 39.0345"


def _has_all_digits_alone(text: str) -> bool:
    return text.isdecimal() or not (_has_apostrophe(text) or _E_NOTATION.fullmatch(clean(text)))


def _explain_numerals(text: str) -> str:
    if _has_apostrophe(text):
        return _explain_apostrophe(text)
    return f"{shown(text)} has lost digits in a spreadsheet: give that column the format of a text there"


_Kind = tuple[Callable[[str], bool], Callable[[str], str]]
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(TIMES, (is_local_time, _explain_time)),
    "priority": (is_whole_number, _explain_priority),
    **dict.fromkeys(SECONDS, (is_whole_number, _explain_seconds)),
    **dict.fromkeys(DEGREES, (is_degrees, _explain_degrees)),
    **dict.fromkeys(NUMERALS, (_has_all_digits_alone, _explain_numerals)),
    **dict.fromkeys((UPDATED_AT, "row_ts"), (_is_stamp, _explain_stamp)),
}
"""Whether a field's text can be read, and what to say of one that cannot."""

_TEXTS = tuple(field for field in STAGED_FIELDS if field not in _KINDS or field in NUMERALS)
"""Of an object or a list in one of these the warehouse makes null."""
