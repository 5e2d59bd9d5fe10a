-- One row per period and street: which streets have the highest number of incidents?

with streets_of_incidents as (

    select * from {{ ref('streets_of_incidents') }}

),

period_totals as (

    select * from {{ ref('period_totals') }}

),

counted as (

    select
        period_id,
        street,
        count(*) filter (where location_kind = 'block') as block_incidents,
        count(*) filter (where location_kind = 'intersection') as intersection_incidents,
        count(*) as incidents
    from streets_of_incidents
    group by period_id, street

),

main_cities as (

    {{ most_common('streets_of_incidents', 'period_id, street', 'city') }}

),

top_types as (

    {{ most_common('streets_of_incidents', 'period_id, street', 'initial_type') }}

),

final as (

    select
        counted.period_id,
        counted.street,
        counted.block_incidents,
        counted.intersection_incidents,
        counted.incidents,
        {{ pct('counted.incidents', 'period_totals.incidents') }} as pct_of_all,
        rank() over (partition by counted.period_id order by counted.block_incidents desc) as street_rank,
        main_cities.city as main_city,
        top_types.initial_type as top_type,
        counted.street in (
            {%- for street in var('focus_streets') %}
            '{{ street }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ) as is_focus_street
    from counted
    inner join period_totals on counted.period_id = period_totals.period_id
    left join main_cities on counted.period_id = main_cities.period_id and counted.street = main_cities.street
    left join top_types on counted.period_id = top_types.period_id and counted.street = top_types.street

)

select * from final
