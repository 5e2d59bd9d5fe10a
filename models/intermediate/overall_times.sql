-- One row per period, metric and kind of place with a timed incident: the mean of all, with or without a priority.
{{ config(materialized='view') }}

with timed_incidents as (

    select * from {{ ref('timed_incidents') }}

),

final as (

    select
        period_id,
        metric,
        place_kind,
        {{ mean_minutes(total_seconds('timed'), 'count(*)') }} as overall_mean_minutes
    from timed_incidents
    group by period_id, metric, place_kind

)

select * from final
