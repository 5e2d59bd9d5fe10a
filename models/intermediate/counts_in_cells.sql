-- One row per period, city, group of types, cell, street and type that occur together: incidents with a position.
{{ config(materialized='table') }}
{%- set cell = 'period_number, city_order, city_number, type_group_number, cell_row, cell_column' %}

with numbered_incidents_in_periods as (

    select *
    from {{ ref('numbered_incidents_in_periods') }}
    where cell_row is not null

),

final as (

    select
        {{ cell }}, street_number, type_number,
        count(*) as incidents,
        count(*) filter (where location_kind = 'intersection') as intersection_incidents,
        count(*) filter (where is_traffic) as traffic_incidents,
        cast(sum(latitude_e8) as bigint) as latitude_e8,
        cast(sum(longitude_e8) as bigint) as longitude_e8
    from numbered_incidents_in_periods
    group by {{ cell }}, street_number, type_number

)

select * from final
