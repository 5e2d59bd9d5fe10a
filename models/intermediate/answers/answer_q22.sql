-- One row per period with an answer to question 22: how long from the call to the first unit?

with county as (

    select *
    from {{ ref('q22_response_by_area') }}
    where area_kind = 'all' and timed_incidents > 0

),

final as (

    select
        everything.period_id,
        'The median from the call to the first unit is ' || {{ with_unit('everything.call_to_arrive_median', 'min') }}
        || ' (n = ' || {{ format_count('everything.timed_incidents') }}
        || coalesce('; interval ' || {{ minutes_range(
            'everything.median_low_minutes', 'everything.median_high_minutes'
        ) }}, '') || ')'
        || case
            when everything.timed_incidents < {{ var('small_sample') }} then ''
            else '; ' || {{ with_unit('everything.within_10_pct', '%') }} || ' are there within ten minutes'
        end
        || coalesce(
            '; of priority ' || urgent.priority_label || ' it is '
            || {{ with_unit('urgent.call_to_arrive_median', 'min') }} || ' (n = '
            || {{ format_count('urgent.timed_incidents') }} || ')', ''
        ) || '.' as headline
    from county as everything
    left join county as urgent on everything.period_id = urgent.period_id and urgent.priority_label = '0'
    where everything.priority_label = 'ALL'

)

select * from final
