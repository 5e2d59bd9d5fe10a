-- The landed dates that have not the same number of lines in the raw table and in stg_landed_lines. Those of the dates
-- that the last run read are counted, and once a day all (var('compare_all_dates')): counting reads the lines.
-- depends_on: {{ ref('stg_incidents') }}
{%- set dates = landed_dates_to_compare(ref('stg_landed_lines')) %}

with raw_lines as (

    select dt, count(*) as landed_rows
    from {{ ref('landed_texts') }}
    where {{ is_among_dates('dt', dates, literal='') }}
    group by dt

),

staged as (

    select cast(landed_date as varchar) as dt, count(*) as staged_rows
    from {{ ref('stg_landed_lines') }}
    where {{ is_among_dates('landed_date', dates) }}
    group by landed_date

),

compared as (

    select
        coalesce(raw_lines.dt, staged.dt) as landed_date,
        coalesce(raw_lines.landed_rows, 0) as landed_rows,
        coalesce(staged.staged_rows, 0) as staged_rows
    from raw_lines
    full join staged on raw_lines.dt = staged.dt

)

select
    *,
    'Of landed date ' || landed_date || ' the landing zone has ' || {{ format_count('landed_rows') }}
    || ' lines and staging ' || {{ format_count('staged_rows') }}
    || ': dbt build --full-refresh reads everything anew.' as problem
from compared
where landed_rows <> staged_rows
