-- Do dispatch_arrive and arrive_cleared have missing values?
select dimension, value, incidents, both_missing, missing_rate_pct, lift
from {{ ref('q08_missing_times') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by dimension asc, both_missing desc, value asc
