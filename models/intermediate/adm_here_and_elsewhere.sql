-- One row per period, type, priority and top city with a timed incident: its ADM and that of the other top cities.
{{ config(materialized='table') }}

with pair_times as (

    select *
    from {{ ref('pair_times') }}
    where metric = 'dispatch_arrive' and place_kind = 'city'

),

compared as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        place as city,
        place_order as city_order,
        timed_incidents,
        total_seconds,
        mean_minutes,
        median_minutes,
        is_small_sample,
        count(*) over pairs as cities_compared,
        cast(sum(timed_incidents) over pairs as bigint) - timed_incidents as incidents_elsewhere,
        cast(sum(total_seconds) over pairs as bigint) - total_seconds as seconds_elsewhere
    from pair_times
    window pairs as (partition by period_id, pair)

),

final as (

    select
        *,
        {{ mean_minutes('seconds_elsewhere', 'incidents_elsewhere') }} as mean_minutes_elsewhere,
        1e0 * incidents_elsewhere / nullif(cities_compared - 1, 0) as incidents_elsewhere_mean
    from compared

)

select * from final
