-- Question 2, panel 3: the first ten types of all incidents, in percent (top10_types_percent_of_all).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q02_top_types_by_city') }}
    where
        period_id = 'study_2024_06'
        and city = 'ALL'

),

published as (

    select *
    from (
        values
        ('TRAFFIC/TRANSPORTATION INCIDENT', 8.6e0),
        ('SUSPICIOUS CIRC, PERSONS, VEHICLE', 7.2e0),
        ('DISTURBANCE/NUISANCE', 5.6e0),
        ('CHECK WELFARE', 5.4e0),
        ('TRESPASSING/UNWANTED', 3.9e0),
        ('TRAFFIC VIOLATION', 3.8e0),
        ('THEFTT - TRS THEFT/LARCENY - TELEPHONE REPORTING UNIT', 3.6e0),
        ('DOMESTIC DISTURBANCE/VIOLENCE', 3.4e0),
        ('STATION RESPONSE', 3.2e0),
        ('THEFT/LARCENY', 2.4e0)
    ) as figures (initial_type, pct_of_city)

),

differing as (

    select
        published.initial_type,
        published.pct_of_city as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from published
    left join mart
        on published.initial_type = mart.initial_type
    where
        not coalesce(abs(mart.pct_of_city - published.pct_of_city) <= 0.050001e0, false)

),

-- The list is cut off: what it leaves out is at most equal to its last figure.
unlisted as (

    select
        mart.initial_type,
        cast(null as double) as published_pct_of_city,
        mart.pct_of_city as mart_pct_of_city
    from mart
    left join published
        on mart.initial_type = published.initial_type
    where
        published.initial_type is null
        and mart.pct_of_city > 2.450001e0

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
