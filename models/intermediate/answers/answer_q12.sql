-- One row per period with an answer to question 12: why is this city's ADM of this pair what it is?
{%- set pair, city = var('question_12').pair, var('question_12').city %}

with drivers as (

    select * from {{ ref('q12_adm_drivers') }}

),

told as (

    select
        *,
        {{ title_case('city') }} || '''s ' || {{ with_unit('mean_minutes', 'min') }} || ' for ' || pair as here,
        'in the other top cities ' || {{ with_unit('mean_minutes_elsewhere', 'min') }} as elsewhere,
        case
            when median_gap_minutes > 0 then ' is generally slower; '
            else ' is slower on average, but not in the median; '
        end as usual,
        ' (n = ' || {{ format_count('timed_incidents') }} || ')' as sample
    from drivers
    where pair = '{{ pair | replace("'", "''") }}' and city = '{{ city | replace("'", "''") }}'

),

final as (

    select
        period_id,
        case driver
            when 'only city' then here || sample || ' has nothing to compare with: no other top city has a timed one.'
            when 'not slower' then here || sample || ' is not slower; ' || elsewhere || '.'
            when 'single incident' then here || ' is a single incident; ' || elsewhere || '.'
            when 'one long incident'
                then here || sample || ' comes from one incident of '
                    || {{ with_unit('longest_minutes', 'min') }} || ', without it '
                    || {{ with_unit('mean_without_longest', 'min') }} || '; ' || elsewhere || '.'
            when 'few incidents' then here || sample || ' rests on few incidents; ' || elsewhere || '.'
            else here || sample || usual || elsewhere || '.'
        end as headline
    from told

)

select * from final
