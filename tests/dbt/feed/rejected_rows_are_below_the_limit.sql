-- The newest landed date, if more of its lines than var('rejected_error_pct') per cent could not be typed: a feed that
-- changed its shape must not reach the marts. The test depends on stg_incidents too, so that dbt skips what is built
-- from that, and not data_health, which tells of the trouble.
-- depends_on: {{ ref('stg_incidents') }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

),

newest as (

    select max(landed_date) as landed_date from lines

),

counted as (

    select lines.landed_date, count(*) as landed_rows, count(lines.reject_reasons) as rejected_rows
    from lines
    inner join newest on lines.landed_date = newest.landed_date
    group by lines.landed_date

)

select *
from counted
where {{ pct('rejected_rows', 'landed_rows') }} > {{ var('rejected_error_pct') }}e0
