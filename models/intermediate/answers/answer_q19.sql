-- One row per period with an answer to question 19: do patterns change by hour and weekday?

with hours_of_week as (

    select
        hours.*,
        period_totals.incidents as all_incidents,
        count(*) over (partition by hours.period_id, hours.incidents) as equals,
        row_number() over (
            partition by hours.period_id order by hours.incidents desc, hours.iso_weekday asc, hours.start_hour asc
        ) as nth
    from {{ ref('q19_hour_of_week') }} as hours
    inner join {{ ref('period_totals') }} as period_totals on hours.period_id = period_totals.period_id
    where hours.city = 'ALL'

),

final as (

    select
        period_id,
        case equals when 1 then 'The busiest hour' else 'One of the busiest hours' end || ' of the week starts on '
        || day_name || ' at ' || cast(start_hour as varchar) || ':00: '
        || {{ format_count('incidents') }} || ' of ' || {{ counted('all_incidents', 'incident') }}
        || {{ share_of('pct_of_city', 'all_incidents') }} || '.' as headline
    from hours_of_week
    where nth = 1

)

select * from final
