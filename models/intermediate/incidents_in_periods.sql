-- One row per period and incident that started in it. Details are no calls: no question counts them.
{{ config(materialized='view') }}

with incidents as (

    select *
    from {{ ref('incidents') }}
    where not is_detail

),

period_days as (

    select * from {{ ref('period_days') }}

),

top_cities as (

    select * from {{ ref('top_cities') }}

),

final as (

    select
        period_days.period_id,
        incidents.incident_id,
        coalesce(incidents.initial_type, '(none)') as initial_type,
        incidents.priority,
        coalesce(incidents.initial_type, '(none)') || ':' || cast(incidents.priority as varchar) as pair,
        coalesce(incidents.city, '(no city)') as city,
        top_cities.city_rank as city_order,
        coalesce(incidents.disposition, '(none)') as disposition,
        incidents.sector,
        incidents.police_district,
        incidents.pra,
        incidents.type_group,
        incidents.address,
        incidents.location_kind,
        incidents.street,
        incidents.cross_street,
        incidents.road_class,
        incidents.latitude,
        incidents.longitude,
        incidents.dispatch_arrive_seconds,
        incidents.arrive_cleared_seconds,
        incidents.missing_reason,
        incidents.start_date,
        incidents.start_hour,
        incidents.iso_weekday
    from incidents
    inner join period_days on incidents.start_date = period_days.start_date
    left join top_cities on incidents.city = top_cities.city

)

select * from final
