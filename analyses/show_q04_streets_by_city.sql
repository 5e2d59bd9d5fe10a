-- Which street or road has the highest number of incidents? And within a city?
select city, street, block_incidents, intersection_incidents, pct_of_city, street_rank, top_type
from {{ ref('q04_streets_by_city') }}
where period_id = '{{ var("period", "last_28_days") }}' and street_rank <= 10 and city_order is not null
order by city_order, street_rank, street
