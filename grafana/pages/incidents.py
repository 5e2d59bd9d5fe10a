"""The incidents behind a number."""

from dataclasses import replace

from grafana import panels, sql
from grafana.columns import CITY, INITIAL_TYPE, MINUTES, PRIORITY, TIME, Column
from grafana.page import Band, Page, Row, question
from grafana.sql import Filter, Select
from grafana.variables import FromMart, Typed


def _end_of_period(name: str, column: str, without: str) -> FromMart:
    """One end of the chosen period, as text, for `incident_list` knows no periods. Always one row, so that the SQL of
    the panel stays SQL: where there is no such period, nothing began."""
    moment = f"COALESCE(CAST({column} AS varchar), {sql.literal(without)})"
    of_period = f"MAX(CASE WHEN {sql.PERIOD} THEN {moment} END)"
    text = f"SUBSTR(COALESCE({of_period}, {sql.literal(NEVER)}), 1, 19)"
    return FromMart(
        name, name, f"The {name} of the chosen period.", text, text, Select("reporting_periods"), is_computed=True
    )


NEVER = "9999-12-31 00:00:00"
BEGIN = _end_of_period("begin", "start_at", "0001-01-01 00:00:00")
END = _end_of_period("end", "end_at", NEVER)
ADDRESS = Typed("address", "Address has", "A part of the address, such as GEORGIA AVE; nothing is all.")


def page() -> Page:
    """The page."""
    return Page(name="incidents", own_variables=(BEGIN, END, ADDRESS), rows=[_incidents()])


def _incidents() -> Row:
    incidents = panels.table(
        "Incidents of the period, newest first: at most 500",
        "Officers' details are among them.",
        [
            Column("start_time", "Start", TIME, width=142),
            Column("address", "Address", width=150),
            CITY,
            replace(INITIAL_TYPE, header="Type"),
            PRIORITY,
            Column("disposition", "Disposition", width=214),
            Column("police_district", "District", is_hidden=True),
            Column("call_to_arrive_minutes", "Call to arrival (min)", MINUTES, width=70),
            Column("arrive_to_clear_minutes", "Arrival to clearing (min)", MINUTES, is_hidden=True),
            Column("missing_reason", "No time, because", is_hidden=True),
            Column("incident_id", "Incident", is_hidden=True),
        ],
        Select(
            "incident_list",
            where=(
                Filter("begin", "start_time >= CAST(${begin:sqlstring} AS timestamp)"),
                Filter("end", "start_time < CAST(${end:sqlstring} AS timestamp)"),
                sql.CITY,
                sql.fits("COALESCE(initial_type, '(none)')", "type"),
                sql.PRIORITY,
                Filter("address", "COALESCE(address, '') LIKE '%' || UPPER(${address:sqlstring}) || '%'"),
            ),
            order_by=("start_time DESC", "incident_id"),
            limit=500,
        ),
        "There is no such incident in this period.",
    )
    return question(
        26,
        """
        To look up what a number is made of. Times are local.
        """,
        [Band(20, [(19, incidents)])],
        answer_height=8,
        controls="The filters are those of the page that led here. As CSV: the panel's menu, *Inspect*, *Data*; there "
        "are the number of the incident, its district, the clearing time and why a time is missing, too.",
    )
