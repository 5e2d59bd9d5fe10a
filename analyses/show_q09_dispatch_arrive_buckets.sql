-- How long does it take for the first unit to arrive?
select initial_type, label, bucket, incidents, pct_of_timed
from {{ ref('q09_dispatch_arrive_buckets') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by initial_type, city_order, bucket_order
