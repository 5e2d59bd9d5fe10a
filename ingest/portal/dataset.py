"""The county's dataset: its identifier on the portal and its fields."""

DATASET = "98cc-bc7d"
"""Police Dispatched Incidents, https://data.montgomerycountymd.gov/d/98cc-bc7d."""

STAGED_FIELDS = (
    "incident_id",
    "cr_number",
    "crash_reports",
    "start_time",
    "end_time",
    "priority",
    "initial_type",
    "close_type",
    "address",
    "city",
    "state",
    "zip",
    "longitude",
    "latitude",
    "police_district_number",
    "sector",
    "pra",
    "calltime_callroute",
    "calltime_dispatch",
    "calltime_arrive",
    "calltime_cleared",
    "callroute_dispatch",
    "dispatch_arrive",
    "arrive_cleared",
    "disposition_desc",
)
"""Names of the API, in the order of the dataset's columns: those that the warehouse reads (`stg_landed_lines`)."""

FIELDS = (*STAGED_FIELDS, "geolocation")
"""All that the dataset has. `geolocation` repeats longitude and latitude."""

NEEDED_FIELDS = ("incident_id", "start_time")
"""Without these a row is no incident: it cannot be told from others, or has no place in time."""

OWN_KEYS = ("deleted", "row_ts")
"""Keys of a landed line that are none of the dataset's: that it withdraws its incident, and when it was read."""

_STRINGS = frozenset({"text", "number"})
_TYPES_OF_OTHERS = {
    "start_time": frozenset({"calendar_date"}),
    "end_time": frozenset({"calendar_date"}),
    "geolocation": frozenset({"point"}),
}

COLUMN_TYPES = {field: _TYPES_OF_OTHERS.get(field, _STRINGS) for field in FIELDS}
"""The types (`dataTypeName`) of a column that are known of it. Text and numbers both come as strings of JSON."""

ID = ":id"
CREATED_AT = ":created_at"
UPDATED_AT = ":updated_at"
"""System fields, which the portal answers only where a query names them; stamps are UTC."""
