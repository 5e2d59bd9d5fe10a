-- One row per landed date with any line of an incident: how many incidents were new, and how many had changed.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('stg_landed_lines') }}

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
        row_number() over (partition by incident_id order by landed_date asc) as nth_date,
        max(updated_at) over (
            partition by incident_id order by landed_date asc rows between unbounded preceding and 1 preceding
        ) as updated_at_before
    from versions

),

final as (

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

)

select * from final
