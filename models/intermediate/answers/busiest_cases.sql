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

worded as (

    select
        period_id,
        adjective,
        case when is_on_few then 'On few incidents alone' else 'Yes' end as verdict,
        case when is_on_few then '' else ', by the greatest gap' end as by_the_gap,
        ': ' || {{ title_case('city') }} || ' is busier and ' || adjective || ' with ' || pair || ', '
        || {{ with_unit('mean_minutes', 'min') }}
        || ' (n = ' || {{ format_count('timed_incidents') }} || '), elsewhere '
        || {{ with_unit('mean_minutes_elsewhere', 'min') }} || '.' as told
    from ordered
    where nth = 1

),

final as (

    select
        period_id,
        adjective,
        {{ first_that_fits(['verdict || by_the_gap || told', 'verdict || told']) }} as headline
    from worded

)

select * from final
