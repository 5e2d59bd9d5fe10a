-- One row per period, pair and top city with a timed incident of it elsewhere: the median of all those elsewhere.
{{ config(materialized='view') }}

with timed_incidents as (

    select *
    from {{ ref('timed_incidents') }}
    where metric = 'dispatch_arrive' and place_kind = 'city' and pair is not null

),

cities as (

    select period_id, pair, city
    from {{ ref('adm_here_and_elsewhere') }}

),

final as (

    select
        cities.period_id,
        cities.pair,
        cities.city,
        {{ percentile('timed_incidents.timed_seconds', 0.5) }} / 60e0 as median_minutes
    from cities
    inner join timed_incidents
        on cities.period_id = timed_incidents.period_id
        and cities.pair = timed_incidents.pair
        and cities.city <> timed_incidents.place
    group by cities.period_id, cities.pair, cities.city

)

select * from final
