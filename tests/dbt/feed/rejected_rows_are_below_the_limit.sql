-- The landed dates among those judged of which var('rejected_error_rows') lines or more could not be typed, and these
-- are more than var('rejected_error_pct') per cent: a feed that changed its shape must not reach the marts. The test
-- depends on stg_incidents too, so that dbt skips what is built from that, and not data_health, which tells of the
-- trouble.
-- depends_on: {{ ref('stg_incidents') }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

),

judged as (

    {{ judged_dates(ref('stg_landed_lines')) }}

),

judged_lines as (

    select lines.*
    from lines
    inner join judged on lines.landed_date = judged.landed_date

),

counted as (

    select landed_date, count(*) as landed_rows, count(reject_reasons) as rejected_rows
    from judged_lines
    group by landed_date

),

reasons as (

    select judged_lines.landed_date, each_reason.reason, count(*) as rejected_rows
    from judged_lines
    cross join unnest(judged_lines.reject_reasons) as each_reason (reason)
    group by judged_lines.landed_date, each_reason.reason

),

told as (

    select
        landed_date,
        array_agg(cast(rejected_rows as varchar) || ' ' || reason order by rejected_rows desc, reason asc) as reasons
    from reasons
    group by landed_date

)

select
    counted.landed_date,
    counted.landed_rows,
    counted.rejected_rows,
    'Of the ' || {{ format_count('counted.landed_rows') }}
    || ' lines that landed on ' || cast(counted.landed_date as varchar) || ', '
    || {{ format_count('counted.rejected_rows') }} || ' were rejected: '
    || {{ join_texts('told.reasons', "', '") }} || '. The lines are in '
    || '{{ generate_schema_name('staging') }}.stg_incidents_rejected. If they may be missing, raise var '
    || 'rejected_error_pct ({{ var('rejected_error_pct') }} %) or '
    || 'rejected_error_rows ({{ var('rejected_error_rows') }} rows).' as problem
from counted
inner join told on counted.landed_date = told.landed_date
where
    counted.rejected_rows >= {{ var('rejected_error_rows') }}
    and {{ pct('counted.rejected_rows', 'counted.landed_rows') }} > {{ var('rejected_error_pct') }}e0
