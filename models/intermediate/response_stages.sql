-- One row per period, kind of area, area and priority (and ALL): the medians of the stages from the call to clearing.
{#- Apart from response_times: Athena has all values of all groups in memory, for each column of a statement. -#}
{{ config(materialized='table') }}

with response_incidents as (

    select * from {{ ref('response_incidents') }}

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

of_periods as (

    select response_incidents.*
    from response_incidents
    where response_incidents.span_id in (select reporting_periods.period_id from reporting_periods)

),

final as (

    select
        span_id as period_id,
        {{ area_kind() }} as area_kind,
        coalesce(city_area, district_area, sector_area, zip_area, 'ALL') as area,
        coalesce(cast(priority as varchar), 'ALL') as priority_label,
        {{ percentile('calltime_dispatch_seconds', 0.5) }} / 60e0 as call_to_dispatch_median,
        {{ percentile('dispatch_arrive_seconds', 0.5) }} / 60e0 as dispatch_to_arrive_median,
        {{ percentile('arrive_cleared_seconds', 0.5) }} / 60e0 as arrive_to_clear_median
    from of_periods
    group by {{ by_area_and_priority() }}
    having grouping(priority) = 1 or priority is not null

)

select * from final
