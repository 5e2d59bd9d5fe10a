-- How do the streets develop from month to month?
select street, month_start, incidents, block_incidents, top_type, median_minutes, timed_incidents
from {{ ref('q24_streets_by_month') }}
where is_complete
order by month_start desc, incidents desc, street asc
