-- Types and cities whose time buckets do not add up to the timed incidents, or are not all there.

with buckets as (

    select 'dispatch_arrive' as metric, period_id, initial_type, city, incidents, timed_incidents
    from {{ ref('q09_dispatch_arrive_buckets') }}
    union all
    select 'arrive_cleared', period_id, initial_type, city, incidents, timed_incidents
    from {{ ref('q10_arrive_cleared_buckets') }}

)

select metric, period_id, initial_type, city, timed_incidents, sum(incidents) as incidents, count(*) as buckets
from buckets
group by metric, period_id, initial_type, city, timed_incidents
having sum(incidents) <> timed_incidents or count(*) <> (select count(*) from {{ ref('time_buckets') }})
