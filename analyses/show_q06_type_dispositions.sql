-- What is the most common combination of type and disposition in each of the top cities?
select city, initial_type, disposition, incidents, combination_rank, in_all_top_cities
from {{ ref('q06_type_dispositions') }}
where period_id = '{{ var("period", "last_28_days") }}' and combination_rank <= 3
order by city_order, combination_rank, initial_type
