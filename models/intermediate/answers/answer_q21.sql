-- One row per period with an answer to question 21: on which streets do the combinations of question 6 occur?

with ordered as (

    select
        *,
        count(*) over (partition by period_id, incidents) as equals,
        row_number() over (
            partition by period_id order by incidents desc, street asc, city asc, initial_type asc, disposition asc
        ) as nth
    from {{ ref('q21_disposition_streets') }}

),

worded as (

    select
        period_id,
        initial_type || {{ with_disposition('disposition') }}
        || case equals when 1 then ' is most frequent on ' else ' is one of the most frequent, on ' end
        || street as told,
        ' in ' || {{ title_case('city') }} as in_city,
        ': ' || {{ counted('incidents', 'incident') }} as counted,
        case
            when incidents < {{ var('small_sample') }} then ''
            else ', ' || {{ with_unit('pct_of_street', '%') }} || ' of those on its blocks there'
        end as share
    from ordered
    where nth = 1

),

final as (

    select
        period_id,
        {{ first_that_fits([
            "told || in_city || counted || share || '.'",
            "told || in_city || counted || '.'",
            "told || counted || '.'",
        ]) }} as headline
    from worded

)

select * from final
