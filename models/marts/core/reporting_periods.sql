-- One row per period that a dashboard can pick.

with incidents as (

    select start_date from {{ ref('incidents') }}

),

named_periods as (

    select * from {{ ref('named_periods') }}

),

days as (

    select
        start_date,
        cast(date_trunc('month', start_date) as date) as month_start,
        cast(date_trunc('year', start_date) as date) as year_start
    from incidents
    group by start_date

),

newest as (

    select cast(max(start_date) + interval '1' day as date) as end_date from days

),

spans as (

    select
        'all' as period_id,
        'All data' as label,
        'all' as kind,
        cast(null as date) as first_date,
        cast(null as date) as end_date
    union all
    {%- for days in [7, 28, 365] %}
    select
        'last_{{ days }}_days',
        'Last {{ days }} days',
        'latest',
        cast(end_date - interval '{{ days }}' day as date),
        end_date
    from newest
    where end_date is not null
    union all
    {%- endfor %}
    select distinct
        substr(cast(year_start as varchar), 1, 4),
        substr(cast(year_start as varchar), 1, 4),
        'year',
        year_start,
        cast(year_start + interval '1' year as date)
    from days
    union all
    select distinct
        substr(cast(month_start as varchar), 1, 7),
        {{ month_label('month_start') }},
        'month',
        month_start,
        cast(month_start + interval '1' month as date)
    from days
    union all
    select distinct
        named_periods.period_id,
        named_periods.label,
        'named',
        named_periods.first_date,
        named_periods.end_date
    from named_periods
    inner join days
        on named_periods.first_date <= days.start_date and named_periods.end_date > days.start_date

),

final as (

    select
        period_id,
        label,
        kind,
        cast(first_date as timestamp) as start_at,
        cast(end_date as timestamp) as end_at,
        row_number() over (
            order by
                case kind when 'all' then 1 when 'latest' then 2 when 'named' then 3 when 'year' then 4 else 5 end asc,
                -- The latest ones from the shortest; the others from the newest.
                case when kind = 'latest' then first_date end desc,
                first_date desc,
                period_id asc
        ) as sort_order
    from spans

)

select * from final
