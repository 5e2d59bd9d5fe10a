-- Question 8: incidents without dispatch_arrive, without arrive_cleared, and without both (totals).
-- arrive_cleared_missing is 274, not 273: the published figures contradict each other.
-- With as many as miss both, no incident would have dispatch_arrive alone. But of Gaithersburg's
-- DISTURBANCE/NUISANCE, eight have dispatch_arrive (shares of 37.5 %) and seven arrive_cleared (28.6 %).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        'dispatch_arrive_missing' as total,
        dispatch_arrive_missing as incidents
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'all'
    union all
    select
        'arrive_cleared_missing' as total,
        arrive_cleared_missing as incidents
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'all'
    union all
    select
        'both_missing' as total,
        both_missing as incidents
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'all'
    union all
    select
        'both_missing_in_3D' as total,
        both_missing as incidents
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'police_district'
        and value = '3D'

),

published as (

    select *
    from (
        values
        ('dispatch_arrive_missing', 292),
        ('arrive_cleared_missing', 274),
        ('both_missing', 273),
        ('both_missing_in_3D', 61)
    ) as figures (total, incidents)

),

differing as (

    select
        published.total,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.total = mart.total
    where
        not coalesce(mart.incidents = published.incidents, false)

)

select * from differing
