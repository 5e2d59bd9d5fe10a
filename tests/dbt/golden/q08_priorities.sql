-- Question 8: the priorities that occur (totals).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select
        value as priority,
        case when incidents > 0 then 1 else 0 end as occurs
    from {{ ref('q08_missing_times') }}
    where
        period_id = 'study_2024_06'
        and dimension = 'priority'

),

published as (

    select *
    from (
        values
        ('0', 1),
        ('1', 1),
        ('2', 1),
        ('3', 1),
        ('4', 1)
    ) as figures (priority, occurs)

),

differing as (

    select
        published.priority,
        published.occurs as published_occurs,
        mart.occurs as mart_occurs
    from published
    left join mart
        on published.priority = mart.priority
    where
        not coalesce(mart.occurs = published.occurs, false)

),

-- The list is complete.
unlisted as (

    select
        mart.priority,
        cast(null as bigint) as published_occurs,
        mart.occurs as mart_occurs
    from mart
    left join published
        on mart.priority = published.priority
    where
        published.priority is null
        and mart.occurs > 0

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
