-- One row per period and incident of a compared type in a top city.
{{ config(materialized='view') }}

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
        compared_types.type_incidents,
        compared_types.is_top_type,
        compared_types.city_incidents,
        incidents_in_periods.incident_id,
        incidents_in_periods.priority,
        incidents_in_periods.disposition
    from incidents_in_periods
    inner join compared_types
        on incidents_in_periods.period_id = compared_types.period_id
        and incidents_in_periods.city = compared_types.city
        and incidents_in_periods.initial_type = compared_types.initial_type

)

select * from final
