-- One row per period and day of it that has incidents. Details are no calls: no question counts them.
{{ config(materialized='view') }}

with reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

days as (

    select distinct start_date from {{ ref('incidents') }}
    where not is_detail

),

final as (

    select
        reporting_periods.period_id,
        cast(reporting_periods.sort_order as integer) as period_number,
        days.start_date
    from reporting_periods
    cross join days
    where
        (reporting_periods.start_at is null or days.start_date >= reporting_periods.start_at)
        and (reporting_periods.end_at is null or days.start_date < reporting_periods.end_at)

)

select * from final
