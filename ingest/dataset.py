"""The county's dataset: its identifier on the portal and its fields."""

DATASET = "98cc-bc7d"
"""Police Dispatched Incidents, https://data.montgomerycountymd.gov/d/98cc-bc7d."""

FIELDS = (
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
    "geolocation",
)
"""Names of the API, in the order of the dataset's columns. `geolocation` repeats longitude and latitude."""

ID = ":id"
CREATED_AT = ":created_at"
UPDATED_AT = ":updated_at"
"""System fields, which the portal answers only where a query names them; stamps are UTC."""
