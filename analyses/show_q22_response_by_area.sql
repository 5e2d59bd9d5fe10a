-- How long from the call to the first unit, and where does the time go?
select
    area,
    timed_incidents,
    call_to_dispatch_median,
    dispatch_to_arrive_median,
    call_to_arrive_median,
    median_low_minutes,
    median_high_minutes,
    within_10_pct
from {{ ref('q22_response_by_area') }}
where
    period_id = '{{ var("period", "last_28_days") }}'
    and area_kind = 'police_district'
    and priority_label = 'ALL'
    and not is_small_sample
order by call_to_arrive_median desc, area asc
