-- Which pairs have consistently the worst and best ACM across the key streets?
select pair, street, mean_minutes, timed_incidents, spread_minutes, firm_least_minutes, firm_greatest_minutes
from {{ ref('q15_acm_by_street') }}
where period_id = '{{ var("period", "last_28_days") }}' and streets_compared > 1
order by spread_minutes desc, pair asc, street_order asc
