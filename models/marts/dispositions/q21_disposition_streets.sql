-- One row per period, city, street, top type and disposition: how do the top types end on its ten busiest streets?

with incidents_on_blocks as (

    select *
    from {{ ref('incidents_in_periods') }}
    where location_kind = 'block' and city_order is not null

),

top_types as (

    select *
    from {{ ref('compared_types') }}
    where is_top_type

),

streets as (

    select
        period_id,
        city,
        street,
        count(*) as street_incidents,
        rank() over (partition by period_id, city order by count(*) desc) as street_rank
    from incidents_on_blocks
    group by period_id, city, street

),

counted as (

    select period_id, street, city, initial_type, disposition, count(*) as incidents
    from incidents_on_blocks
    group by period_id, street, city, initial_type, disposition

),

final as (

    select
        counted.*,
        {{ pct('counted.incidents', 'streets.street_incidents') }} as pct_of_street
    from counted
    inner join streets
        on counted.period_id = streets.period_id
        and counted.city = streets.city
        and counted.street = streets.street
        and streets.street_rank <= 10
    inner join top_types
        on counted.period_id = top_types.period_id
        and counted.city = top_types.city
        and counted.initial_type = top_types.initial_type

)

select * from final
