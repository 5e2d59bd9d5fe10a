-- Question 3, panels 4 to 7: the first four types of each top city (top4_types_percent_of_city).
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
        ('SILVER SPRING', 'CHECK WELFARE', 4.9e0),
        ('ROCKVILLE', 'TRAFFIC/TRANSPORTATION INCIDENT', 7.5e0),
        ('ROCKVILLE', 'DISTURBANCE/NUISANCE', 6.5e0),
        ('ROCKVILLE', 'TRESPASSING/UNWANTED', 6e0),
        ('ROCKVILLE', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 5.5e0),
        ('GERMANTOWN', 'STATION RESPONSE', 9.9e0),
        ('GERMANTOWN', 'SUSPICIOUS CIRC, PERSONS, VEHICLE', 8.9e0),
        ('GERMANTOWN', 'CHECK WELFARE', 7.9e0),
        ('GERMANTOWN', 'TRAFFIC/TRANSPORTATION INCIDENT', 7.9e0),
        ('GAITHERSBURG', 'TRAFFIC/TRANSPORTATION INCIDENT', 8.1e0),
        ('GAITHERSBURG', 'DISTURBANCE/NUISANCE', 5.4e0),
        ('GAITHERSBURG', 'CHECK WELFARE', 4.7e0),
        ('GAITHERSBURG', 'TRESPASSING/UNWANTED', 4.1e0)
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

),

limits as (

    select *
    from (
        values
        ('SILVER SPRING', 4.950001e0),
        ('ROCKVILLE', 5.550001e0),
        ('GERMANTOWN', 7.950001e0),
        ('GAITHERSBURG', 4.150001e0)
    ) as limits_of_groups (city, most)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.city,
        mart.initial_type,
        cast(null as double) as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from mart
    inner join limits
        on mart.city = limits.city
    left join published
        on mart.city = published.city
        and mart.initial_type = published.initial_type
    where
        published.city is null
        and mart.pct_of_city > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
