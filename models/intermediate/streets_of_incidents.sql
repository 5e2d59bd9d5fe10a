-- One row per period, incident and street that it touches: an intersection touches two.
{{ config(materialized='view') }}

with incidents_in_periods as (

    select
        period_id,
        incident_id,
        initial_type,
        nullif(city, '(no city)') as city,
        location_kind,
        street,
        cross_street
    from {{ ref('incidents_in_periods') }}
    where street is not null

),

final as (

    select period_id, incident_id, initial_type, city, location_kind, street
    from incidents_in_periods
    union all
    select period_id, incident_id, initial_type, city, location_kind, cross_street
    from incidents_in_periods
    where cross_street <> street

)

select * from final
