-- One row per period, city (null without one), street and type: the incidents that touch the street.
{{ config(materialized='table') }}

with streets_of_incidents as (

    select * from {{ ref('streets_of_incidents') }}

),

final as (

    select
        period_number,
        city_number,
        street_number,
        type_number,
        count(*) filter (where location_kind = 'block') as block_incidents,
        count(*) filter (where location_kind = 'intersection') as intersection_incidents,
        count(*) as incidents
    from streets_of_incidents
    group by period_number, city_number, street_number, type_number

)

select * from final
