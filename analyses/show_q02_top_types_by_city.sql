-- What are the most common incident types in the top cities?
select city, initial_type, incidents, type_rank, pct_of_city
from {{ ref('q02_top_types_by_city') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by city_order, type_rank, initial_type
