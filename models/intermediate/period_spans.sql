-- One row per period: its name and its days, whatever lies in them.
{{ config(materialized='view') }}

with incidents as (

    select start_date from {{ ref('incidents') }}

),

named_periods as (

    select * from {{ ref('named_periods') }}

),

days as (

    select
        start_date,
        substr(cast(start_date as varchar), 1, 4) as year_id,
        cast(date_trunc('year', start_date) as date) as year_start,
        substr(cast(start_date as varchar), 1, 7) as month_id,
        cast(date_trunc('month', start_date) as date) as month_start
    from incidents
    group by start_date

),

newest as (

    select cast(max(start_date) + interval '1' day as date) as end_date from days

),

final as (

    select
        'all' as period_id,
        'All data' as label,
        'all' as kind,
        cast(null as date) as start_date,
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
    select distinct year_id, year_id as label, 'year', year_start, cast(year_start + interval '1' year as date)
    from days
    union all
    select distinct
        month_id,
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

)

select * from final
