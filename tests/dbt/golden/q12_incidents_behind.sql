-- Question 12, panels 32 and 33: the incidents behind an average, one a row, in seconds (incidents_behind).
-- timed is 0 where both times are missing.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        concat(initial_type, ':', cast(priority as varchar)) as pair,
        city,
        concat(sector, ' ', pra) as sector_and_pra,
        disposition,
        1 as incidents,
        case when dispatch_arrive_seconds is null and arrive_cleared_seconds is null then 0 else 1 end as timed,
        coalesce(dispatch_arrive_seconds, 0) as arrive_seconds,
        coalesce(arrive_cleared_seconds, 0) as cleared_seconds
    from {{ ref('incidents') }}
    where start_date between date '2024-06-10' and date '2024-06-13'

),

published as (

    select *
    from (
        values
        ('SEXUAL ASSAULT - OCCURRED EARLIER:3', 'SILVER SPRING', 'K1 350', 'INVESTIGATION-POLINFO', 1, 2958e0, 81, 3e0),
        ('NOISE - NOISE - OTHER COMPLAINTS:3', 'GAITHERSBURG', 'P3 419', 'ANIMALNUISANCE/BARKING', 0, 0e0, 0, 0e0),
        ('NOISE - NOISE - OTHER COMPLAINTS:3', 'GAITHERSBURG', 'P2 449', 'OTHERMISCELLANEOUS', 1, 1100e0, 146, 5e0),
        ('NOISE - NOISE - OTHER COMPLAINTS:3', 'GAITHERSBURG', 'P3 433', 'DISORDERLYCONDUCT', 0, 0e0, 0, 0e0)
    ) as figures (pair, city, sector_and_pra, disposition, timed, arrive_seconds, cleared_seconds, tolerance)

),

differing as (

    select
        published.pair,
        published.city,
        published.sector_and_pra,
        published.disposition,
        published.timed as published_timed,
        mart.timed as mart_timed,
        published.arrive_seconds as published_arrive_seconds,
        mart.arrive_seconds as mart_arrive_seconds,
        published.cleared_seconds as published_cleared_seconds,
        mart.cleared_seconds as mart_cleared_seconds
    from published
    left join mart
        on published.pair = mart.pair
        and published.city = mart.city
        and published.sector_and_pra = mart.sector_and_pra
        and published.disposition = mart.disposition
    where
        not coalesce(mart.timed = published.timed, false)
        or not coalesce(abs(mart.arrive_seconds - published.arrive_seconds) <= published.tolerance, false)
        or not coalesce(mart.cleared_seconds = published.cleared_seconds, false)

),

limits as (

    select *
    from (
        values
        ('SEXUAL ASSAULT - OCCURRED EARLIER:3', 'SILVER SPRING', 0),
        ('NOISE - NOISE - OTHER COMPLAINTS:3', 'GAITHERSBURG', 0)
    ) as limits_of_groups (pair, city, most)

),

-- The list is complete.
unlisted as (

    select
        mart.pair,
        mart.city,
        mart.sector_and_pra,
        mart.disposition,
        cast(null as bigint) as published_timed,
        mart.timed as mart_timed,
        cast(null as double) as published_arrive_seconds,
        mart.arrive_seconds as mart_arrive_seconds,
        cast(null as bigint) as published_cleared_seconds,
        mart.cleared_seconds as mart_cleared_seconds
    from mart
    inner join limits
        on mart.pair = limits.pair
        and mart.city = limits.city
    left join published
        on mart.pair = published.pair
        and mart.city = published.city
        and mart.sector_and_pra = published.sector_and_pra
        and mart.disposition = published.disposition
    where
        published.pair is null
        and mart.incidents > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
