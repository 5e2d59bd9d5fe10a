-- Question 14: CHECK WELFARE:1 on three streets, of the study's text, with as many incidents on each
-- (a comment under adm_by_type_priority_street).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        street,
        mean_minutes,
        max(timed_incidents) over () - min(timed_incidents) over () as difference_in_incidents
    from {{ ref('q14_adm_by_street') }}
    where
        period_id = 'study_2024_06'
        and pair = 'CHECK WELFARE:1'
        and street in ('VEIRS MILL RD', 'GEORGIA AVE', 'ROCKVILLE PIKE')

),

published as (

    select *
    from (
        values
        ('VEIRS MILL RD', 7.81e0, 0),
        ('GEORGIA AVE', 14.53e0, 0),
        ('ROCKVILLE PIKE', 15.54e0, 0)
    ) as figures (street, mean_minutes, difference_in_incidents)

),

differing as (

    select
        published.street,
        published.mean_minutes as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes,
        published.difference_in_incidents as published_difference_in_incidents,
        mart.difference_in_incidents as mart_difference_in_incidents
    from published
    left join mart
        on published.street = mart.street
    where
        not coalesce(abs(mart.mean_minutes - published.mean_minutes) <= 0.005001e0, false)
        or not coalesce(mart.difference_in_incidents = published.difference_in_incidents, false)

)

select * from differing
