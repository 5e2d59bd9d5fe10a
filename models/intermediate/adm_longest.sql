-- One row per period, pair and top city with a timed incident: the one that took longest to reach.
{{ config(materialized='view') }}

with timed as (

    select
        *,
        row_number() over (
            partition by period_id, pair, city order by dispatch_arrive_seconds desc, incident_id asc
        ) as nth_by_length
    from {{ ref('incidents_in_periods') }}
    where dispatch_arrive_seconds is not null and pair is not null and city_order is not null

),

final as (

    select
        period_id,
        pair,
        city,
        incident_id,
        dispatch_arrive_seconds,
        arrive_cleared_seconds
    from timed
    where nth_by_length = 1

)

select * from final
