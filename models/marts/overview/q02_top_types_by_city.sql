-- One row per period, compared city and type among its ten most common: what happens most in the top cities?

with types_by_city as (

    select * from {{ ref('types_by_city') }}

),

final as (

    select
        period_id,
        city,
        city_order,
        initial_type,
        incidents,
        type_rank,
        {{ pct('incidents', 'city_incidents') }} as pct_of_city
    from types_by_city
    where type_rank <= 10

)

select * from final
