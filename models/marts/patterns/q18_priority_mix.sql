-- One row per period, top city, compared type and priority: what share of the incidents has which priority?

with incidents_in_periods as (

    select *
    from {{ ref('incidents_in_periods') }}
    where priority is not null

),

compared_types as (

    select * from {{ ref('compared_types') }}

),

counted as (

    select
        compared_types.period_id,
        compared_types.city,
        compared_types.city_order,
        compared_types.initial_type,
        incidents_in_periods.priority,
        count(*) as incidents,
        compared_types.is_top_type,
        compared_types.city_incidents
    from incidents_in_periods
    inner join compared_types
        on incidents_in_periods.period_id = compared_types.period_id
        and incidents_in_periods.city = compared_types.city
        and incidents_in_periods.initial_type = compared_types.initial_type
    group by
        compared_types.period_id,
        compared_types.city,
        compared_types.city_order,
        compared_types.initial_type,
        incidents_in_periods.priority,
        compared_types.is_top_type,
        compared_types.city_incidents

),

summed as (

    select *, cast(sum(incidents) over (partition by period_id, city, initial_type) as bigint) as type_incidents
    from counted

),

final as (

    select
        period_id,
        city,
        city_order,
        initial_type,
        priority,
        incidents,
        is_top_type,
        type_incidents,
        {{ pct('incidents', 'city_incidents') }} as pct_of_city,
        {{ pct('incidents', 'type_incidents') }} as pct_of_type,
        {{ pct('type_incidents', 'city_incidents') }} as type_pct_of_city,
        city_incidents
    from summed

)

select * from final
