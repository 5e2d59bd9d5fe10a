-- Question 18, panels 37 to 40: the published priorities of Gaithersburg are wrong (priority_type_percent_of_city).
-- The study's mistake: the panel of Gaithersburg counted Silver Spring's incidents and divided them by
-- Gaithersburg's 148.
-- With it, the published figures come out. q18_gaithersburg.sql has the right ones.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        divided_by.city,
        counted.initial_type,
        counted.priority,
        100e0 * counted.incidents / divided_by.incidents as pct_by_mistake
    from {{ ref('q18_priority_mix') }} as counted
    inner join {{ ref('q01_incidents_by_city') }} as divided_by
        on counted.period_id = divided_by.period_id
    where
        counted.period_id = 'study_2024_06'
        and counted.city = 'SILVER SPRING'
        and divided_by.city = 'GAITHERSBURG'

),

published as (

    select *
    from (
        values
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 0, 0.7e0),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 0, 6.8e0),
        ('GAITHERSBURG', 'CHECK WELFARE', 1, 13.5e0),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 1, 10.1e0),
        ('GAITHERSBURG', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 1, 22.3e0),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 2, 5.4e0),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 2, 18.2e0)
    ) as figures (city, initial_type, priority, pct_by_mistake)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.priority,
        published.pct_by_mistake as published_pct_by_mistake,
        mart.pct_by_mistake as mart_pct_by_mistake
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
        and published.priority = mart.priority
    where
        not coalesce(abs(mart.pct_by_mistake - published.pct_by_mistake) <= 0.050001e0, false)

)

select * from differing
