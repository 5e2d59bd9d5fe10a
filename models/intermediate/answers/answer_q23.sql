-- One row per period with an answer to question 23: did it get better or worse?
-- It is about the whole county, and about the most urgent incidents of the district that has most of them, whatever
-- came out: the clearest of many changes would often be one by chance.

with comparable as (

    select
        *,
        area_kind = 'police_district' and priority_label = '0' and verdict <> 'too few' as is_urgent
    from {{ ref('q23_change') }}
    where verdict <> 'not comparable' and area <> '(none)'

),

county as (

    select
        period_id,
        'All incidents of the county' || case
            when verdict = 'too few'
                then ': too few arrivals to say (n = ' || {{ format_count('timed_incidents') }} || ', a year before '
                    || {{ format_count('timed_before') }} || ')'
            else ': median from call to arrival ' || {{ with_unit('median_minutes', 'min') }} || ', '
                || {{ format_decimal('median_before') }} || ' a year before: ' || verdict || ' (intervals '
                || {{ format_decimal('median_low_minutes') }} || ' to '
                || {{ format_decimal('median_high_minutes') }} || ' and '
                || {{ format_decimal('before_low_minutes') }} || ' to '
                || {{ format_decimal('before_high_minutes') }} || ')'
        end as told
    from comparable
    where area_kind = 'all' and priority_label = 'ALL'

),

urgent as (

    select
        period_id,
        '; priority ' || priority_label || ' in district ' || area || ': ' || verdict || ' ('
        || {{ with_unit('median_minutes', 'min') }} || ', before ' || {{ format_decimal('median_before') }}
        || ')' as told,
        row_number() over (partition by period_id order by timed_incidents desc, area asc) as nth
    from comparable
    where is_urgent

),

final as (

    select
        county.period_id,
        {{ first_that_fits(["county.told || coalesce(urgent.told, '') || '.'", "county.told || '.'"]) }} as headline
    from county
    left join urgent on county.period_id = urgent.period_id and urgent.nth = 1

)

select * from final
