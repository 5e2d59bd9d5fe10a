-- The landed lines of the newest date that could not be typed, once each: warns above var('rejected_warn_rows').
-- depends_on: {{ ref('stg_incidents') }}
{{ config(severity='warn', warn_if='> ' ~ var('rejected_warn_rows')) }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

)

select landed_date, row_ts, incident_id, reject_reasons, line
from lines
where
    reject_reasons is not null
    and landed_date = (select max(lines.landed_date) from lines)
