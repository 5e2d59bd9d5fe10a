-- One row per period, compared city, weekday and hour with any incident: when do incidents start?

with incidents_in_compared_cities as (

    select * from {{ ref('incidents_in_compared_cities') }}

),

counted as (

    select period_id, city, city_order, iso_weekday, start_hour, count(*) as incidents
    from incidents_in_compared_cities
    group by period_id, city, city_order, iso_weekday, start_hour

),

final as (

    select
        *,
        {{ pct('incidents', 'sum(incidents) over (partition by period_id, city)') }} as pct_of_city,
        substr('MonTueWedThuFriSatSun', iso_weekday * 3 - 2, 3) as day_name
    from counted

)

select * from final
