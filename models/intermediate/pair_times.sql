-- One row per period, metric, kind of place, place and pair with a timed incident there: how long the pair takes.
{{ config(materialized='table') }}

with timed_incidents as (

    select *
    from {{ ref('timed_incidents') }}
    where pair is not null

),

final as (

    select
        period_id,
        metric,
        place_kind,
        place,
        place_order,
        initial_type,
        priority,
        pair,
        count(*) as timed_incidents,
        {{ total_seconds('timed') }} as total_seconds,
        {{ mean_minutes(total_seconds('timed'), 'count(*)') }} as mean_minutes,
        {{ percentile('timed_seconds', 0.5) }} / 60e0 as median_minutes,
        {{ median_bound('timed_seconds', 'low') }} / 60e0 as median_low_minutes,
        {{ median_bound('timed_seconds', 'high') }} / 60e0 as median_high_minutes,
        {{ percentile('timed_seconds', 0.9) }} / 60e0 as p90_minutes,
        {{ stddev_minutes('timed') }} as stddev_minutes,
        count(*) < {{ var('small_sample') }} as is_small_sample
    from timed_incidents
    group by period_id, metric, place_kind, place, place_order, initial_type, priority, pair

)

select * from final
