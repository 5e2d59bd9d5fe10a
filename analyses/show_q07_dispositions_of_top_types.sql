-- What are the dispositions of the top types in each of the top cities?
select city, initial_type, disposition, incidents, disposition_rank, pct_of_type
from {{ ref('q07_dispositions_of_top_types') }}
where period_id = '{{ var("period", "last_28_days") }}' and is_top_type
order by city_order, initial_type, disposition_rank, disposition
