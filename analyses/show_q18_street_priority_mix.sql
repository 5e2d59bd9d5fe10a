-- Is the percentage of a top type and priority higher in one city than in another? And on one key street than on
-- another?
select street, initial_type, priority, incidents, pct_of_street, pct_of_type
from {{ ref('q18_street_priority_mix') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by street_order, initial_type, priority
