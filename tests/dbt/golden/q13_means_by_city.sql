-- Question 13, panel 34: mean minutes and incidents with a time (acm_by_type_priority_city).
-- The study rounded to two decimals and showed three significant digits; the tolerance allows for both.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q13_acm_by_city') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'SILVER SPRING', 4, 4.97e0, 0.005001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'ROCKVILLE', 3, 3.28e0, 0.005001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'GAITHERSBURG', 3, 5.92e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'SILVER SPRING', 3, 3.34e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'ROCKVILLE', 1, 2.15e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'SILVER SPRING', 5, 8.67e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'ROCKVILLE', 1, 6.37e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'GAITHERSBURG', 2, 2.84e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'SILVER SPRING', 1, 3.6e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'ROCKVILLE', 2, 5.99e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'GAITHERSBURG', 1, 20.4e0, 0.055001e0),
        ('ANIMAL COMPL:1', 'SILVER SPRING', 2, 8.22e0, 0.005001e0),
        ('ANIMAL COMPL:1', 'ROCKVILLE', 5, 27.8e0, 0.055001e0),
        ('ANIMAL COMPL:1', 'GAITHERSBURG', 3, 9.5e0, 0.005001e0),
        ('ASSAULT - OCCURRED EARLIER:3', 'SILVER SPRING', 2, 11.2e0, 0.055001e0),
        ('ASSAULT - OCCURRED EARLIER:3', 'ROCKVILLE', 1, 136e0, 0.505001e0),
        ('ASSAULT - OCCURRED EARLIER:3', 'GAITHERSBURG', 1, 37.7e0, 0.055001e0),
        ('MISSING, RUNAWAY, FOUND PERSON:1', 'ROCKVILLE', 7, 25.84e0, 0.005001e0),
        ('MISSING, RUNAWAY, FOUND PERSON:1', 'GAITHERSBURG', 3, 72.97e0, 0.005001e0),
        ('DOMESTIC DISTURBANCE/VIOLENCE:1', 'GAITHERSBURG', 4, 35e0, 0.055001e0)
    ) as figures (pair, city, timed_incidents, mean_minutes, tolerance)

),

differing as (

    select
        published.pair,
        published.city,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        published.mean_minutes as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from published
    left join mart
        on published.pair = mart.pair
        and published.city = mart.city
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)
        or not coalesce(abs(mart.mean_minutes - published.mean_minutes) <= published.tolerance, false)

),

limits as (

    select *
    from (
        values
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 0),
        ('ANIMAL COMPL:1', 0),
        ('ASSAULT - OCCURRED EARLIER:3', 0),
        ('MISSING, RUNAWAY, FOUND PERSON:1', 0)
    ) as limits_of_groups (pair, most)

),

-- A row of the panel leaves out only those that have no incident with a time.
unlisted as (

    select
        mart.pair,
        mart.city,
        cast(null as bigint) as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        cast(null as double) as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from mart
    inner join limits
        on mart.pair = limits.pair
    left join published
        on mart.pair = published.pair
        and mart.city = published.city
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
