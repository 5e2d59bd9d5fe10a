-- One row per period, metric, focus type, top city with a timed incident of the type, and time bucket.
{{ config(materialized='table') }}

with timed_incidents as (

    select *
    from {{ ref('timed_incidents') }}
    where
        place_kind = 'city'
        and initial_type in (
            {%- for type in var('focus_types') %}
            '{{ type | replace("'", "''") }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

),

time_buckets as (

    select * from {{ ref('time_buckets') }}

),

cities as (

    select period_id, metric, initial_type, place as city, place_order as city_order, count(*) as timed_incidents
    from timed_incidents
    group by period_id, metric, initial_type, place, place_order

),

counted as (

    select
        timed_incidents.period_id,
        timed_incidents.metric,
        timed_incidents.initial_type,
        timed_incidents.place as city,
        time_buckets.bucket,
        count(*) as incidents
    from timed_incidents
    inner join time_buckets
        on timed_incidents.timed_seconds > time_buckets.over_seconds
        and timed_incidents.timed_seconds <= coalesce(time_buckets.up_to_seconds, timed_incidents.timed_seconds)
    group by
        timed_incidents.period_id,
        timed_incidents.metric,
        timed_incidents.initial_type,
        timed_incidents.place,
        time_buckets.bucket

),

-- A city with any timed incident has every bucket.
final as (

    select
        cities.*,
        time_buckets.bucket,
        time_buckets.bucket_order,
        time_buckets.up_to_seconds,
        coalesce(counted.incidents, 0) as incidents
    from cities
    cross join time_buckets
    left join counted
        on cities.period_id = counted.period_id
        and cities.metric = counted.metric
        and cities.initial_type = counted.initial_type
        and cities.city = counted.city
        and time_buckets.bucket = counted.bucket

)

select * from final
