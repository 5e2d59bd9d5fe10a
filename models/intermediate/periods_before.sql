-- One row per year, month and latest days: the span before that it is compared with.
{{ config(materialized='view') }}

with reporting_periods as (

    select *, cast(start_at as date) as start_date, cast(end_at as date) as end_date
    from {{ ref('reporting_periods') }}
    where kind in ('year', 'month', 'latest')

),

days as (

    select distinct start_date from {{ ref('incidents') }}
    where not is_detail

),

newest as (

    select max(start_date) as newest_date from {{ ref('incidents') }}

),

shifted as (

    select
        periods.period_id,
        periods.kind,
        periods.is_complete,
        periods.kind <> 'latest' and periods.end_date > newest.newest_date + interval '1' day as still_runs,
        -- The latest days are compared with the same weekdays of 52 weeks before, 365 of them with the 365 before.
        case
            when periods.kind <> 'latest' then cast(periods.start_date - interval '1' year as date)
            when periods.period_id = 'last_365_days' then cast(periods.start_date - interval '365' day as date)
            else cast(periods.start_date - interval '364' day as date)
        end as before_start,
        case
            when periods.kind <> 'latest' then cast(periods.end_date - interval '1' year as date)
            when periods.period_id = 'last_365_days' then periods.start_date
            else cast(periods.end_date - interval '364' day as date)
        end as before_end,
        cast(newest.newest_date - interval '1' year + interval '1' day as date) as newest_end
    from reporting_periods as periods
    cross join newest

),

befores as (

    select
        period_id,
        -- A whole year or month before is a period itself.
        case
            when kind = 'latest' or still_runs then period_id || ' before'
            else substr(cast(before_start as varchar), 1, length(period_id))
        end as before_id,
        before_start,
        case when still_runs then newest_end else before_end end as before_end,
        is_complete
    from shifted

),

final as (

    select
        befores.period_id,
        befores.before_id,
        befores.before_start,
        befores.before_end,
        befores.is_complete
        and count(days.start_date) = date_diff('day', befores.before_start, befores.before_end) as is_comparable
    from befores
    left join days on befores.before_start <= days.start_date and befores.before_end > days.start_date
    group by befores.period_id, befores.before_id, befores.before_start, befores.before_end, befores.is_complete

)

select * from final
