-- One row per period and city: which cities have the highest number of incidents?

with incidents_in_periods as (

    select * from {{ ref('incidents_in_periods') }}

),

counted as (

    select period_id, city, city_order, count(*) as incidents
    from incidents_in_periods
    group by period_id, city, city_order

),

final as (

    select
        period_id,
        city,
        city_order,
        incidents,
        {{ pct('incidents', 'sum(incidents) over (partition by period_id)') }} as pct_of_all,
        rank() over (partition by period_id order by incidents desc) as city_rank,
        city_order is not null as is_top_city
    from counted

)

select * from final
