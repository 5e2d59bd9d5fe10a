-- One row per landed line that could not be typed and reason why, with the line as it landed.
{{ config(materialized='view') }}

with lines as (

    select *
    from {{ ref('stg_landed_lines') }}
    where reject_reasons is not null

),

rejected as (

    select lines.landed_date, lines.row_ts, lines.incident_id, reasons.reason, lines.line
    from lines
    cross join unnest(lines.reject_reasons) as reasons (reason)

)

select * from rejected
