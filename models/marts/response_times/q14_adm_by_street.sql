-- One row per period, type, priority and focus street with a timed incident: how do ADMs differ between the streets?

with pair_comparison as (

    select *
    from {{ ref('pair_comparison') }}
    where metric = 'dispatch_arrive' and place_kind = 'street'

),

final as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        place as street,
        place_order as street_order,
        timed_incidents,
        mean_minutes,
        median_minutes,
        median_low_minutes,
        median_high_minutes,
        p90_minutes,
        stddev_minutes,
        places_compared as streets_compared,
        place_rank as street_rank,
        is_best,
        is_worst,
        spread_minutes,
        ratio,
        variation,
        is_small_sample,
        comparable_n,
        firm_least_minutes,
        firm_greatest_minutes,
        firm_spread_minutes,
        firm_variation,
        firm_rank,
        is_clear,
        overall_mean_minutes,
        consistency
    from pair_comparison

)

select * from final
