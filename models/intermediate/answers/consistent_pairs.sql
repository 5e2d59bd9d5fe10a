-- One row per period, metric and kind of place with a pair of two firm places: which pairs are slow, which quick, and
-- without any, which differs most, in a sentence.
{%- set question = 'period_id, metric, place_kind' %}

with pairs as (

    select distinct
        {{ question }},
        pair,
        consistency,
        firm_least_minutes,
        firm_greatest_minutes,
        firm_variation
    from {{ ref('pair_comparison') }}
    where firm_least_minutes is not null

),

ordered as (

    select
        *,
        pair || ' (' || {{ minutes_range('firm_least_minutes', 'firm_greatest_minutes') }} || ')' as told,
        row_number() over (
            partition by {{ question }}, consistency order by firm_least_minutes desc, pair asc
        ) as nth_slow,
        row_number() over (
            partition by {{ question }}, consistency order by firm_greatest_minutes asc, pair asc
        ) as nth_quick,
        row_number() over (partition by {{ question }} order by firm_variation desc nulls last, pair asc) as nth_varied
    from pairs

),

chosen as (

    select
        {{ question }},
        case metric when 'dispatch_arrive' then ' to arrive' else ' to clear' end as verb,
        case place_kind when 'city' then ' between the cities' else ' between the streets' end as among,
        {%- for kind in ['slow', 'quick'] %}
        max(case when consistency = '{{ kind }}' and nth_{{ kind }} = 1 then told end)
        || case when count(case when consistency = '{{ kind }}' then 1 end) > 1 then ' and others' else '' end
            as {{ kind }},
        {%- endfor %}
        max(case when nth_varied = 1 and firm_greatest_minutes > firm_least_minutes then told end) as varied
    from ordered
    group by {{ question }}

),

final as (

    select
        {{ question }},
        case
            when slow is null and quick is null
                then 'No pair is consistently slow or quick' || verb
                    || coalesce('; most different' || among || ' is ' || varied, '') || '.'
            when quick is null then 'Consistently slow' || verb || ': ' || slow || '; no pair is consistently quick.'
            when slow is null then 'Consistently quick' || verb || ': ' || quick || '; no pair is consistently slow.'
            -- Two long pairs are more than a sentence can hold.
            else {{ first_that_fits([
                "'Consistently slow' || verb || ': ' || slow || '; consistently quick: ' || quick || '.'",
                "'Consistently slow' || verb || ': ' || slow || '; another pair is consistently quick.'",
            ]) }}
        end as headline
    from chosen

)

select * from final
