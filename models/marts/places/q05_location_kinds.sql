-- One row per period, compared city, kind of location and class of road: are incidents at junctions or on main roads?

with incidents_in_compared_cities as (

    select * from {{ ref('incidents_in_compared_cities') }}

),

counted as (

    select
        period_id,
        city,
        city_order,
        coalesce(location_kind, '(none)') as location_kind,
        coalesce(road_class, '(none)') as road_class,
        count(*) as incidents
    from incidents_in_compared_cities
    group by period_id, city, city_order, coalesce(location_kind, '(none)'), coalesce(road_class, '(none)')

),

final as (

    select *, {{ pct('incidents', 'sum(incidents) over (partition by period_id, city)') }} as pct_of_city
    from counted

)

select * from final
