-- Question 3, panel 2.2: the first three types of Gaithersburg and Germantown (top3_types_percent_of_city).
-- The study's mistake: it divided Gaithersburg's incidents by Germantown's 101, and Germantown's by
-- Gaithersburg's 148. pct_of_city is right; the published figure is pct_of_other_city.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        types.city,
        types.initial_type,
        types.pct_of_city,
        100e0 * types.incidents / others.city_incidents as pct_of_other_city
    from {{ ref('q03_type_shares') }} as types
    inner join {{ ref('q03_type_shares') }} as others
        on types.period_id = others.period_id
        and types.initial_type = others.initial_type
    where
        types.period_id = 'study_2024_06'
        and types.city in ('GAITHERSBURG', 'GERMANTOWN')
        and others.city in ('GAITHERSBURG', 'GERMANTOWN')
        and types.city <> others.city

),

published as (

    select *
    from (
        values
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 8.1e0, 11.9e0),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 5.4e0, 7.9e0),
        ('GAITHERSBURG', 'CHECK WELFARE', 4.7e0, 6.9e0),
        ('GERMANTOWN', 'STATION RESPONSE', 9.9e0, 6.8e0),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 8.9e0, 6.1e0),
        ('GERMANTOWN', 'CHECK WELFARE', 7.9e0, 5.4e0)
    ) as figures (city, initial_type, pct_of_city, pct_of_other_city)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.pct_of_city as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city,
        published.pct_of_other_city as published_pct_of_other_city,
        mart.pct_of_other_city as mart_pct_of_other_city
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
    where
        not coalesce(abs(mart.pct_of_city - published.pct_of_city) <= 0.050001e0, false)
        or not coalesce(abs(mart.pct_of_other_city - published.pct_of_other_city) <= 0.050001e0, false)

)

select * from differing
