-- One row per period, top city, compared type and disposition: which combinations are the most common, and where?

with dispositions_of_compared_types as (

    select * from {{ ref('dispositions_of_compared_types') }}

),

all_top_cities as (

    select count(*) as cities from {{ ref('top_cities') }}

),

counted as (

    select
        *,
        count(*) over (partition by period_id, initial_type, disposition) as cities_with_it,
        cast(
            sum(incidents) over (partition by period_id, initial_type, disposition) as bigint
        ) as incidents_all_top_cities
    from dispositions_of_compared_types

),

with_top_cities as (

    select counted.*, all_top_cities.cities as top_cities
    from counted
    cross join all_top_cities

),

final as (

    select
        period_id,
        city,
        city_order,
        initial_type,
        disposition,
        incidents,
        is_top_type,
        case
            when is_top_type then rank() over (partition by period_id, city, is_top_type order by incidents desc)
        end as combination_rank,
        {{ pct('incidents', 'city_incidents') }} as pct_of_city,
        cities_with_it = top_cities as in_all_top_cities,
        incidents_all_top_cities
    from with_top_cities

)

select * from final
