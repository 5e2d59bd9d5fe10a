-- Where does a city have a lower ADM and a higher count of a pair: efficient responses?
select pair, city, timed_incidents, mean_minutes, mean_minutes_elsewhere, slower_by_minutes
from {{ ref('q17_efficient_responses') }}
where period_id = '{{ var("period", "last_28_days") }}' and not is_small_sample
order by slower_by_minutes, pair, city
