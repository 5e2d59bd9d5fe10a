-- One row per period, type and compared city: how do the shares of a type differ between the cities?

with types_by_city as (

    select * from {{ ref('types_by_city') }}

),

cities as (

    select distinct period_id, city, city_order, city_incidents from types_by_city

),

types as (

    select distinct period_id, initial_type
    from types_by_city
    where city <> 'ALL'

),

-- A city without any incident of the type has a row too.
shares as (

    select
        types.period_id,
        types.initial_type,
        cities.city,
        cities.city_order,
        coalesce(types_by_city.incidents, 0) as incidents,
        cities.city_incidents,
        {{ pct('coalesce(types_by_city.incidents, 0)', 'cities.city_incidents') }} as pct_of_city
    from types
    inner join cities on types.period_id = cities.period_id
    left join types_by_city
        on types.period_id = types_by_city.period_id
        and types.initial_type = types_by_city.initial_type
        and cities.city = types_by_city.city

),

compared as (

    select
        *,
        max(case when city = 'ALL' then pct_of_city end) over (partition by period_id, initial_type) as pct_of_all,
        first_value(city) over (
            partition by period_id, initial_type
            order by case when city <> 'ALL' then pct_of_city end desc nulls last, city asc
        ) as highest_city
    from shares

),

final as (

    select *, pct_of_city - pct_of_all as difference_points
    from compared

)

select * from final
