-- One row per period, type, priority and top city with a timed incident: why is this city's ADM what it is?

with adm_here_and_elsewhere as (

    select * from {{ ref('adm_here_and_elsewhere') }}

),

adm_longest as (

    select * from {{ ref('adm_longest') }}

),

adm_median_elsewhere as (

    select * from {{ ref('adm_median_elsewhere') }}

),

explained as (

    select
        here.period_id,
        here.initial_type,
        here.priority,
        here.pair,
        here.city,
        here.city_order,
        here.timed_incidents,
        here.cities_compared,
        here.mean_minutes,
        here.mean_minutes_elsewhere,
        here.mean_minutes - here.mean_minutes_elsewhere as gap_minutes,
        longest.incident_id as longest_incident_id,
        longest.dispatch_arrive_seconds / 60e0 as longest_minutes,
        {{ mean_minutes(
            '(here.total_seconds - longest.dispatch_arrive_seconds)', '(here.timed_incidents - 1)'
        ) }} as mean_without_longest,
        {{ pct('longest.dispatch_arrive_seconds', 'here.total_seconds') }} as longest_share_pct,
        longest.arrive_cleared_seconds / 60e0 as cleared_minutes_of_longest,
        here.median_minutes - elsewhere.median_minutes as median_gap_minutes
    from adm_here_and_elsewhere as here
    inner join adm_longest as longest
        on here.period_id = longest.period_id and here.pair = longest.pair and here.city = longest.city
    left join adm_median_elsewhere as elsewhere
        on here.period_id = elsewhere.period_id and here.pair = elsewhere.pair and here.city = elsewhere.city

),

final as (

    select
        *,
        case
            when cities_compared = 1 then 'only city'
            when gap_minutes <= 0 then 'not slower'
            when timed_incidents = 1 then 'single incident'
            when mean_without_longest <= mean_minutes_elsewhere then 'one long incident'
            when timed_incidents < {{ var('small_sample') }} then 'few incidents'
            else 'generally slower'
        end as driver
    from explained

)

select * from final
