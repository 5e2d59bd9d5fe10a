-- One row per period with an answer to question 7: which dispositions do the top types have?

with ordered as (

    select
        *,
        count(*) over (partition by period_id, city, initial_type) as dispositions,
        count(*) over (partition by period_id, city, initial_type, incidents) as equals,
        row_number() over (
            partition by period_id order by incidents desc, city_order asc, initial_type asc, disposition asc
        ) as nth
    from {{ ref('q07_dispositions_of_top_types') }}
    where is_top_type

),

final as (

    select
        period_id,
        'In ' || {{ title_case('city') }} || ' ' || {{ format_count('incidents') }} || ' of '
        || {{ format_count('type_incidents') }} || ' ' || initial_type || ' ended'
        || case disposition when '(none)' then ' without a disposition' else ' as ' || disposition end
        || {{ share_of('pct_of_type', 'type_incidents') }}
        || case
            when dispositions = 1 then ''
            when equals > 1 then ', as many as in another way'
            else ', more than in any other way'
        end || '.' as headline
    from ordered
    where nth = 1

)

select * from final
