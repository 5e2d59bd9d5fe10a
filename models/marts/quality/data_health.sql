-- One row per landed date: how much of it was new, changed or rejected, and how old was the newest incident?

with lines as (

    select * from {{ ref('stg_landed_lines') }}

),

incidents_by_landed_date as (

    select * from {{ ref('incidents_by_landed_date') }}

),

landed as (

    select
        landed_date,
        count(*) as landed_rows,
        count(reject_reasons) as rejected_rows,
        max(start_time) as newest_start_time,
        max(row_ts) as newest_row_ts
    from lines
    group by landed_date

),

dated as (

    select
        *,
        max(newest_start_time) over (
            order by landed_date rows between unbounded preceding and current row
        ) as newest_so_far
    from landed

),

final as (

    select
        dated.landed_date,
        dated.landed_rows,
        coalesce(incidents_by_landed_date.new_incidents, 0) as new_incidents,
        coalesce(incidents_by_landed_date.changed_incidents, 0) as changed_incidents,
        dated.rejected_rows,
        {{ pct('dated.rejected_rows', 'dated.landed_rows') }} as rejected_pct,
        dated.newest_so_far as newest_start_time,
        date_diff(
            'millisecond', {{ county_time_to_utc('dated.newest_so_far') }}, dated.newest_row_ts
        ) / 3600000e0 as hours_behind
    from dated
    left join incidents_by_landed_date on dated.landed_date = incidents_by_landed_date.landed_date

)

select * from final
