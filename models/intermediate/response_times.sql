-- One row per period or span before, kind of area, area and priority (and ALL): how long until the first unit came?
{{ config(materialized='table') }}

with response_incidents as (

    select * from {{ ref('response_incidents') }}

),

-- Judged once a row, and not once in each of the ten groups that a row is in.
within_minutes as (

    select
        *,
        case when calltime_arrive_seconds <= 300 then true end as is_within_5_minutes,
        case when calltime_arrive_seconds <= 600 then true end as is_within_10_minutes,
        case when calltime_arrive_seconds <= 900 then true end as is_within_15_minutes,
        case when calltime_arrive_seconds <= 1800 then true end as is_within_30_minutes
    from response_incidents

),

final as (

    select
        span_id,
        {{ area_kind() }} as area_kind,
        coalesce(city_area, district_area, sector_area, zip_area, 'ALL') as area,
        coalesce(cast(priority as varchar), 'ALL') as priority_label,
        count(*) as incidents,
        count(calltime_arrive_seconds) as timed_incidents,
        {{ percentile_of_sorted('calltime_arrive_seconds', 0.5) }} / 60e0 as call_to_arrive_median,
        {{ percentile_of_sorted('calltime_arrive_seconds', 0.9) }} / 60e0 as call_to_arrive_p90,
        {{ median_bound('calltime_arrive_seconds', 'low') }} / 60e0 as median_low_minutes,
        {{ median_bound('calltime_arrive_seconds', 'high') }} / 60e0 as median_high_minutes,
        count(is_within_5_minutes) as within_5,
        count(is_within_10_minutes) as within_10,
        count(is_within_15_minutes) as within_15,
        count(is_within_30_minutes) as within_30
    from within_minutes
    group by {{ by_area_and_priority() }}
    -- Of an incident without a readable priority, ALL alone.
    having grouping(priority) = 1 or priority is not null

)

select * from final
