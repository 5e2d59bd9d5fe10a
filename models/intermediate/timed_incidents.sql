-- One row per period, metric, kind of place (top city, block of a focus street) and incident timed at such a place.
{{ config(materialized='view') }}

with at_places as (

    select
        period_id,
        incident_id,
        initial_type,
        priority,
        pair,
        'city' as place_kind,
        city as place,
        city_order as place_order,
        dispatch_arrive_seconds,
        arrive_cleared_seconds
    from {{ ref('incidents_in_periods') }}
    where city_order is not null
    union all
    select
        period_id,
        incident_id,
        initial_type,
        priority,
        pair,
        'street' as place_kind,
        street as place,
        street_order as place_order,
        dispatch_arrive_seconds,
        arrive_cleared_seconds
    from {{ ref('incidents_on_focus_streets') }}

),

final as (

    {%- for metric in ['dispatch_arrive', 'arrive_cleared'] %}
    select
        period_id,
        '{{ metric }}' as metric,
        place_kind,
        place,
        place_order,
        incident_id,
        initial_type,
        priority,
        pair,
        {{ metric }}_seconds as timed_seconds
    from at_places
    where {{ metric }}_seconds is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
