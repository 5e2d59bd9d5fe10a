-- Which cities have the highest number of incidents?
select city, incidents, pct_of_all, city_rank
from {{ ref('q01_incidents_by_city') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by city_rank, city
