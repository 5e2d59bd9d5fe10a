-- One row per landed line that could not be typed and reason why, with the line as it landed.
{{ config(materialized='view') }}

with lines as (

    select *
    from {{ ref('stg_landed_lines') }}
    where reject_reasons is not null

),

reasons (reason) as (

    values
    {%- for reason in reject_reasons() %}
    ('{{ reason }}'){{ ',' if not loop.last }}
    {%- endfor %}

),

rejected as (

    select
        lines.landed_date,
        lines.row_ts,
        lines.incident_id,
        reasons.reason,
        lines.line
    from lines
    inner join reasons on strpos(lines.reject_reasons, reasons.reason) > 0

)

select * from rejected
