-- Question 8, panel 23: the first eight sectors by incidents that miss both times (both_missing_by_sector).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'sector'

),

published as (

    select *
    from (
        values
        ('G1', 20),
        ('I1', 16),
        ('A3', 14),
        ('N1', 12),
        ('P1', 10),
        ('J1', 10),
        ('L1', 10),
        ('B2', 9)
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

-- The list is cut off: what it leaves out is at most equal to its last figure.
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
        and mart.both_missing > 9

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
