-- One row per compared city, group of types (and ALL) and month with any incident: how does it change?

with incidents as (

    select *, cast(date_trunc('month', start_date) as date) as month_start
    from {{ ref('incidents') }}

),

top_cities as (

    select * from {{ ref('top_cities') }}

),

covered as (

    select min(start_date) as first_date, max(start_date) as newest_date from incidents

),

monthly as (

    select
        incidents.month_start,
        top_cities.city,
        top_cities.city_rank as city_order,
        incidents.type_group,
        count(*) as incidents,
        count(incidents.dispatch_arrive_seconds) as arrive_timed,
        {{ total_seconds('incidents.dispatch_arrive') }} as arrive_seconds,
        count(incidents.arrive_cleared_seconds) as cleared_timed,
        {{ total_seconds('incidents.arrive_cleared') }} as cleared_seconds
    from incidents
    left join top_cities on incidents.city = top_cities.city
    where not incidents.is_detail
    group by incidents.month_start, top_cities.city, top_cities.city_rank, incidents.type_group

),

by_city as (

    select *
    from monthly
    where city is not null
    union all
    select month_start, 'ALL', 0, type_group, incidents, arrive_timed, arrive_seconds, cleared_timed, cleared_seconds
    from monthly

),

by_group as (

    select * from by_city
    union all
    select month_start, city, city_order, 'ALL', incidents, arrive_timed, arrive_seconds, cleared_timed, cleared_seconds
    from by_city

),

months as (

    select
        city,
        city_order,
        type_group,
        month_start,
        cast(sum(incidents) as bigint) as incidents,
        {{ mean_minutes('cast(sum(arrive_seconds) as bigint)', 'cast(sum(arrive_timed) as bigint)') }} as adm_minutes,
        {{ mean_minutes('cast(sum(cleared_seconds) as bigint)', 'cast(sum(cleared_timed) as bigint)') }} as acm_minutes
    from by_group
    group by city, city_order, type_group, month_start

),

final as (

    select
        months.city,
        months.city_order,
        months.type_group,
        months.month_start,
        months.incidents,
        months.adm_minutes,
        months.acm_minutes,
        year_ago.incidents as incidents_year_ago,
        {{ pct('(months.incidents - year_ago.incidents)', 'year_ago.incidents') }} as change_pct,
        (
            covered.first_date <= months.month_start
            and covered.newest_date >= cast(months.month_start + interval '1' month - interval '1' day as date)
        ) as is_complete
    from months
    cross join covered
    left join months as year_ago
        on months.city = year_ago.city
        and months.type_group = year_ago.type_group
        and year_ago.month_start = cast(months.month_start - interval '1' year as date)

)

select * from final
