-- Did it get better or worse?
select
    area_kind,
    area,
    priority_label,
    verdict,
    median_minutes,
    median_before,
    median_low_minutes,
    median_high_minutes,
    before_low_minutes,
    before_high_minutes
from {{ ref('q23_change') }}
where period_id = '{{ var("period", "last_28_days") }}' and verdict in ('slower', 'quicker', 'no clear change')
order by area_kind, area, priority_label
