-- Question 18, panels 37 to 40: priorities of each top type, in percent of the city (priority_type_percent_of_city).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q18_priority_mix') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 0, 0.2e0),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 0, 2.4e0),
        ('SILVER SPRING', 'CHECK WELFARE', 1, 4.9e0),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 1, 3.6e0),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 1, 8e0),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 2, 1.9e0),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 2, 6.6e0),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 0, 4e0),
        ('ROCKVILLE', 'CHECK WELFARE', 1, 5.5e0),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 1, 2.5e0),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 1, 0.5e0),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 2, 4e0),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 2, 3.5e0),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 2, 5.5e0),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 0, 4e0),
        ('GERMANTOWN', 'CHECK WELFARE', 1, 7.9e0),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 1, 8.9e0),
        ('GERMANTOWN', 'STATION RESPONSE', 2, 9.9e0),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 2, 4e0)
    ) as figures (city, initial_type, priority, pct_of_city)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.priority,
        published.pct_of_city as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
        and published.priority = mart.priority
    where
        not coalesce(abs(mart.pct_of_city - published.pct_of_city) <= 0.050001e0, false)

),

limits as (

    select *
    from (
        values
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 0),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 0),
        ('SILVER SPRING', 'CHECK WELFARE', 0),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 0),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 0),
        ('ROCKVILLE', 'CHECK WELFARE', 0),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 0),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 0),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 0),
        ('GERMANTOWN', 'CHECK WELFARE', 0),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 0),
        ('GERMANTOWN', 'STATION RESPONSE', 0)
    ) as limits_of_groups (city, initial_type, most)

),

-- The panels show all priorities of a type.
unlisted as (

    select
        mart.city,
        mart.initial_type,
        mart.priority,
        cast(null as double) as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from mart
    inner join limits
        on mart.city = limits.city
        and mart.initial_type = limits.initial_type
    left join published
        on mart.city = published.city
        and mart.initial_type = published.initial_type
        and mart.priority = published.priority
    where
        published.city is null
        and mart.incidents > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
