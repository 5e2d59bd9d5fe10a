-- One row per period, type, priority and top city that is busier with the pair than the other top cities.
{{ config(materialized='view') }}

with adm_here_and_elsewhere as (

    select * from {{ ref('adm_here_and_elsewhere') }}

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
        mean_minutes - mean_minutes_elsewhere as slower_by_minutes,
        timed_incidents - incidents_elsewhere_mean as busier_by_incidents,
        is_small_sample
    from adm_here_and_elsewhere
    where timed_incidents > incidents_elsewhere_mean

)

select * from final
