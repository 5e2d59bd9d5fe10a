-- Where does a city have a higher ADM and a higher count of a pair: response challenges?
select pair, city, timed_incidents, mean_minutes, mean_minutes_elsewhere, slower_by_minutes
from {{ ref('q16_response_challenges') }}
where period_id = '{{ var("period", "last_28_days") }}' and not is_small_sample
order by slower_by_minutes desc, pair asc, city asc
