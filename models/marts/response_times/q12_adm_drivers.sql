-- One row per period, type, priority and top city with a timed incident: why is this city's ADM what it is?

with adm_here_and_elsewhere as (

    select * from {{ ref('adm_here_and_elsewhere') }}

),

timed as (

    select
        period_id,
        pair,
        city,
        incident_id,
        dispatch_arrive_seconds,
        arrive_cleared_seconds,
        row_number() over (
            partition by period_id, pair, city order by dispatch_arrive_seconds desc, incident_id asc
        ) as place
    from {{ ref('incidents_in_periods') }}
    where dispatch_arrive_seconds is not null and pair is not null and city_order is not null

),

longest as (

    select *
    from timed
    where place = 1

),

medians as (

    select period_id, pair, city, {{ percentile('dispatch_arrive_seconds', 0.5) }} / 60e0 as median_minutes
    from timed
    group by period_id, pair, city

),

medians_elsewhere as (

    select
        medians.period_id,
        medians.pair,
        medians.city,
        {{ percentile('timed.dispatch_arrive_seconds', 0.5) }} / 60e0 as median_minutes
    from medians
    inner join timed
        on medians.period_id = timed.period_id
        and medians.pair = timed.pair
        and medians.city <> timed.city
    group by medians.period_id, medians.pair, medians.city

),

explained as (

    select
        here.*,
        here.mean_minutes - here.mean_minutes_elsewhere as gap_minutes,
        longest.incident_id as longest_incident_id,
        longest.dispatch_arrive_seconds / 60e0 as longest_minutes,
        {{ mean_minutes(
            '(here.total_seconds - longest.dispatch_arrive_seconds)', '(here.timed_incidents - 1)'
        ) }} as mean_without_longest,
        {{ pct('longest.dispatch_arrive_seconds', 'here.total_seconds') }} as longest_share_pct,
        longest.arrive_cleared_seconds / 60e0 as cleared_minutes_of_longest,
        medians.median_minutes - medians_elsewhere.median_minutes as median_gap_minutes
    from adm_here_and_elsewhere as here
    inner join longest
        on here.period_id = longest.period_id and here.pair = longest.pair and here.city = longest.city
    inner join medians
        on here.period_id = medians.period_id and here.pair = medians.pair and here.city = medians.city
    left join medians_elsewhere
        on here.period_id = medians_elsewhere.period_id
        and here.pair = medians_elsewhere.pair
        and here.city = medians_elsewhere.city

),

final as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        city,
        city_order,
        timed_incidents,
        cities_compared,
        mean_minutes,
        mean_minutes_elsewhere,
        gap_minutes,
        longest_incident_id,
        longest_minutes,
        mean_without_longest,
        longest_share_pct,
        cleared_minutes_of_longest,
        median_gap_minutes,
        case
            when cities_compared = 1 then 'only city'
            when gap_minutes <= 0 then 'not slower'
            when timed_incidents = 1 then 'single incident'
            when mean_without_longest <= mean_minutes_elsewhere then 'one long incident'
            else 'generally slower'
        end as driver
    from explained

)

select * from final
