-- How long does it take to clear an incident?
select initial_type, label, bucket, incidents, pct_of_timed
from {{ ref('q10_arrive_cleared_buckets') }}
where period_id = 'study_2024_06'
order by initial_type, city_order, bucket_order
