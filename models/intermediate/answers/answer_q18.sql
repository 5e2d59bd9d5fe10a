-- One row per period with an answer to question 18: is the share of a type and priority higher in one city?

with mix as (

    select * from {{ ref('q18_priority_mix') }}

),

cities as (

    select distinct period_id, city from mix

),

kinds as (

    select distinct period_id, initial_type, priority from mix

),

-- A city without the type and priority has a share of 0.
shares as (

    select
        kinds.period_id,
        kinds.initial_type,
        kinds.priority,
        cities.city,
        coalesce(mix.pct_of_city, 0e0) as pct_of_city
    from kinds
    inner join cities on kinds.period_id = cities.period_id
    left join mix
        on kinds.period_id = mix.period_id
        and kinds.initial_type = mix.initial_type
        and kinds.priority = mix.priority
        and cities.city = mix.city

),

ordered as (

    select
        *,
        row_number() over (
            partition by period_id, initial_type, priority order by pct_of_city desc, city asc
        ) as from_highest,
        row_number() over (
            partition by period_id, initial_type, priority order by pct_of_city asc, city desc
        ) as from_lowest
    from shares

),

compared as (

    select
        period_id,
        initial_type,
        priority,
        max(case when from_highest = 1 then city end) as highest_city,
        max(case when from_lowest = 1 then city end) as lowest_city,
        max(pct_of_city) as highest_pct,
        min(pct_of_city) as lowest_pct,
        row_number() over (
            partition by period_id order by max(pct_of_city) - min(pct_of_city) desc, initial_type asc, priority asc
        ) as place
    from ordered
    group by period_id, initial_type, priority

),

final as (

    select
        period_id,
        case
            when highest_city = lowest_city
                then 'Only ' || {{ title_case('highest_city') }} || ' has incidents to compare.'
            when highest_pct = lowest_pct then 'No: the shares are equal in all top cities.'
            else 'Yes, most for ' || initial_type || ' of priority ' || cast(priority as varchar) || ': '
                || {{ with_unit('highest_pct', '%') }} || ' of the incidents in '
                || {{ title_case('highest_city') }} || ', '
                || {{ with_unit('lowest_pct', '%') }} || ' in ' || {{ title_case('lowest_city') }} || '.'
        end as headline
    from compared
    where place = 1

)

select * from final
