-- Question 15, panel 36: means of several incidents on one street (acm_by_type_priority_street).
-- The study's mistake: it added up the means of a street's blocks. mean_minutes is right; published
-- was sum_of_block_means, which is so many times the mean where each incident has its own block.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        *,
        mean_minutes * timed_incidents as sum_of_block_means
    from {{ ref('q15_acm_by_street') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('ASSIST/STANDBY:1', 'GEORGIA AVE', 2, 17.3e0, 34.6e0, 0.0275005e0, 0.055001e0)
    ) as figures (pair, street, timed_incidents, mean_minutes, sum_of_block_means, tolerance, sum_tolerance)

),

differing as (

    select
        published.pair,
        published.street,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        published.mean_minutes as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes,
        published.sum_of_block_means as published_sum_of_block_means,
        mart.sum_of_block_means as mart_sum_of_block_means
    from published
    left join mart
        on published.pair = mart.pair
        and published.street = mart.street
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)
        or not coalesce(abs(mart.mean_minutes - published.mean_minutes) <= published.tolerance, false)
        or not coalesce(abs(mart.sum_of_block_means - published.sum_of_block_means) <= published.sum_tolerance, false)

)

select * from differing
