-- One row per disposition that any incident has: what does its code say?

with incidents as (

    select disposition from {{ ref('incidents') }}
    where not is_detail and disposition is not null

),

dispositions as (

    select * from {{ ref('dispositions') }}

),

counted as (

    select disposition, count(*) as incidents
    from incidents
    group by disposition

),

final as (

    select
        counted.disposition,
        coalesce(dispositions.in_plain_words, 'not explained by the county') as in_plain_words,
        counted.incidents
    from counted
    left join dispositions on counted.disposition = dispositions.disposition

)

select * from final
