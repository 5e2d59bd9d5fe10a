-- One row per period, type, priority and top city that is both busier and slower to arrive than the others.

with busier_cities as (

    select * from {{ ref('busier_cities') }}

),

final as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        city,
        city_order,
        timed_incidents,
        mean_minutes,
        incidents_elsewhere_mean,
        mean_minutes_elsewhere,
        slower_by_minutes,
        busier_by_incidents,
        is_small_sample
    from busier_cities
    where slower_by_minutes > 0

)

select * from final
