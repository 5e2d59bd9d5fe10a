{#- Pieces of the sentences in `answers`. -#}

{#- '1 incident', '3,349 incidents'. -#}
{% macro counted(number, noun, plural=none) -%}
    {{ format_count(number) }} || case when {{ number }} = 1 then ' {{ noun }}' else ' {{ plural or noun ~ 's' }}' end
{%- endmacro %}

{#- '35.6 %' of a per cent value, '7.8 min' of minutes. -#}
{% macro with_unit(number, unit) %}{{ format_decimal(number) }} || ' {{ unit }}'{% endmacro %}

{#- '7.8 to 15.5 min'. -#}
{% macro minutes_range(least, greatest) %}{{ format_decimal(least) }} || ' to '
|| {{ with_unit(greatest, 'min') }}{% endmacro %}

{#- The text of the nth row of a group, where `place` numbers them. -#}
{% macro nth(text, n) %}max(case when place = {{ n }} then {{ text }} end){% endmacro %}

{#- How much of each focus type is done within so many minutes: one row per period. -#}
{% macro answer_within_minutes(buckets, minutes, opening) %}
with shares as (

    select
        buckets.period_id,
        buckets.initial_type,
        {{ pct('sum(case when time_buckets.up_to_seconds <= ' ~ minutes * 60 ~ ' then buckets.incidents else 0 end)',
            'sum(buckets.incidents)') }} as pct_within
    from {{ buckets }} as buckets
    inner join {{ ref('time_buckets') }} as time_buckets on buckets.bucket = time_buckets.bucket
    group by buckets.period_id, buckets.initial_type

),

final as (

    select
        period_id,
        '{{ opening }} {{ minutes }} minutes: ' || concat_ws(
            ', ',
            {%- for type in var('focus_types') %}
            max(case when initial_type = '{{ type }}' then {{ with_unit('pct_within', '%') }} || ' of {{ type }}' end)
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) || ' (timed incidents of the top cities).' as headline
    from shares
    group by period_id

)

select * from final
{% endmacro %}

{#- The consistently slow and the consistently quick pair among the firm ones; without any, the pair that varies most among those that
    occur most often in two places. One row per period. -#}
{% macro answer_consistency(comparison, where, verb) %}
with pairs as (

    select
        period_id,
        pair,
        max(comparable_n) as comparable_n,
        min(mean_minutes) as least_minutes,
        max(mean_minutes) as greatest_minutes,
        max(firm_least_minutes) as firm_least_minutes,
        max(firm_greatest_minutes) as firm_greatest_minutes
    from {{ comparison }}
    group by period_id, pair

),

placed as (

    select
        *,
        {{ minutes_range('firm_least_minutes', 'firm_greatest_minutes') }} as firm_range,
        row_number() over (partition by period_id order by firm_least_minutes desc nulls last, pair) as slow_place,
        row_number() over (partition by period_id order by firm_greatest_minutes asc nulls last, pair) as quick_place,
        row_number() over (
            partition by period_id order by comparable_n desc nulls last, greatest_minutes - least_minutes desc, pair
        ) as varied_place
    from pairs

),

chosen as (

    select
        period_id,
        count(firm_least_minutes) as firm_pairs,
        max(comparable_n) as comparable_n,
        max(case when slow_place = 1 then pair end) as slow_pair,
        max(case when slow_place = 1 then firm_range end) as slow_range,
        max(case when quick_place = 1 then pair end) as quick_pair,
        max(case when quick_place = 1 then firm_range end) as quick_range,
        max(case when varied_place = 1 then pair end) as varied_pair,
        max(case when varied_place = 1 then {{ minutes_range('least_minutes', 'greatest_minutes') }} end) as varied_range,
        max(case when varied_place = 1 then least_minutes end) as least_varied,
        max(case when varied_place = 1 then greatest_minutes end) as greatest_varied
    from placed
    group by period_id

),

final as (

    select
        period_id,
        case
            when firm_pairs > 1 and slow_pair = quick_pair
                then 'Means overlap too much for a slow and a quick pair; the steadiest is ' || slow_pair || ': '
                    || slow_range || ' to {{ verb }}.'
            -- Two long pairs are more than a sentence can hold.
            when firm_pairs > 1 and length(slow_pair || quick_pair) > 110
                then slow_pair || ' is consistently slow to {{ verb }} (' || slow_range || ').'
            when firm_pairs > 1
                then slow_pair || ' is consistently slow to {{ verb }} (' || slow_range || '), ' || quick_pair
                    || ' consistently quick (' || quick_range || ').'
            when firm_pairs = 1
                then 'Only ' || slow_pair || ' has {{ var("small_sample") }} timed incidents {{ where }}: '
                    || slow_range || ' to {{ verb }}.'
            when comparable_n is not null and least_varied = greatest_varied then 'No pair differs {{ where }}.'
            when comparable_n is not null
                then 'No pair has {{ var("small_sample") }} timed incidents {{ where }}; of those with '
                    || {{ format_count('comparable_n') }}
                    || ', ' || varied_pair || ' varies most: ' || varied_range || ' to {{ verb }}.'
        end as headline
    from chosen

)

select * from final
{% endmacro %}

{#- How many pairs and cities a mart of questions 16 and 17 holds, and the clearest of them. One row per period. -#}
{% macro answer_busier_cities(mart, adjective) %}
with placed as (

    select
        *,
        count(*) over (partition by period_id) as cases,
        row_number() over (
            partition by period_id order by is_small_sample, abs(slower_by_minutes) desc, pair, city
        ) as place
    from {{ mart }}

),

final as (

    select
        period_id,
        'Yes, ' || {{ counted('cases', 'case') }} || case when cases = 1 then ': ' else '; the clearest: ' end
        || {{ title_case('city') }} || ' is busier and {{ adjective }} with ' || pair || ', '
        || {{ with_unit('mean_minutes', 'min') }}
        || ' (n = ' || {{ format_count('timed_incidents') }} || '), elsewhere '
        || {{ with_unit('mean_minutes_elsewhere', 'min') }} || '.' as headline
    from placed
    where place = 1

)

select * from final
{% endmacro %}

{#- What `answers` says for a question when the period has incidents, but none that answers it. -#}
{% macro no_answer(question) -%}
    {%- set asked = var('question_12') -%}
    {%- set sentences = {
        1: 'No incident of this period has a city.',
        4: 'No incident of this period is on a street.',
        9: 'No top city has a timed incident of the focus types in this period.',
        10: 'No top city has a timed incident of the focus types in this period.',
        11: 'No pair has timed incidents in two top cities.',
        12: asked.city | title ~ ' has no timed ' ~ asked.pair ~ ' in this period.',
        13: 'No pair has timed incidents in two top cities.',
        14: 'No pair has timed incidents on two key streets.',
        15: 'No pair has timed incidents on two key streets.',
        16: 'No: no top city is both busier and slower with a pair in this period.',
        17: 'No: no top city is busier and yet quicker with a pair in this period.',
    } -%}
    {{- sentences.get(question, 'No top city has an incident in this period.') -}}
{%- endmacro %}
