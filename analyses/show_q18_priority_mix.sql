-- Is the percentage of a top type and priority higher in one city than in another?
select city, initial_type, priority, incidents, pct_of_city, pct_of_type
from {{ ref('q18_priority_mix') }}
where period_id = '{{ var("period", "last_28_days") }}' and is_top_type
order by city_order, initial_type, priority
