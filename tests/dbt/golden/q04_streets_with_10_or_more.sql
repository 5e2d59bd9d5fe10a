-- Question 4, panel 8: streets with ten or more block incidents (streets_with_10_or_more).
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q04_incidents_by_street') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('GEORGIA AVE', 41),
        ('ROCKVILLE PIKE', 20),
        ('VEIRS MILL RD', 18),
        ('COLESVILLE RD', 17),
        ('NEW HAMPSHIRE AVE', 14),
        ('MILESTONE DR', 12),
        ('AIRCRAFT DR', 11),
        ('W MONTGOMERY AVE', 11),
        ('EAST WEST HWY', 11),
        ('FREDERICK RD', 11),
        ('MONTGOMERY VILLAGE AVE', 10)
    ) as figures (street, block_incidents)

),

differing as (

    select
        published.street,
        published.block_incidents as published_block_incidents,
        mart.block_incidents as mart_block_incidents
    from published
    left join mart
        on published.street = mart.street
    where
        not coalesce(mart.block_incidents = published.block_incidents, false)

),

-- All others have fewer than ten.
unlisted as (

    select
        mart.street,
        cast(null as bigint) as published_block_incidents,
        mart.block_incidents as mart_block_incidents
    from mart
    left join published
        on mart.street = published.street
    where
        published.street is null
        and mart.block_incidents > 9

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
