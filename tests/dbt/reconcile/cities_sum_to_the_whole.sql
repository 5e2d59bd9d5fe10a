-- Periods and cities that the marts count differently. The cities of q01 make the whole, which elsewhere is the city
-- ALL.

with by_city as (

    select 'q01' as mart, period_id, city, incidents
    from {{ ref('q01_incidents_by_city') }}
    where is_top_city
    union all
    select 'q01', period_id, 'ALL', sum(incidents)
    from {{ ref('q01_incidents_by_city') }}
    group by period_id
    union all
    select 'q05', period_id, city, sum(incidents)
    from {{ ref('q05_location_kinds') }}
    group by period_id, city
    union all
    select 'q08', period_id, 'ALL', incidents
    from {{ ref('q08_missing_times') }}
    where dimension = 'all'
    union all
    select 'q19', period_id, city, sum(incidents)
    from {{ ref('q19_hour_of_week') }}
    group by period_id, city
    union all
    select 'q20', 'all', city, sum(incidents)
    from {{ ref('q20_trend') }}
    where type_group = 'ALL'
    group by city

)

select period_id, city, min(incidents) as least, max(incidents) as most, count(*) as marts
from by_city
group by period_id, city
having
    min(incidents) <> max(incidents)
    -- Four marts count every period; q08 only knows ALL, and q20 only the whole time.
    or count(*) <> 3 + case when city = 'ALL' then 1 else 0 end + case when period_id = 'all' then 1 else 0 end
