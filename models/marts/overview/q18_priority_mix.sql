-- One row per period, top city, compared type and priority: what share of the incidents has which priority?
{%- set type = 'period_id, city, city_order, initial_type, is_top_type, type_incidents_all, city_incidents' %}

with incidents_of_compared_types as (

    select *, type_incidents as type_incidents_all
    from {{ ref('incidents_of_compared_types') }}
    where priority is not null

),

counted as (

    select {{ type }}, priority, count(*) as incidents
    from incidents_of_compared_types
    group by {{ type }}, priority

),

summed as (

    select *, cast(sum(incidents) over (partition by period_id, city, initial_type) as bigint) as type_incidents
    from counted

),

final as (

    select
        period_id,
        city,
        city_order,
        initial_type,
        priority,
        incidents,
        is_top_type,
        type_incidents,
        type_incidents_all,
        {{ pct('incidents', 'city_incidents') }} as pct_of_city,
        {{ pct('incidents', 'type_incidents') }} as pct_of_type,
        {{ pct('type_incidents_all', 'city_incidents') }} as type_pct_of_city,
        city_incidents
    from summed

)

select * from final
