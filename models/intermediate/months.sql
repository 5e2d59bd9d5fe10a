-- One row per month with any incident. A whole one has ended and lies within the data; a hole in it does not count.
{{ config(materialized='view') }}

with days as (

    select start_date, cast(date_trunc('month', start_date) as date) as month_start
    from {{ ref('incidents') }}
    group by start_date

),

landed as (

    select min(start_date) as first_date, max(start_date) as newest_date from days

),

final as (

    select distinct
        days.month_start,
        (
            landed.first_date <= days.month_start
            and landed.newest_date >= cast(days.month_start + interval '1' month - interval '1' day as date)
        ) as is_complete
    from days
    cross join landed

)

select * from final
