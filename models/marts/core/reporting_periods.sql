-- One row per period that a dashboard can pick, with what there is of it.

with period_spans as (

    select * from {{ ref('period_spans') }}

),

incidents as (

    select start_date, is_detail from {{ ref('incidents') }}

),

landed as (

    select min(start_date) as first_date, max(start_date) as newest_date from incidents

),

days as (

    select start_date, count(*) as incidents
    from incidents
    where not is_detail
    group by start_date

),

counted as (

    select
        spans.period_id,
        spans.label,
        spans.kind,
        spans.start_date,
        spans.end_date,
        cast(coalesce(sum(days.incidents), 0) as bigint) as incidents,
        count(days.start_date) as days_with_incidents,
        min(days.start_date) as first_date,
        max(days.start_date) as last_date
    from period_spans as spans
    left join days
        on (spans.start_date is null or spans.start_date <= days.start_date)
        and (spans.end_date is null or spans.end_date > days.start_date)
    group by spans.period_id, spans.label, spans.kind, spans.start_date, spans.end_date

),

final as (

    select
        counted.period_id,
        counted.label,
        counted.kind,
        cast(counted.start_date as timestamp) as start_at,
        cast(counted.end_date as timestamp) as end_at,
        row_number() over (
            order by
                strpos('all,latest,named,year,month', counted.kind) asc,
                -- The latest ones from the shortest; the others from the newest.
                case when counted.kind = 'latest' then counted.start_date end desc,
                counted.start_date desc,
                counted.period_id asc
        ) as sort_order,
        counted.incidents,
        counted.days_with_incidents,
        counted.first_date,
        counted.last_date,
        -- Of a period that still runs, the days up to the newest.
        coalesce(counted.days_with_incidents = 1 + date_diff(
            'day', coalesce(counted.start_date, landed.first_date),
            least(coalesce(cast(counted.end_date - interval '1' day as date), landed.newest_date), landed.newest_date)
        ), false) as is_complete
    from counted
    cross join landed

)

select * from final
