-- Question 15, panel 36: mean minutes and incidents with a time (acm_by_type_priority_street).
-- The study rounded to two decimals and showed three significant digits; the tolerance allows for both.
-- Figures marked summed are corrected here: q15_summed_blocks.sql.
-- Written from tests/published/june_2024.yml by make_golden_tests.py beside it: change these, not this.

with mart as (

    select *
    from {{ ref('q15_acm_by_street') }}
    where period_id = 'study_2024_06'

),

published as (

    select *
    from (
        values
        ('ASSIST OTHER AGENCY:2', 'VEIRS MILL RD', 1, 11.2e0, 0.055001e0),
        ('ASSIST/STANDBY:1', 'GEORGIA AVE', 2, 17.3e0, 0.0275005e0),
        ('BURGLARY - OCCURRED EARLIER:4', 'COLESVILLE RD', 1, 118e0, 0.505001e0),
        ('BURGLARY JUST OCCURRED:0', 'GEORGIA AVE', 1, 12.4e0, 0.055001e0),
        ('BURGOS:1', 'GEORGIA AVE', 1, 10.5e0, 0.055001e0),
        ('CDS:1', 'GEORGIA AVE', 1, 54.5e0, 0.055001e0)
    ) as figures (pair, street, timed_incidents, mean_minutes, tolerance)

),

differing as (

    select
        published.pair,
        published.street,
        published.timed_incidents as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        published.mean_minutes as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from published
    left join mart
        on published.pair = mart.pair
        and published.street = mart.street
    where
        not coalesce(mart.timed_incidents = published.timed_incidents, false)
        or not coalesce(abs(mart.mean_minutes - published.mean_minutes) <= published.tolerance, false)

),

limits as (

    select *
    from (
        values
        ('ASSIST OTHER AGENCY:2', 0),
        ('ASSIST/STANDBY:1', 0),
        ('BURGLARY - OCCURRED EARLIER:4', 0),
        ('BURGLARY JUST OCCURRED:0', 0),
        ('BURGOS:1', 0),
        ('CDS:1', 0)
    ) as limits_of_groups (pair, most)

),

-- A row of the panel leaves out only those that have no incident with a time.
unlisted as (

    select
        mart.pair,
        mart.street,
        cast(null as bigint) as published_timed_incidents,
        mart.timed_incidents as mart_timed_incidents,
        cast(null as double) as published_mean_minutes,
        mart.mean_minutes as mart_mean_minutes
    from mart
    inner join limits
        on mart.pair = limits.pair
    left join published
        on mart.pair = published.pair
        and mart.street = published.street
    where
        published.pair is null
        and mart.timed_incidents > limits.most

),

final as (

    select * from differing
    union all
    select * from unlisted

)

select * from final
