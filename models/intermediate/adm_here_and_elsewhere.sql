-- One row per period, type, priority and top city with a timed incident: its ADM and that of the other top cities.
{{ config(materialized='table') }}

with timed as (

    select *
    from {{ ref('incidents_in_periods') }}
    where dispatch_arrive_seconds is not null and pair is not null and city_order is not null

),

cities as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        city,
        city_order,
        count(*) as timed_incidents,
        {{ total_seconds('dispatch_arrive') }} as total_seconds
    from timed
    group by period_id, initial_type, priority, pair, city, city_order

),

compared as (

    select
        *,
        count(*) over pairs as cities_compared,
        cast(sum(timed_incidents) over pairs as bigint) - timed_incidents as incidents_elsewhere,
        cast(sum(total_seconds) over pairs as bigint) - total_seconds as seconds_elsewhere
    from cities
    window pairs as (partition by period_id, pair)

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
        total_seconds,
        cities_compared,
        {{ mean_minutes('total_seconds', 'timed_incidents') }} as mean_minutes,
        {{ mean_minutes('seconds_elsewhere', 'incidents_elsewhere') }} as mean_minutes_elsewhere,
        1e0 * incidents_elsewhere / nullif(cities_compared - 1, 0) as incidents_elsewhere_mean
    from compared

)

select * from final
