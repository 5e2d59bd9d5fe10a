-- Question 3, panel 2.2: the first three types of Silver Spring and Rockville (top3_types_percent_of_city).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q03_type_shares') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 9e0),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 8e0),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 5.8e0),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 7.5e0),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 6.5e0),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 6e0)
    ) as figures (city, initial_type, pct_of_city)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.pct_of_city as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
    where
        not coalesce(abs(mart.pct_of_city - published.pct_of_city) <= 0.050001e0, false)

)

select * from differing
