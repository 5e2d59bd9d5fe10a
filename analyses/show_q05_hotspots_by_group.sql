-- Are there areas where incidents are concentrated? Where is a kind of incident concentrated within a city?
select city, type_group, cell_id, latitude, longitude, incidents, cell_rank, pct_of_group, top_street, top_type
from {{ ref('q05_hotspots_by_group') }}
where period_id = '{{ var("period", "last_28_days") }}' and cell_rank <= 3
order by city_order, type_group, cell_rank, cell_id
