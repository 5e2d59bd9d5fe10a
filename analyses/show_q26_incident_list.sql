-- Which incidents stand behind a number?
select start_time, address, city, pair, disposition, call_to_arrive_minutes, arrive_to_clear_minutes, incident_id
from {{ ref('incident_list') }}
where start_time >= timestamp '2024-06-10 00:00:00' and start_time < timestamp '2024-06-14 00:00:00'
order by start_time desc, incident_id asc
