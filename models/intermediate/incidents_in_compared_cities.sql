-- One row per period, compared city and incident: those of the top cities, and every incident once more as of ALL.
{{ config(materialized='view') }}
{%- set columns = 'period_id, incident_id, initial_type, location_kind, road_class, iso_weekday, start_hour' %}

with incidents_in_periods as (

    select * from {{ ref('incidents_in_periods') }}

),

final as (

    select {{ columns }}, city, city_order
    from incidents_in_periods
    where city_order is not null
    union all
    select {{ columns }}, 'ALL' as city, 0 as city_order
    from incidents_in_periods

)

select * from final
