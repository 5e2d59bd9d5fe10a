-- One row per period, compared city, group of types, cell, street and type. All cities and all groups are number 0.
{{ config(materialized='view') }}
{%- set counted = 'cell_row, cell_column, street_number, type_number, incidents, latitude_e8, longitude_e8' %}

with counts_in_cells as (

    select * from {{ ref('counts_in_cells') }}

),

by_city as (

    select period_number, city_order, type_group_number, {{ counted }}
    from counts_in_cells
    where city_order is not null
    union all
    select period_number, 0, type_group_number, {{ counted }}
    from counts_in_cells

),

final as (

    select period_number, city_order, type_group_number, {{ counted }}
    from by_city
    union all
    select period_number, city_order, 0, {{ counted }}
    from by_city

)

select * from final
