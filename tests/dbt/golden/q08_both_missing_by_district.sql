-- Question 8, panel 24: all districts by incidents that miss both times (both_missing_by_district).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'police_district'

),

published as (

    select *
    from (
        values
        ('3D', 61),
        ('4D', 46),
        ('1D', 44),
        ('6D', 44),
        ('2D', 43),
        ('5D', 35)
    ) as figures (value, both_missing)

),

differing as (

    select
        published.value,
        published.both_missing as published_both_missing,
        mart.both_missing as mart_both_missing
    from published
    left join mart
        on published.value = mart.value
    where
        not coalesce(mart.both_missing = published.both_missing, false)

),

-- The list is complete.
unlisted as (

    select
        mart.value,
        cast(null as bigint) as published_both_missing,
        mart.both_missing as mart_both_missing
    from mart
    left join published
        on mart.value = published.value
    where
        published.value is null
        and mart.both_missing > 0

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
