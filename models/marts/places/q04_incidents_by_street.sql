-- One row per period and street: which streets have the highest number of incidents?
{%- set street = 'period_number, street_number' %}

with streets_by_type as (

    select * from {{ ref('streets_by_type') }}

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

names as (

    select * from {{ ref('names') }}

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

main_cities as (

    {{ most_common('streets_by_type', street, 'city_number', 'sum(incidents)') }}

),

top_types as (

    {{ most_common('streets_by_type', street, 'type_number', 'sum(incidents)') }}

),

final as (

    select
        periods.period_id,
        streets.name as street,
        counted.block_incidents,
        counted.intersection_incidents,
        counted.incidents,
        {{ pct('counted.incidents', 'periods.incidents') }} as pct_of_all,
        rank() over (partition by counted.period_number order by counted.block_incidents desc) as street_rank,
        cities.name as main_city,
        types.name as top_type,
        streets.name in (
            {%- for street in var('focus_streets') %}
            '{{ street | replace("'", "''") }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ) as is_focus_street
    from counted
    inner join top_types
        on counted.period_number = top_types.period_number and counted.street_number = top_types.street_number
    left join main_cities
        on counted.period_number = main_cities.period_number and counted.street_number = main_cities.street_number
    inner join reporting_periods as periods on counted.period_number = periods.sort_order
    inner join names as streets on streets.kind = 'street' and counted.street_number = streets.number
    inner join names as types on types.kind = 'type' and top_types.type_number = types.number
    left join names as cities on cities.kind = 'city' and main_cities.city_number = cities.number

)

select * from final
