-- One row per period, city and street: which streets of a city have the highest number of incidents?
{%- set street = 'period_number, city_number, street_number' %}

with streets_by_type as (

    -- 0 is the number of no city.
    select
        period_number, coalesce(city_number, 0) as city_number, street_number, type_number,
        block_incidents, intersection_incidents, incidents
    from {{ ref('streets_by_type') }}

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

names as (

    select * from {{ ref('names') }}

),

cities as (

    select q01.*, periods.sort_order as period_number, coalesce(names.number, 0) as city_number
    from {{ ref('q01_incidents_by_city') }} as q01
    inner join reporting_periods as periods on q01.period_id = periods.period_id
    left join names on names.kind = 'city' and q01.city = names.name

),

counted as (

    select
        {{ street }},
        cast(sum(block_incidents) as bigint) as block_incidents,
        cast(sum(intersection_incidents) as bigint) as intersection_incidents,
        cast(sum(incidents) as bigint) as incidents
    from streets_by_type
    group by {{ street }}

),

top_types as (

    {{ most_common('streets_by_type', street, 'type_number', 'sum(incidents)') }}

),

final as (

    select
        cities.period_id,
        cities.city,
        cities.city_order,
        streets.name as street,
        counted.block_incidents,
        counted.intersection_incidents,
        counted.incidents,
        {{ pct('counted.incidents', 'cities.incidents') }} as pct_of_city,
        rank() over (
            partition by counted.period_number, counted.city_number order by counted.block_incidents desc
        ) as street_rank,
        types.name as top_type
    from counted
    inner join cities on counted.period_number = cities.period_number and counted.city_number = cities.city_number
    inner join top_types
        on counted.period_number = top_types.period_number
        and counted.city_number = top_types.city_number
        and counted.street_number = top_types.street_number
    inner join names as streets on streets.kind = 'street' and counted.street_number = streets.number
    inner join names as types on types.kind = 'type' and top_types.type_number = types.number

)

select * from final
