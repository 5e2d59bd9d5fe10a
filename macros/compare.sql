{#- The comparisons that several questions share: the same words, another metric or another kind of place. -#}

{#- One row per period, focus type, top city and time bucket. `metric` is dispatch_arrive or arrive_cleared. -#}
{% macro time_buckets_by_city(metric) %}
with timed as (

    select period_id, initial_type, city, city_order, {{ metric }}_seconds as seconds
    from {{ ref('incidents_in_periods') }}
    where
        {{ metric }}_seconds is not null
        and city_order is not null
        and initial_type in ('{{ var("focus_types") | join("', '") }}')

),

time_buckets as (

    select * from {{ ref('time_buckets') }}

),

cities as (

    select period_id, initial_type, city, city_order, count(*) as timed_incidents
    from timed
    group by period_id, initial_type, city, city_order

),

counted as (

    select timed.period_id, timed.initial_type, timed.city, time_buckets.bucket, count(*) as incidents
    from timed
    inner join time_buckets
        on timed.seconds > time_buckets.over_seconds
        and timed.seconds <= coalesce(time_buckets.up_to_seconds, timed.seconds)
    group by timed.period_id, timed.initial_type, timed.city, time_buckets.bucket

),

-- A city with any timed incident has every bucket.
final as (

    select
        cities.period_id,
        cities.initial_type,
        cities.city,
        cities.city_order,
        cities.city || ' (n=' || {{ format_count('cities.timed_incidents') }} || ')' as label,
        time_buckets.bucket,
        time_buckets.bucket_order,
        coalesce(counted.incidents, 0) as incidents,
        cities.timed_incidents,
        {{ pct('coalesce(counted.incidents, 0)', 'cities.timed_incidents') }} as pct_of_timed
    from cities
    cross join time_buckets
    left join counted
        on cities.period_id = counted.period_id
        and cities.initial_type = counted.initial_type
        and cities.city = counted.city
        and time_buckets.bucket = counted.bucket

)

select * from final
{% endmacro %}

{#- One row per period, pair and place with a timed incident of it: the pair's mean there and against the other places.
    `metric` is dispatch_arrive or arrive_cleared, `place` city or street, `incidents` where the places' incidents stand. -#}
{% macro compare_places(metric, place, incidents) %}
{%- set places = {'city': 'cities', 'street': 'streets'}[place] %}
with timed as (

    select *
    from {{ incidents }}
    where {{ metric }}_seconds is not null and pair is not null and {{ place }}_order is not null

),

places as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        {{ place }},
        {{ place }}_order,
        count(*) as timed_incidents,
        {{ mean_minutes(total_seconds(metric), 'count(*)') }} as mean_minutes,
        {{ percentile(metric ~ '_seconds', 0.5) }} / 60e0 as median_minutes,
        {{ percentile(metric ~ '_seconds', 0.9) }} / 60e0 as p90_minutes,
        {{ stddev_minutes(metric) }} as stddev_minutes,
        count(*) < {{ var('small_sample') }} as is_small_sample
    from timed
    group by period_id, initial_type, priority, pair, {{ place }}, {{ place }}_order

),

ranked as (

    select
        *,
        case when not is_small_sample then mean_minutes end as firm_minutes,
        rank() over (partition by period_id, pair order by mean_minutes) as {{ place }}_rank,
        row_number() over (partition by period_id, pair order by timed_incidents desc, {{ place }}) as size_place,
        rank() over (partition by period_id, pair, is_small_sample order by mean_minutes) as rank_of_its_size
    from places

),

compared as (

    select
        *,
        count(*) over pairs as {{ places }}_compared,
        min(mean_minutes) over pairs as least_minutes,
        max(mean_minutes) over pairs as greatest_minutes,
        stddev_pop(mean_minutes) over pairs / nullif(avg(mean_minutes) over pairs, 0) as variation,
        max(case when size_place = 2 then timed_incidents end) over pairs as comparable_n,
        count(firm_minutes) over pairs >= 2 as has_firm_places,
        min(firm_minutes) over pairs as least_firm,
        max(firm_minutes) over pairs as greatest_firm,
        stddev_pop(firm_minutes) over pairs / nullif(avg(firm_minutes) over pairs, 0) as variation_firm
    from ranked
    -- Ordered, so that sums of doubles come out alike in every run.
    window pairs as (
        partition by period_id, pair order by {{ place }} rows between unbounded preceding and unbounded following
    )

),

final as (

    select
        period_id,
        initial_type,
        priority,
        pair,
        {{ place }},
        {{ place }}_order,
        timed_incidents,
        mean_minutes,
        median_minutes,
        p90_minutes,
        stddev_minutes,
        {{ places }}_compared,
        {{ place }}_rank,
        {{ places }}_compared > 1 and mean_minutes = least_minutes as is_best,
        {{ places }}_compared > 1 and mean_minutes = greatest_minutes as is_worst,
        greatest_minutes - least_minutes as spread_minutes,
        greatest_minutes / nullif(least_minutes, 0) as ratio,
        variation,
        is_small_sample,
        comparable_n,
        case when has_firm_places then least_firm end as firm_least_minutes,
        case when has_firm_places then greatest_firm end as firm_greatest_minutes,
        case when has_firm_places then greatest_firm - least_firm end as firm_spread_minutes,
        case when has_firm_places then variation_firm end as firm_variation,
        case when has_firm_places and not is_small_sample then rank_of_its_size end as firm_rank
    from compared

)

select * from final
{% endmacro %}

{#- One row per period, pair and city that is busier with the pair than the other compared cities, and slower ('>') or
    quicker ('<') to arrive. -#}
{% macro busier_cities(slower_or_quicker) %}
with adm_here_and_elsewhere as (

    select * from {{ ref('adm_here_and_elsewhere') }}

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
        mean_minutes,
        incidents_elsewhere_mean,
        mean_minutes_elsewhere,
        mean_minutes - mean_minutes_elsewhere as slower_by_minutes,
        timed_incidents - incidents_elsewhere_mean as busier_by_incidents,
        timed_incidents < {{ var('small_sample') }} as is_small_sample
    from adm_here_and_elsewhere
    where mean_minutes {{ slower_or_quicker }} mean_minutes_elsewhere and timed_incidents > incidents_elsewhere_mean

)

select * from final
{% endmacro %}
