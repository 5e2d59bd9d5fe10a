-- Do dispatch_arrive and arrive_cleared have missing values, and is there a pattern?
select dimension, value, incidents, both_missing, missing_rate_pct, lift
from {{ ref('q08_missing_times') }}
where period_id = 'study_2024_06'
order by dimension asc, both_missing desc, value asc
