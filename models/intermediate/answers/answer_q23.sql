-- One row per period with an answer to question 23: did it get better or worse?
-- It is about the most urgent incidents of the district that has most of them, whatever came out, for the clearest of
-- many changes would often be one by chance; where these are too few, about the whole county.

with comparable as (

    select
        *,
        area_kind = 'police_district' and priority_label = '0' and verdict <> 'too few' as is_urgent
    from {{ ref('q23_change') }}
    where verdict <> 'not comparable' and area <> '(none)'

),

ordered as (

    select
        *,
        row_number() over (
            partition by period_id order by is_urgent desc, timed_incidents desc, area asc
        ) as nth
    from comparable
    where is_urgent or (area_kind = 'all' and priority_label = 'ALL')

),

final as (

    select
        period_id,
        case when is_urgent then 'Priority ' || priority_label || ' in ' || area else 'All incidents of the county' end
        || case
            when verdict = 'too few'
                then ': too few arrivals to say (n = ' || {{ format_count('timed_incidents') }} || ', a year before '
                    || {{ format_count('timed_before') }} || ').'
            else ': median from call to arrival ' || {{ with_unit('median_minutes', 'min') }} || ', '
                || {{ format_decimal('median_before') }} || ' a year before: ' || verdict || ' (intervals '
                || {{ format_decimal('median_low_minutes') }} || ' to '
                || {{ format_decimal('median_high_minutes') }} || ' and '
                || {{ format_decimal('before_low_minutes') }} || ' to '
                || {{ format_decimal('before_high_minutes') }} || ').'
        end as headline
    from ordered
    where nth = 1

)

select * from final
