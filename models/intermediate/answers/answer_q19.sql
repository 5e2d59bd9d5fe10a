-- One row per period with an answer to question 19: do patterns change by hour and weekday?

-- Of hours that a period has four and five times the one counts per day.

with weekdays as (

    select period_id, {{ iso_weekday('start_date') }} as iso_weekday, count(*) as days
    from {{ ref('period_days') }}
    group by period_id, {{ iso_weekday('start_date') }}

),

hours_of_week as (

    select
        hours.*,
        period_totals.incidents as all_incidents,
        1e0 * hours.incidents / weekdays.days as incidents_a_day
    from {{ ref('q19_hour_of_week') }} as hours
    inner join {{ ref('period_totals') }} as period_totals on hours.period_id = period_totals.period_id
    inner join weekdays on hours.period_id = weekdays.period_id and hours.iso_weekday = weekdays.iso_weekday
    where hours.city = 'ALL'

),

ordered as (

    select
        *,
        count(*) over (partition by period_id, incidents_a_day) as equals,
        row_number() over (
            partition by period_id order by incidents_a_day desc, iso_weekday asc, start_hour asc
        ) as nth
    from hours_of_week

),

final as (

    select
        period_id,
        'Counted per day, ' || case equals when 1 then 'the busiest hour' else 'one of the busiest hours' end
        || ' of the week starts on '
        || day_name || ' at ' || cast(start_hour as varchar) || ':00: '
        || {{ format_count('incidents') }} || ' of ' || {{ counted('all_incidents', 'incident') }}
        || {{ share_of('pct_of_city', 'all_incidents') }} || '.' as headline
    from ordered
    where nth = 1

)

select * from final
