-- One row per period with an answer to question 7: which dispositions do the top types have?

with placed as (

    select
        *,
        row_number() over (
            partition by period_id order by incidents desc, city_order asc, initial_type asc, disposition asc
        ) as place,
        count(*) over (partition by period_id, city, initial_type) as dispositions
    from {{ ref('q07_dispositions_of_top_types') }}
    where is_top_type

),

final as (

    select
        period_id,
        'In ' || {{ title_case('city') }} || ' ' || {{ format_count('incidents') }} || ' of '
        || {{ format_count('type_incidents') }}
        || ' ' || initial_type || ' ended as ' || disposition || ' (' || {{ with_unit('pct_of_type', '%') }}
        || case
            when dispositions = 1 then '), its only disposition.'
            else '), the most frequent of ' || {{ format_count('dispositions') }} || ' dispositions.'
        end as headline
    from placed
    where place = 1

)

select * from final
