-- What is the percentage distribution of incidents in each city, and what does comparing it reveal?
select initial_type, city, pct_of_city, pct_of_all, difference_points, highest_city
from {{ ref('q03_type_shares') }}
where period_id = 'study_2024_06'
order by pct_of_all desc, initial_type asc, city_order asc
