-- Question 18, panels 37 to 40: priorities of Gaithersburg's top types (priority_type_percent_of_city).
-- The study's mistake: the panel of Gaithersburg counted Silver Spring's incidents and divided them by
-- Gaithersburg's 148.
-- Right are its own: over all priorities they make the shares of its types (top4_types_percent_of_city).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        initial_type,
        max(type_pct_of_city) as type_pct_of_city,
        sum(pct_of_city) as all_priorities_pct
    from {{ ref('q18_priority_mix') }}
    where
        period_id = 'study_2024_06'
        and city = 'GAITHERSBURG'
        and is_top_type
    group by initial_type

),

published as (

    select *
    from (
        values
        ('TRAFFIC/TRANSPORTATION INCIDENT', 8.1e0, 8.1e0),
        ('DISTURBANCE/NUISANCE', 5.4e0, 5.4e0),
        ('CHECK WELFARE', 4.7e0, 4.7e0),
        ('TRESPASSING/UNWANTED', 4.1e0, 4.1e0)
    ) as figures (initial_type, type_pct_of_city, all_priorities_pct)

),

differing as (

    select
        published.initial_type,
        published.type_pct_of_city as published_type_pct_of_city,
        mart.type_pct_of_city as mart_type_pct_of_city,
        published.all_priorities_pct as published_all_priorities_pct,
        mart.all_priorities_pct as mart_all_priorities_pct
    from published
    left join mart
        on published.initial_type = mart.initial_type
    where
        not coalesce(abs(mart.type_pct_of_city - published.type_pct_of_city) <= 0.050001e0, false)
        or not coalesce(abs(mart.all_priorities_pct - published.all_priorities_pct) <= 0.050001e0, false)

),

-- There is no other top type.
unlisted as (

    select
        mart.initial_type,
        cast(null as double) as published_type_pct_of_city,
        mart.type_pct_of_city as mart_type_pct_of_city,
        cast(null as double) as published_all_priorities_pct,
        mart.all_priorities_pct as mart_all_priorities_pct
    from mart
    left join published
        on mart.initial_type = published.initial_type
    where
        published.initial_type is null
        and mart.type_pct_of_city > 0e0

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
