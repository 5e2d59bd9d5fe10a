-- One row per period, kind of area, area and priority (and ALL): how long from the call to the first unit?

with response_times as (

    select * from {{ ref('response_times') }}

),

response_stages as (

    select * from {{ ref('response_stages') }}

),

final as (

    select
        response_stages.period_id,
        response_times.area_kind,
        response_times.area,
        response_times.priority_label,
        response_times.incidents,
        response_times.timed_incidents,
        response_stages.call_to_dispatch_median,
        response_stages.dispatch_to_arrive_median,
        response_times.call_to_arrive_median,
        response_times.call_to_arrive_p90,
        response_stages.arrive_to_clear_median,
        response_times.median_low_minutes,
        response_times.median_high_minutes,
        {%- for minutes in [5, 10, 15, 30] %}
        {{ pct('response_times.within_%d' % minutes, 'response_times.timed_incidents') }} as within_{{ minutes }}_pct,
        {%- endfor %}
        response_times.timed_incidents < {{ var('small_sample') }} as is_small_sample
    from response_times
    inner join response_stages
        on response_times.span_id = response_stages.period_id
        and response_times.area_kind = response_stages.area_kind
        and response_times.area = response_stages.area
        and response_times.priority_label = response_stages.priority_label

)

select * from final
