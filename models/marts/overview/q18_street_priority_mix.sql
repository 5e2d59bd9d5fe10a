-- One row per period, focus street, top type of its blocks and priority: what share has which priority?

with incidents_on_focus_streets as (

    select *
    from {{ ref('incidents_on_focus_streets') }}
    where priority is not null

),

street_types as (

    select *, sum(incidents) over (partition by period_id, street) as street_incidents
    from {{ ref('q04_street_types') }}

),

counted as (

    select period_id, street, initial_type, priority, count(*) as incidents
    from incidents_on_focus_streets
    group by period_id, street, initial_type, priority

),

summed as (

    select *, cast(sum(incidents) over (partition by period_id, street, initial_type) as bigint) as type_incidents
    from counted

),

final as (

    select
        summed.period_id,
        summed.street,
        street_types.street_order,
        summed.initial_type,
        summed.priority,
        summed.incidents,
        summed.type_incidents,
        {{ pct('summed.incidents', 'street_types.street_incidents') }} as pct_of_street,
        {{ pct('summed.incidents', 'summed.type_incidents') }} as pct_of_type
    from summed
    inner join street_types
        on summed.period_id = street_types.period_id
        and summed.street = street_types.street
        and summed.initial_type = street_types.initial_type
    where street_types.type_rank <= {{ var('top_n') }}

)

select * from final
