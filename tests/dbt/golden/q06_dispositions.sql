-- Question 6, panels 18 to 21: the first three dispositions of each top type and city
-- (dispositions_of_top4_types).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q06_type_dispositions') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('SILVER SPRING', 'CHECK WELFARE', 'OTHERMISCELLANEOUS', 8),
        ('SILVER SPRING', 'CHECK WELFARE', 'SUSPICIOUSSIT/PRSON/VEH', 5),
        ('SILVER SPRING', 'CHECK WELFARE', 'MENTALTRANSPORT', 2),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 'DISORDERLYCONDUCT', 10),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 'OTHERMISCELLANEOUS', 7),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 'TRESPASSING', 3),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'SUSPICIOUSSIT/PRSON/VEH', 23),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'DISORDERLYCONDUCT', 2),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'OTHERMISCELLANEOUS', 2),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-COLLI', 21),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-HITRUN', 6),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-INJRY-ROAD-COLLI', 5),
        ('ROCKVILLE', 'CHECK WELFARE', 'OTHERMISCELLANEOUS', 5),
        ('ROCKVILLE', 'CHECK WELFARE', 'SUSPICIOUSSIT/PRSON/VEH', 3),
        ('ROCKVILLE', 'CHECK WELFARE', 'FAMILYTROUBLE', 2),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 'DISORDERLYCONDUCT', 7),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 'OTHERMISCELLANEOUS', 4),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 'SUSPICIOUSSIT/PRSON/VEH', 1),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-COLLI', 9),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-INJRY-ROAD-COLLI', 3),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 'OTHERMISCELLANEOUS', 1),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 'TRESPASSING', 7),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 'DISORDERLYCONDUCT', 3),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 'SUSPICIOUSSIT/PRSON/VEH', 1),
        ('GAITHERSBURG', 'CHECK WELFARE', 'OTHERMISCELLANEOUS', 2),
        ('GAITHERSBURG', 'CHECK WELFARE', 'SUDDENDEATHUNDETERMIND', 2),
        ('GAITHERSBURG', 'CHECK WELFARE', 'SUSPICIOUSSIT/PRSON/VEH', 2),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 'DISORDERLYCONDUCT', 6),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 'OTHERMISCELLANEOUS', 2),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-COLLI', 8),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-HITRUN', 2),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-PRKG-COLLI', 1),
        ('GAITHERSBURG', 'TRESPASSING/UNWANTED', 'TRESPASSING', 4),
        ('GAITHERSBURG', 'TRESPASSING/UNWANTED', 'DISORDERLYCONDUCT', 1),
        ('GAITHERSBURG', 'TRESPASSING/UNWANTED', 'OTHERMISCELLANEOUS', 1),
        ('GERMANTOWN', 'CHECK WELFARE', 'OTHERMISCELLANEOUS', 3),
        ('GERMANTOWN', 'CHECK WELFARE', 'FOLLOW-UP', 2),
        ('GERMANTOWN', 'CHECK WELFARE', 'SUSPICIOUSSIT/PRSON/VEH', 2),
        ('GERMANTOWN', 'STATION RESPONSE', 'INVESTIGATION-POLINFO', 3),
        ('GERMANTOWN', 'STATION RESPONSE', 'OTHERMISCELLANEOUS', 2),
        ('GERMANTOWN', 'STATION RESPONSE', 'COLOTH-DAMAG-ROAD-HITRUN', 1),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'SUSPICIOUSSIT/PRSON/VEH', 7),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'FOLLOW-UP', 1),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 'OTHERMISCELLANEOUS', 1),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-COLLI', 6),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-DAMAG-ROAD-HITRUN', 1),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 'COLOTH-INJRY-ROAD-COLLI', 1)
    ) as figures (city, initial_type, disposition, incidents)

),

differing as (

    select
        published.city,
        published.initial_type,
        published.disposition,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.city = mart.city
        and published.initial_type = mart.initial_type
        and published.disposition = mart.disposition
    where
        not coalesce(mart.incidents = published.incidents, false)

),

limits as (

    select *
    from (
        values
        ('SILVER SPRING', 'CHECK WELFARE', 2),
        ('SILVER SPRING', 'DISTURBANCE/NUISANCE', 3),
        ('SILVER SPRING', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 2),
        ('SILVER SPRING', 'TRAFFIC/TRANSPORTATION INCIDENT', 5),
        ('ROCKVILLE', 'CHECK WELFARE', 2),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 1),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 1),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 1),
        ('GAITHERSBURG', 'CHECK WELFARE', 2),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 0),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 1),
        ('GAITHERSBURG', 'TRESPASSING/UNWANTED', 1),
        ('GERMANTOWN', 'CHECK WELFARE', 2),
        ('GERMANTOWN', 'STATION RESPONSE', 1),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 1),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 1)
    ) as limits_of_groups (city, initial_type, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.city,
        mart.initial_type,
        mart.disposition,
        cast(null as bigint) as published_incidents,
        mart.incidents as mart_incidents
    from mart
    inner join limits
        on mart.city = limits.city
        and mart.initial_type = limits.initial_type
    left join published
        on mart.city = published.city
        and mart.initial_type = published.initial_type
        and mart.disposition = published.disposition
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
