-- One row per compared city, group of types (and ALL) and month with any incident: how does it change?

with trend_months as (

    select
        *,
        {{ mean_minutes('arrive_seconds', 'arrive_timed') }} as adm_minutes,
        {{ mean_minutes('cleared_seconds', 'cleared_timed') }} as acm_minutes,
        cast(month_start - interval '1' year as date) as month_before
    from {{ ref('trend_months') }}

),

months as (

    select month_start, is_complete from {{ ref('months') }}

),

measured as (

    select trend_months.*, months.is_complete
    from trend_months
    inner join months on trend_months.month_start = months.month_start

),

final as (

    select
        measured.city,
        measured.city_order,
        measured.type_group,
        measured.month_start,
        measured.incidents,
        measured.arrive_timed,
        measured.adm_minutes,
        measured.cleared_timed,
        measured.acm_minutes,
        year_ago.incidents as incidents_year_ago,
        {{ pct('(measured.incidents - year_ago.incidents)', 'year_ago.incidents') }} as change_pct,
        year_ago.adm_minutes as adm_year_ago,
        year_ago.acm_minutes as acm_year_ago,
        measured.is_complete
    from measured
    -- A part of a month is no measure for a whole one.
    left join measured as year_ago
        on measured.city = year_ago.city
        and measured.type_group = year_ago.type_group
        and measured.month_before = year_ago.month_start
        and measured.is_complete
        and year_ago.is_complete

)

select * from final
