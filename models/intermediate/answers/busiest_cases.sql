-- One row per period and adjective (slower, quicker): the greatest gap of a busier city, in a sentence.

with cases as (

    select *, 'slower' as adjective
    from {{ ref('q16_response_challenges') }}
    union all
    select *, 'quicker' as adjective
    from {{ ref('q17_efficient_responses') }}

),

judged as (

    select *, is_small_sample or incidents_elsewhere_mean < {{ var('small_sample') }} as is_on_few
    from cases

),

ordered as (

    select
        *,
        row_number() over (
            partition by period_id, adjective
            order by is_on_few asc, abs(slower_by_minutes) desc, pair asc, city asc
        ) as nth
    from judged

),

final as (

    select
        period_id,
        adjective,
        case when is_on_few then 'On few incidents alone: ' else 'Yes, by the greatest gap: ' end
        || {{ title_case('city') }} || ' is busier and ' || adjective || ' with ' || pair || ', '
        || {{ with_unit('mean_minutes', 'min') }}
        || ' (n = ' || {{ format_count('timed_incidents') }} || '), elsewhere '
        || {{ with_unit('mean_minutes_elsewhere', 'min') }} || '.' as headline
    from ordered
    where nth = 1

)

select * from final
