-- One row per period, top city and compared type that occurs there. A compared type is a top type of any top city.
{{ config(materialized='view') }}

with types_by_city as (

    select *
    from {{ ref('types_by_city') }}
    where city <> 'ALL'

),

compared as (

    select distinct period_id, initial_type
    from types_by_city
    where type_rank <= {{ var('top_n') }}

),

final as (

    select
        types_by_city.period_id,
        types_by_city.city,
        types_by_city.city_order,
        types_by_city.initial_type,
        types_by_city.incidents as type_incidents,
        types_by_city.type_rank <= {{ var('top_n') }} as is_top_type,
        types_by_city.city_incidents
    from types_by_city
    inner join compared
        on types_by_city.period_id = compared.period_id
        and types_by_city.initial_type = compared.initial_type

)

select * from final
