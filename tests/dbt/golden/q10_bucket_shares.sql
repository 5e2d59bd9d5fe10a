-- Question 10, panels 28 to 30: the ten greatest shares of each type (arrive_cleared_buckets, percent).
-- Shares below the tenth can equal it. The study left 0 seconds (`at once`) out of its buckets.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q10_arrive_cleared_buckets') }}
    where
        period_id = 'study_2024_06'
        and bucket <> 'at once'

),

published as (

    select *
    from (
        values
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'SILVER SPRING', '50+ mins', 35.3e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'ROCKVILLE', '50+ mins', 33.3e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GERMANTOWN', '20-30 mins', 33.3e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GERMANTOWN', '30-40 mins', 33.3e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'ROCKVILLE', '20-30 mins', 26.7e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'SILVER SPRING', '20-30 mins', 17.6e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GERMANTOWN', '50+ mins', 16.7e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GERMANTOWN', '10-15 mins', 16.7e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GAITHERSBURG', '20-30 mins', 16.7e0),
        ('TRAFFIC/TRANSPORTATION INCIDENT', 'GAITHERSBURG', '40-50 mins', 16.7e0),
        ('DISTURBANCE/NUISANCE', 'GERMANTOWN', '10-15 mins', 50e0),
        ('DISTURBANCE/NUISANCE', 'ROCKVILLE', '10-15 mins', 30.8e0),
        ('DISTURBANCE/NUISANCE', 'GAITHERSBURG', '30-40 mins', 28.6e0),
        ('DISTURBANCE/NUISANCE', 'GAITHERSBURG', '0-5 mins', 28.6e0),
        ('DISTURBANCE/NUISANCE', 'GAITHERSBURG', '10-15 mins', 28.6e0),
        ('DISTURBANCE/NUISANCE', 'GERMANTOWN', '5-10 mins', 25e0),
        ('DISTURBANCE/NUISANCE', 'GERMANTOWN', '40-50 mins', 25e0),
        ('DISTURBANCE/NUISANCE', 'ROCKVILLE', '20-30 mins', 23.1e0),
        ('DISTURBANCE/NUISANCE', 'SILVER SPRING', '20-30 mins', 21.1e0),
        ('DISTURBANCE/NUISANCE', 'SILVER SPRING', '5-10 mins', 21.1e0),
        ('CHECK WELFARE', 'GAITHERSBURG', '50+ mins', 33.3e0),
        ('CHECK WELFARE', 'GAITHERSBURG', '0-5 mins', 33.3e0),
        ('CHECK WELFARE', 'ROCKVILLE', '10-15 mins', 30e0),
        ('CHECK WELFARE', 'ROCKVILLE', '5-10 mins', 30e0),
        ('CHECK WELFARE', 'SILVER SPRING', '50+ mins', 29.4e0),
        ('CHECK WELFARE', 'SILVER SPRING', '10-15 mins', 23.5e0),
        ('CHECK WELFARE', 'GERMANTOWN', '10-15 mins', 20e0),
        ('CHECK WELFARE', 'GERMANTOWN', '50+ mins', 20e0),
        ('CHECK WELFARE', 'GERMANTOWN', '15-20 mins', 20e0),
        ('CHECK WELFARE', 'GERMANTOWN', '0-5 mins', 20e0)
    ) as figures (initial_type, city, bucket, pct_of_timed)

),

differing as (

    select
        published.initial_type,
        published.city,
        published.bucket,
        published.pct_of_timed as published_pct_of_timed,
        mart.pct_of_timed as mart_pct_of_timed
    from published
    left join mart
        on published.initial_type = mart.initial_type
        and published.city = mart.city
        and published.bucket = mart.bucket
    where
        not coalesce(abs(mart.pct_of_timed - published.pct_of_timed) <= 0.050001e0, false)

),

limits as (

    select *
    from (
        values
        ('TRAFFIC/TRANSPORTATION INCIDENT', 16.750001e0),
        ('DISTURBANCE/NUISANCE', 21.150001e0),
        ('CHECK WELFARE', 20.050001e0)
    ) as limits_of_groups (initial_type, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.initial_type,
        mart.city,
        mart.bucket,
        cast(null as double) as published_pct_of_timed,
        mart.pct_of_timed as mart_pct_of_timed
    from mart
    inner join limits
        on mart.initial_type = limits.initial_type
    left join published
        on mart.initial_type = published.initial_type
        and mart.city = published.city
        and mart.bucket = published.bucket
    where
        published.initial_type is null
        and mart.pct_of_timed > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
