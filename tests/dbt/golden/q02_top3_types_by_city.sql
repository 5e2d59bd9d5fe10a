-- Question 2, panel 2: the first three types of each top city (top3_types_by_city).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q02_top_types_by_city') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 12),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 8),
        ('GAITHERSBURG', 'CHECK WELFARE', 7),
        ('GERMANTOWN', 'STATION RESPONSE', 10),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 9),
        ('GERMANTOWN', 'CHECK WELFARE', 8),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 15),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 13),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 12),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 37),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 33),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 24)
    ) as figures (city, initial_type, incidents)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
    where
        not coalesce(mart.incidents = published.incidents, false)

),

limits as (

    select *
    from (
        values
        ('GAITHERSBURG', 7),
        ('GERMANTOWN', 8),
        ('ROCKVILLE', 12),
        ('SILVER SPRING', 24)
    ) as limits_of_groups (city, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.city,
        mart.initial_type,
        cast(null as bigint) as published_incidents,
        mart.incidents as mart_incidents
    from mart
    inner join limits
        on mart.city = limits.city
    left join published
        on mart.city = published.city
        and mart.initial_type = published.initial_type
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
