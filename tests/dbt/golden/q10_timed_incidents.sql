-- Question 10, panels 28 to 30: incidents with a time, of each type and city (arrive_cleared_buckets, n).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select distinct
        initial_type,
        city,
        timed_incidents
    from {{ ref('q10_arrive_cleared_buckets') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'SILVER SPRING', 34),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'ROCKVILLE', 15),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GAITHERSBURG', 12),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GERMANTOWN', 6),
        ('DISTURBANCE/NUISANCE', 'SILVER SPRING', 19),
        ('DISTURBANCE/NUISANCE', 'ROCKVILLE', 13),
        ('DISTURBANCE/NUISANCE', 'GAITHERSBURG', 7),
        ('DISTURBANCE/NUISANCE', 'GERMANTOWN', 4),
        ('CHECK WELFARE', 'SILVER SPRING', 17),
        ('CHECK WELFARE', 'ROCKVILLE', 10),
        ('CHECK WELFARE', 'GAITHERSBURG', 6),
        ('CHECK WELFARE', 'GERMANTOWN', 5)
    ) as figures (initial_type, city, timed_incidents)

),

differing as (

    select
        published.initial_type,
        published.city,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents
    from published
    left join mart
        on published.initial_type = mart.initial_type
        and published.city = mart.city
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)

)

select * from differing
