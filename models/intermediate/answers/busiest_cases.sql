-- One row per period and adjective (slower, quicker): the clearest case of a busier city, in a sentence.

with cases as (

    select *, 'slower' as adjective
    from {{ ref('q16_response_challenges') }}
    union all
    select *, 'quicker' as adjective
    from {{ ref('q17_efficient_responses') }}

),

ordered as (

    select
        *,
        row_number() over (
            partition by period_id, adjective
            order by is_small_sample asc, abs(slower_by_minutes) desc, pair asc, city asc
        ) as nth
    from cases

),

final as (

    select
        period_id,
        adjective,
        case when is_small_sample then 'On few incidents alone: ' else 'Yes, most clearly: ' end
        || {{ title_case('city') }} || ' is busier and ' || adjective || ' with ' || pair || ', '
        || {{ with_unit('mean_minutes', 'min') }}
        || ' (n = ' || {{ format_count('timed_incidents') }} || '), elsewhere '
        || {{ with_unit('mean_minutes_elsewhere', 'min') }} || '.' as headline
    from ordered
    where nth = 1

)

select * from final
