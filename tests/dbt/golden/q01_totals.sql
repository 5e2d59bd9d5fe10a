-- Question 1: incidents of the whole study, and of its top cities (totals).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        'incidents' as total,
        sum(incidents) as incidents
    from {{ ref('q01_incidents_by_city') }}
    where period_id = 'study_2024_06'
    union all
    select
        'top4_city_incidents' as total,
        sum(incidents) as incidents
    from {{ ref('q01_incidents_by_city') }}
    where
        period_id = 'study_2024_06'
        and is_top_city

),

published as (

    select *
    from (
        values
        ('incidents', 1157),
        ('top4_city_incidents', 862)
    ) as figures (total, incidents)

),

differing as (

    select
        published.total,
        published.incidents as published_incidents,
        mart.incidents as mart_incidents
    from published
    left join mart
        on published.total = mart.total
    where
        not coalesce(mart.incidents = published.incidents, false)

)

select * from differing
