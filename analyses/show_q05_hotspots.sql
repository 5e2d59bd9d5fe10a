-- Are there areas where incidents are concentrated?
select cell_id, latitude, longitude, incidents, cell_rank, intersection_pct, top_street, top_city, top_type
from {{ ref('q05_hotspots') }}
where period_id = '{{ var("period", "last_28_days") }}' and cell_rank <= 20
order by cell_rank, cell_id
