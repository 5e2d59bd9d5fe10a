-- One row per period, incident and street that it touches: an intersection touches two.
{{ config(materialized='view') }}

with numbered_incidents_in_periods as (

    select * from {{ ref('numbered_incidents_in_periods') }}

),

final as (

    select period_number, type_number, city_number, location_kind, street_number
    from numbered_incidents_in_periods
    where street_number is not null
    union all
    select period_number, type_number, city_number, location_kind, cross_street_number
    from numbered_incidents_in_periods
    where cross_street_number <> street_number

)

select * from final
