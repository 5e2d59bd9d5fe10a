-- The landed lines of the dates judged that could not be typed, once each: warns above var('rejected_warn_rows').
-- depends_on: {{ ref('stg_incidents') }}
{{ config(severity='warn', warn_if='> ' ~ var('rejected_warn_rows')) }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

),

judged as (

    {{ judged_dates(ref('stg_landed_lines')) }}

)

select
    lines.landed_date,
    lines.row_ts,
    lines.incident_id,
    lines.line,
    coalesce(lines.incident_id, 'A line') || ', landed on ' || cast(lines.landed_date as varchar) || ': '
    || {{ join_texts('lines.reject_reasons', "', '") }} || '.' as problem
from lines
inner join judged on lines.landed_date = judged.landed_date
where lines.reject_reasons is not null
