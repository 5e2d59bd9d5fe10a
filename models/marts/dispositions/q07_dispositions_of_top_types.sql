-- One row per period, top city, compared type and disposition, ranked within the type: how do the top types end?

with dispositions_of_compared_types as (

    select * from {{ ref('dispositions_of_compared_types') }}

),

final as (

    select
        period_id,
        city,
        city_order,
        initial_type,
        disposition,
        incidents,
        is_top_type,
        type_incidents,
        rank() over (partition by period_id, city, initial_type order by incidents desc) as disposition_rank,
        {{ pct('incidents', 'type_incidents') }} as pct_of_type
    from dispositions_of_compared_types

)

select * from final
