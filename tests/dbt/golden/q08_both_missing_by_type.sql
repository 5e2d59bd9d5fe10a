-- Question 8, panel 22: the first eight types by incidents that miss both times (both_missing_by_type).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'initial_type'

),

published as (

    select *
    from (
        values
        ('THEFTT - TRS THEFT/LARCENY - TELEPHONE REPORTING UNIT', 41),
        ('TRAFFIC VIOLATION', 17),
        ('FRAUDT-TRS FRAUD / DECEPTION - TELEPHONE REPORTING UNIT', 12),
        ('DISTURBANCE/NUISANCE', 12),
        ('STATION RESPONSE', 12),
        ('SUSPICIOUS CIRC, PERSONS, VEHICLE', 12),
        ('STLVEHT - TRS STOLEN VEHICLE - TELEPHONE REPORTING UNIT', 10),
        ('THEFT/LARCENY - OCCURRED EARLIER', 10)
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
        and mart.both_missing > 10

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
