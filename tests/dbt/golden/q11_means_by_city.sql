-- Question 11, panel 31: mean minutes and incidents with a time (adm_by_type_priority_city).
-- The study rounded to two decimals and showed three significant digits; the tolerance allows for both.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q11_adm_by_city') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 'SILVER SPRING', 2, 13.3e0, 0.055001e0),
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 'ROCKVILLE', 2, 6.2e0, 0.005001e0),
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 'GAITHERSBURG', 1, 5.67e0, 0.005001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'SILVER SPRING', 4, 6.15e0, 0.005001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'ROCKVILLE', 3, 14.1e0, 0.055001e0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 'GAITHERSBURG', 3, 6.19e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'SILVER SPRING', 3, 3.34e0, 0.005001e0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 'ROCKVILLE', 1, 5.15e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'SILVER SPRING', 5, 10.8e0, 0.055001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'ROCKVILLE', 1, 18.7e0, 0.055001e0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 'GAITHERSBURG', 2, 9.91e0, 0.005001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'SILVER SPRING', 1, 16.4e0, 0.055001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'ROCKVILLE', 2, 10.9e0, 0.055001e0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 'GAITHERSBURG', 1, 45.4e0, 0.055001e0),
        ('ANIMAL COMPL:1', 'SILVER SPRING', 2, 24.1e0, 0.055001e0),
        ('ANIMAL COMPL:1', 'ROCKVILLE', 5, 17.9e0, 0.055001e0),
        ('ANIMAL COMPL:1', 'GAITHERSBURG', 3, 24.8e0, 0.055001e0)
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
        ('ADMINISTRATIVE (DOCUMENT, LOST OR FOUND PROPERTY, MESSAGES,:4', 0),
        ('ALARMRB - ALARM COMMERCIAL BURGLARY/INTRUSION:1', 0),
        ('ALARMRB - COMMERCIAL HOLDUP/DURESS/PANIC:1', 0),
        ('ALARMRB - RESIDENTIAL BURGLARY/INTRUSION:1', 0),
        ('ALARMRB - RESIDENTIAL HOLDUP/DURESS/PANIC:1', 0),
        ('ANIMAL COMPL:1', 0)
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
