-- What are the most common incident types in the top 4 cities?
select city, initial_type, incidents, type_rank, pct_of_city
from {{ ref('q02_top_types_by_city') }}
where period_id = 'study_2024_06'
order by city_order, type_rank, initial_type
