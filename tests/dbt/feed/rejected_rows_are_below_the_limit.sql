-- The newest landed date, if more of its lines than var('rejected_error_pct') per cent could not be typed: a feed that has
-- changed its shape must not reach the marts. The test also asks for stg_incidents, so that dbt skips what is built from
-- that and not data_health, which tells of the trouble.
-- depends_on: {{ ref('stg_incidents') }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

)

select
    landed_date,
    count(*) as landed_rows,
    count(reject_reasons) as rejected_rows,
    {{ pct('count(reject_reasons)', 'count(*)') }} as rejected_pct
from lines
where landed_date = (select max(lines.landed_date) from lines)
group by landed_date
having {{ pct('count(reject_reasons)', 'count(*)') }} > {{ var('rejected_error_pct') }}e0
