-- One row per period or span before, and incident in it that somebody drove to: its areas and times.
{{ config(materialized='view') }}

with incidents as (

    select * from {{ ref('incidents') }}
    -- Nobody drives to what is reported by telephone.
    where not is_detail and not is_telephone_report

),

response_days as (

    select * from {{ ref('response_days') }}

),

final as (

    select
        response_days.span_id,
        coalesce(incidents.city, '(none)') as city_area,
        coalesce(incidents.police_district, '(none)') as district_area,
        coalesce(incidents.sector, '(none)') as sector_area,
        coalesce(incidents.zip, '(none)') as zip_area,
        incidents.priority,
        incidents.calltime_dispatch_seconds,
        incidents.calltime_arrive_seconds,
        incidents.dispatch_arrive_seconds,
        incidents.arrive_cleared_seconds
    from incidents
    inner join response_days on incidents.start_date = response_days.start_date

)

select * from final
