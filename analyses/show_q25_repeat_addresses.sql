-- Which addresses call again and again?
select address, city, incidents, days_with_incidents, top_type, cumulative_pct, addresses_pct
from {{ ref('q25_repeat_addresses') }}
where period_id = '{{ var("period", "last_28_days") }}' and address_rank <= 20
order by address_rank, address
