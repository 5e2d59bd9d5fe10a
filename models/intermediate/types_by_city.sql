-- One row per period, compared city (top cities and ALL) and type that occurs there.
{{ config(materialized='table') }}

with incidents_in_compared_cities as (

    select * from {{ ref('incidents_in_compared_cities') }}

),

counted as (

    select period_id, city, city_order, initial_type, count(*) as incidents
    from incidents_in_compared_cities
    group by period_id, city, city_order, initial_type

),

final as (

    select
        *,
        rank() over (partition by period_id, city order by incidents desc) as type_rank,
        cast(sum(incidents) over (partition by period_id, city) as bigint) as city_incidents
    from counted

)

select * from final
