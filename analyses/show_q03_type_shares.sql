-- What is the percentage distribution of incidents in each city?
select initial_type, city, pct_of_city, pct_of_all, difference_points, highest_city
from {{ ref('q03_type_shares') }}
where period_id = '{{ var("period", "last_28_days") }}'
order by pct_of_all desc, initial_type asc, city_order asc
