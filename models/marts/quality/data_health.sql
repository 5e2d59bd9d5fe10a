-- One row per landed date: how much of it was new, changed or rejected, and how old was the newest incident?

with lines as (

    select * from {{ ref('stg_landed_lines') }}

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

versions as (

    select incident_id, landed_date, max(updated_at) as updated_at
    from lines
    where incident_id is not null
    group by incident_id, landed_date

),

compared as (

    select
        landed_date,
        updated_at,
        row_number() over (partition by incident_id order by landed_date) as nth_date,
        max(updated_at) over (
            partition by incident_id order by landed_date rows between unbounded preceding and 1 preceding
        ) as updated_at_before
    from versions

),

incidents as (

    select
        landed_date,
        count(*) filter (where nth_date = 1) as new_incidents,
        count(*) filter (
            where
            nth_date > 1
            and (updated_at > updated_at_before or (updated_at is not null and updated_at_before is null))
        ) as changed_incidents
    from compared
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
        coalesce(incidents.new_incidents, 0) as new_incidents,
        coalesce(incidents.changed_incidents, 0) as changed_incidents,
        dated.rejected_rows,
        {{ pct('dated.rejected_rows', 'dated.landed_rows') }} as rejected_pct,
        dated.newest_so_far as newest_start_time,
        date_diff(
            'millisecond', {{ county_time_to_utc('dated.newest_so_far') }}, dated.newest_row_ts
        ) / 3600000e0 as hours_behind
    from dated
    left join incidents on dated.landed_date = incidents.landed_date

)

select * from final
