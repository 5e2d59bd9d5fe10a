-- Question 12, panels 32 and 33: the one timed incident behind an average (incidents_behind).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q12_adm_drivers') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('SEXUAL ASSAULT - OCCURRED EARLIER:3', 'SILVER SPRING', 1, 49.3e0, 1.35e0, 0.05e0),
        ('NOISE - NOISE - OTHER COMPLAINTS:3', 'GAITHERSBURG', 1, 18.3333e0, 2.433333e0, 0.083333e0)
    ) as figures (pair, city, timed_incidents, longest_minutes, cleared_minutes_of_longest, tolerance)

),

differing as (

    select
        published.pair,
        published.city,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        published.longest_minutes as published_longest_minutes,
        mart.longest_minutes as mart_longest_minutes,
        published.cleared_minutes_of_longest as published_cleared_minutes_of_longest,
        mart.cleared_minutes_of_longest as mart_cleared_minutes_of_longest
    from published
    left join mart
        on published.pair = mart.pair
        and published.city = mart.city
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)
        or not coalesce(abs(mart.longest_minutes - published.longest_minutes) <= published.tolerance, false)
        or not coalesce(abs(mart.cleared_minutes_of_longest - published.cleared_minutes_of_longest) <= 1e-06, false)

)

select * from differing
