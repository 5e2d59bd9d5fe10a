-- One row per period, metric, kind of place, place and pair with a timed incident there: the pair here and elsewhere.
{{ config(materialized='table') }}
{%- set pair = 'period_id, metric, place_kind, pair' %}

with pair_times as (

    select pair_times.*, overall_times.overall_mean_minutes
    from {{ ref('pair_times') }} as pair_times
    inner join {{ ref('overall_times') }} as overall_times
        on pair_times.period_id = overall_times.period_id
        and pair_times.metric = overall_times.metric
        and pair_times.place_kind = overall_times.place_kind

),

ranked as (

    select
        *,
        rank() over (partition by {{ pair }} order by mean_minutes) as place_rank,
        row_number() over (partition by {{ pair }} order by timed_incidents desc, place asc) as nth_by_size,
        rank() over (partition by {{ pair }}, is_small_sample order by mean_minutes) as rank_of_its_size,
        case when not is_small_sample then mean_minutes end as firm_minutes,
        case when not is_small_sample then median_low_minutes end as firm_low,
        case when not is_small_sample then median_high_minutes end as firm_high
    from pair_times

),

compared as (

    select
        *,
        count(*) over pairs as places_compared,
        min(mean_minutes) over pairs as least_minutes,
        max(mean_minutes) over pairs as greatest_minutes,
        stddev_pop(mean_minutes) over pairs / nullif(avg(mean_minutes) over pairs, 0) as variation,
        max(case when nth_by_size = 2 then timed_incidents end) over pairs as comparable_n,
        count(firm_minutes) over pairs >= 2 as has_firm_places,
        min(firm_minutes) over pairs as least_firm,
        max(firm_minutes) over pairs as greatest_firm,
        stddev_pop(firm_minutes) over pairs / nullif(avg(firm_minutes) over pairs, 0) as variation_firm,
        count(firm_low) over pairs >= 2 as has_firm_intervals,
        min(firm_high) over pairs < max(firm_low) over pairs as differs
    from ranked
    -- Ordered, so that sums of doubles come out alike in every run.
    window pairs as (
        partition by {{ pair }} order by place rows between unbounded preceding and unbounded following
    )

),

final as (

    select
        period_id, metric, place_kind, place, place_order, initial_type, priority, pair, timed_incidents, mean_minutes,
        median_minutes, median_low_minutes, median_high_minutes, p90_minutes, stddev_minutes, is_small_sample,
        place_rank, places_compared, variation, comparable_n, overall_mean_minutes,
        case when has_firm_intervals then differs end as is_clear,
        places_compared > 1 and mean_minutes = least_minutes as is_best,
        places_compared > 1 and mean_minutes = greatest_minutes as is_worst,
        greatest_minutes - least_minutes as spread_minutes,
        greatest_minutes / nullif(least_minutes, 0) as ratio,
        case when has_firm_places then least_firm end as firm_least_minutes,
        case when has_firm_places then greatest_firm end as firm_greatest_minutes,
        case when has_firm_places then greatest_firm - least_firm end as firm_spread_minutes,
        case when has_firm_places then variation_firm end as firm_variation,
        case when has_firm_places and not is_small_sample then rank_of_its_size end as firm_rank,
        case
            when has_firm_places and least_firm > overall_mean_minutes then 'slow'
            when has_firm_places and greatest_firm < overall_mean_minutes then 'quick'
        end as consistency
    from compared

)

select * from final
