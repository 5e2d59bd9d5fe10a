-- One row per street and month with an incident that touches it: how does the street develop?

with incidents as (

    select
        *,
        cast(date_trunc('month', start_date) as date) as month_start,
        coalesce(initial_type, '(none)') as type_name
    from {{ ref('incidents') }}
    where not is_detail and street is not null

),

months as (

    select * from {{ ref('months') }}

),

touched as (

    select street, month_start, type_name, location_kind, calltime_arrive_seconds
    from incidents
    union all
    select cross_street, month_start, type_name, location_kind, calltime_arrive_seconds
    from incidents
    where cross_street <> street

),

types as (

    {{ most_common('touched', 'street, month_start', 'type_name') }}

),

counted as (

    select
        street,
        month_start,
        count(*) as incidents,
        count(*) filter (where location_kind = 'block') as block_incidents,
        {{ percentile('calltime_arrive_seconds', 0.5) }} / 60e0 as median_minutes,
        count(calltime_arrive_seconds) as timed_incidents
    from touched
    group by street, month_start

),

final as (

    select
        counted.street,
        counted.month_start,
        counted.incidents,
        counted.block_incidents,
        types.type_name as top_type,
        counted.median_minutes,
        counted.timed_incidents,
        months.is_complete
    from counted
    inner join types on counted.street = types.street and counted.month_start = types.month_start
    inner join months on counted.month_start = months.month_start

)

select * from final
