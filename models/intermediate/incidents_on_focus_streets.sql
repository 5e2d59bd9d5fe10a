-- One row per period and incident on a block of a focus street.
{{ config(materialized='view') }}

with incidents_in_periods as (

    select period_id, incident_id, initial_type, priority, pair, street, dispatch_arrive_seconds, arrive_cleared_seconds
    from {{ ref('incidents_in_periods') }}
    where location_kind = 'block'

),

focus_streets (street, street_order) as (

    values
    {%- for street in var('focus_streets') %}
    ('{{ street | replace("'", "''") }}', {{ loop.index }}){{ ',' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        incidents_in_periods.period_id,
        incidents_in_periods.incident_id,
        incidents_in_periods.initial_type,
        incidents_in_periods.priority,
        incidents_in_periods.pair,
        incidents_in_periods.street,
        cast(focus_streets.street_order as bigint) as street_order,
        incidents_in_periods.dispatch_arrive_seconds,
        incidents_in_periods.arrive_cleared_seconds
    from incidents_in_periods
    inner join focus_streets on incidents_in_periods.street = focus_streets.street

)

select * from final
