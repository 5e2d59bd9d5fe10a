-- One row per period in which cities can be compared, and adjective (slower, quicker): a busier city's greatest gap.

with asked as (

    select distinct compared.period_id, adjectives.adjective
    from {{ ref('adm_here_and_elsewhere') }} as compared
    cross join (values ('slower'), ('quicker')) as adjectives (adjective)
    where compared.cities_compared > 1

),

cases as (

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
        case when is_on_few then '' else '; the widest gap, small samples aside' end as by_the_gap,
        ': ' || {{ title_case('city') }} || ' with ' || pair || ', ' || {{ with_unit('mean_minutes', 'min') }}
        || ' (n = ' || {{ format_count('timed_incidents') }} || '), the other top cities '
        || {{ with_unit('mean_minutes_elsewhere', 'min') }} as told,
        ' (n = ' || {{ format_decimal('incidents_elsewhere_mean') }} || ' on average)' as on_average
    from ordered
    where nth = 1

),

final as (

    select
        asked.period_id,
        asked.adjective,
        case
            when worded.told is not null
                then {{ first_that_fits([
                    "verdict || by_the_gap || told || on_average || '.'",
                    "verdict || told || on_average || '.'",
                    "verdict || told || '.'",
                ]) }}
            when asked.adjective = 'slower' then 'No: no top city is both busier and slower with a pair in this period.'
            else 'No: no top city is busier and yet quicker with a pair in this period.'
        end as headline
    from asked
    left join worded on asked.period_id = worded.period_id and asked.adjective = worded.adjective

)

select * from final
