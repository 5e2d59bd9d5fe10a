-- One row per period, top city, compared type and disposition, as far as they occur in the city.
{{ config(materialized='table') }}

with incidents_in_periods as (

    select * from {{ ref('incidents_in_periods') }}

),

compared_types as (

    select * from {{ ref('compared_types') }}

),

final as (

    select
        compared_types.period_id,
        compared_types.city,
        compared_types.city_order,
        compared_types.initial_type,
        incidents_in_periods.disposition,
        count(*) as incidents,
        compared_types.is_top_type,
        compared_types.type_incidents,
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
        incidents_in_periods.disposition,
        compared_types.is_top_type,
        compared_types.type_incidents,
        compared_types.city_incidents

)

select * from final
