-- One row per compared city, group of types (and ALL) and month with any incident: its counts and whole seconds.
{{ config(materialized='view') }}
{%- set counts = 'incidents, arrive_timed, arrive_seconds, cleared_timed, cleared_seconds' %}

with incidents as (

    select *, cast(date_trunc('month', start_date) as date) as month_start
    from {{ ref('incidents') }}
    where not is_detail

),

top_cities as (

    select * from {{ ref('top_cities') }}

),

monthly as (

    select
        incidents.month_start,
        top_cities.city,
        top_cities.city_rank as city_order,
        incidents.type_group,
        count(*) as incidents,
        count(incidents.dispatch_arrive_seconds) as arrive_timed,
        {{ total_seconds('incidents.dispatch_arrive') }} as arrive_seconds,
        count(incidents.arrive_cleared_seconds) as cleared_timed,
        {{ total_seconds('incidents.arrive_cleared') }} as cleared_seconds
    from incidents
    left join top_cities on incidents.city = top_cities.city
    group by incidents.month_start, top_cities.city, top_cities.city_rank, incidents.type_group

),

by_city as (

    select month_start, city, city_order, type_group, {{ counts }}
    from monthly
    where city is not null
    union all
    select month_start, 'ALL', 0, type_group, {{ counts }}
    from monthly

),

by_group as (

    select month_start, city, city_order, type_group, {{ counts }}
    from by_city
    union all
    select month_start, city, city_order, 'ALL', {{ counts }}
    from by_city

),

final as (

    select
        city,
        city_order,
        type_group,
        month_start,
        cast(sum(incidents) as bigint) as incidents,
        cast(sum(arrive_timed) as bigint) as arrive_timed,
        cast(sum(arrive_seconds) as bigint) as arrive_seconds,
        cast(sum(cleared_timed) as bigint) as cleared_timed,
        cast(sum(cleared_seconds) as bigint) as cleared_seconds
    from by_group
    group by city, city_order, type_group, month_start

)

select * from final
