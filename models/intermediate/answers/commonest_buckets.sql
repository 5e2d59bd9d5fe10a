-- One row per period and metric: the time that each focus type takes most often in the first top city that has any.
{%- set types = var('focus_types') | length %}

with buckets as (

    select *, 'dispatch_arrive' as metric
    from {{ ref('q09_dispatch_arrive_buckets') }}
    union all
    select *, 'arrive_cleared' as metric
    from {{ ref('q10_arrive_cleared_buckets') }}

),

commonest as (

    select
        *,
        city_order = min(city_order) over (partition by period_id, metric) as is_first_city,
        count(*) over (partition by period_id, metric, city, initial_type, incidents) as equals,
        row_number() over (
            partition by period_id, metric, city, initial_type order by incidents desc, bucket_order asc
        ) as nth_of_type
    from buckets

),

ordered as (

    select
        period_id,
        metric,
        {{ title_case('city') }} as city,
        initial_type || ' ' || bucket || ' (' || {{ format_count('incidents') }} || ' of '
        || {{ format_count('timed_incidents') }}
        || case when equals > 1 then ', a tie' else '' end || ')' as told,
        row_number() over (partition by period_id, metric order by timed_incidents desc, initial_type asc) as nth
    from commonest
    where is_first_city and nth_of_type = 1

),

-- As many types as a sentence of 200 letters has room for.
measured as (

    select
        *,
        sum(length(told) + 2) over (
            partition by period_id, metric order by nth asc rows between unbounded preceding and current row
        ) as told_length
    from ordered

),

final as (

    select
        period_id,
        metric,
        'In ' || max(city) || ' it takes most often to '
        || case metric when 'dispatch_arrive' then 'arrive: ' else 'clear: ' end
        || concat_ws(
            ', ',
            {%- for n in range(1, types + 1) %}
            {{ nth('case when told_length <= 140 then told end', n) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) || '.' as headline
    from measured
    group by period_id, metric

)

select * from final
