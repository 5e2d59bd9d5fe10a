-- How long does it take to clear an incident?
select initial_type, label, bucket, incidents, pct_of_timed
from {{ ref('q10_arrive_cleared_buckets') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by initial_type, city_order, bucket_order
