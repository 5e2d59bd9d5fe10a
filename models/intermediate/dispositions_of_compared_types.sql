-- One row per period, top city, compared type and disposition, as far as they occur in the city.
{{ config(materialized='table') }}
{%- set type = 'period_id, city, city_order, initial_type, is_top_type, type_incidents, city_incidents' %}

with incidents_of_compared_types as (

    select * from {{ ref('incidents_of_compared_types') }}

),

final as (

    select {{ type }}, disposition, count(*) as incidents
    from incidents_of_compared_types
    group by {{ type }}, disposition

)

select * from final
