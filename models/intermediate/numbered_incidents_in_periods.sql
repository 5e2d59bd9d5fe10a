-- One row per period and incident that started in it, with numbers in place of names.
{{ config(materialized='view') }}

with numbered_incidents as (

    select * from {{ ref('numbered_incidents') }}

),

period_days as (

    select period_number, start_date from {{ ref('period_days') }}

),

final as (

    select
        period_days.period_number,
        numbered_incidents.start_date,
        numbered_incidents.city_order,
        numbered_incidents.address_number,
        numbered_incidents.city_number,
        numbered_incidents.street_number,
        numbered_incidents.cross_street_number,
        numbered_incidents.type_number,
        numbered_incidents.type_group_number,
        numbered_incidents.location_kind,
        numbered_incidents.is_traffic,
        numbered_incidents.cell_row,
        numbered_incidents.cell_column,
        numbered_incidents.latitude_e8,
        numbered_incidents.longitude_e8
    from numbered_incidents
    inner join period_days on numbered_incidents.start_date = period_days.start_date

)

select * from final
