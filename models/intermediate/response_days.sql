-- One row per period, or span that one is compared with, and day of it that has incidents.
{{ config(materialized='view') }}

with spans as (

    select period_id as span_id, cast(start_at as date) as start_date, cast(end_at as date) as end_date
    from {{ ref('reporting_periods') }}
    union all
    select before_id, before_start, before_end
    from {{ ref('periods_before') }}
    where before_id like '% before'

),

days as (

    select distinct start_date from {{ ref('incidents') }}

),

final as (

    select spans.span_id, days.start_date
    from spans
    inner join days
        on (spans.start_date is null or spans.start_date <= days.start_date)
        and (spans.end_date is null or spans.end_date > days.start_date)

)

select * from final
