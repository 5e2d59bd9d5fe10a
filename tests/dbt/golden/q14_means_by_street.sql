-- Question 14, panel 35: mean minutes and incidents with a time (adm_by_type_priority_street).
-- The study rounded to two decimals and showed three significant digits; the tolerance allows for both.
-- Figures marked summed are corrected here: q14_summed_blocks.sql.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q14_adm_by_street') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 'GEORGIA AVE', 1, 13.4e0, 0.055001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'GEORGIA AVE', 1, 16.4e0, 0.055001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'COLESVILLE RD', 1, 3.77e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'ROCKVILLE PIKE', 1, 5.15e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'COLESVILLE RD', 1, 2.45e0, 0.005001e0),
        ('ASSAULT JUST OCCURRED - ROUTINE:1', 'GEORGIA AVE', 1, 6.37e0, 0.005001e0),
        ('ASSAULT JUST OCCURRED - ROUTINE:1', 'COLESVILLE RD', 1, 6.72e0, 0.005001e0),
        ('ASSAULT:0', 'GEORGIA AVE', 2, 2.25e0, 0.0025005e0),
        ('ASSAULT:0', 'COLESVILLE RD', 1, 0.62e0, 0.005001e0)
    ) as figures (pair, street, timed_incidents, mean_minutes, tolerance)

),

differing as (

    select
        published.pair,
        published.street,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        published.mean_minutes as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from published
    left join mart
        on published.pair = mart.pair
        and published.street = mart.street
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)
        or not coalesce(abs(mart.mean_minutes - published.mean_minutes) <= published.tolerance, false)

),

limits as (

    select *
    from (
        values
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 0),
        ('ASSAULT JUST OCCURRED - ROUTINE:1', 0),
        ('ASSAULT:0', 0)
    ) as limits_of_groups (pair, most)

),

-- A row of the panel leaves out only those that have no incident with a time.
unlisted as (

    select
        mart.pair,
        mart.street,
        cast(null as bigint) as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        cast(null as double) as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from mart
    inner join limits
        on mart.pair = limits.pair
    left join published
        on mart.pair = published.pair
        and mart.street = published.street
    where
        published.pair is null
        and mart.timed_incidents > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
