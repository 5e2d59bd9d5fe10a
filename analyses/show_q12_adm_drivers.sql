-- Why does SEXUAL ASSAULT - OCCURRED EARLIER:3 have the highest ADM in Silver Spring?
select city, mean_minutes, timed_incidents, mean_minutes_elsewhere, longest_minutes, driver
from {{ ref('q12_adm_drivers') }}
where period_id = '{{ var("period", "last_28_days") }}' and pair = '{{ var("question_12").pair }}'
order by mean_minutes desc, city asc
