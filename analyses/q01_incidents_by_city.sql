-- Which cities have the highest number of incidents?
select city, incidents, pct_of_all, city_rank
from {{ ref('q01_incidents_by_city') }}
where period_id = 'study_2024_06'
order by city_rank, city
