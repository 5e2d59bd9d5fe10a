-- Question 1, panel 1: incidents of each city (incidents_by_city).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q01_incidents_by_city') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('SILVER SPRING', 412),
        ('ROCKVILLE', 201),
        ('GAITHERSBURG', 148),
        ('GERMANTOWN', 101),
        ('BETHESDA', 77),
        ('MONTGOMERY VILLAGE', 36),
        ('CHEVY CHASE', 35),
        ('POTOMAC', 31),
        ('OLNEY', 18),
        ('DERWOOD', 18),
        ('CLARKSBURG', 16),
        ('KENSINGTON', 16),
        ('BURTONSVILLE', 13),
        ('DAMASCUS', 8),
        ('BOYDS', 7),
        ('BROOKEVILLE', 5),
        ('DICKERSON', 4),
        ('ASHTON', 3),
        ('CABIN JOHN', 3),
        ('BARNESVILLE', 2),
        ('SPENCERVILLE', 1),
        ('POOLESVILLE', 1),
        ('BELTSVILLE', 1)
    ) as figures (city, incidents)

),

differing as (

    select
        published.city,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.city = mart.city
    where
        not coalesce(mart.incidents = published.incidents, false)

),

-- The list is complete.
unlisted as (

    select
        mart.city,
        cast(null as bigint) as published_incidents,
        mart.incidents as mart_incidents
    from mart
    left join published
        on mart.city = published.city
    where
        published.city is null
        and mart.incidents > 0

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
