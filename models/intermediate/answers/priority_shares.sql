-- One row per period, compared type, priority and top city with enough incidents to have shares, also one without any.

with mix as (

    select *
    from {{ ref('q18_priority_mix') }}
    where city_incidents >= {{ var('small_sample') }}

),

cities as (

    select distinct period_id, city, city_order from mix

),

kinds as (

    select distinct period_id, initial_type, priority from mix

),

shares as (

    select
        kinds.period_id,
        kinds.initial_type,
        kinds.priority,
        cities.city,
        cities.city_order,
        coalesce(mix.incidents, 0) as incidents,
        coalesce(mix.pct_of_city, 0e0) as pct_of_city
    from kinds
    inner join cities on kinds.period_id = cities.period_id
    left join mix
        on kinds.period_id = mix.period_id
        and kinds.initial_type = mix.initial_type
        and kinds.priority = mix.priority
        and cities.city = mix.city

),

final as (

    select
        *,
        max(pct_of_city) over (partition by period_id, initial_type, priority) as highest_pct,
        min(pct_of_city) over (partition by period_id, initial_type, priority) as lowest_pct
    from shares

)

select * from final
