-- Which street or road has the highest number of incidents?
select street, block_incidents, intersection_incidents, incidents, street_rank, main_city, top_type
from {{ ref('q04_incidents_by_street') }}
where period_id = '{{ var("period", "last_28_days") }}' and block_incidents >= 10
order by street_rank, street
