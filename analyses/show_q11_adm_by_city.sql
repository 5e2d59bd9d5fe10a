-- Which type and priority pairs have the worst and best ADM across the top cities?
select pair, city, mean_minutes, timed_incidents, is_best, is_worst, spread_minutes, variation
from {{ ref('q11_adm_by_city') }}
where period_id = '{{ var("period", "last_28_days") }}' and cities_compared > 1
order by spread_minutes desc, pair asc, city_order asc
