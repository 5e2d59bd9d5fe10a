-- One row per period and incident on a block of a focus street.
{{ config(materialized='view') }}

with incidents_in_periods as (

    select *
    from {{ ref('incidents_in_periods') }}
    where location_kind = 'block'

),

focus_streets (street, street_order) as (

    values {% for street in var('focus_streets') %}('{{ street }}', {{ loop.index }}){{ ', ' if not loop.last }}{% endfor %}

),

final as (

    select incidents_in_periods.*, cast(focus_streets.street_order as bigint) as street_order
    from incidents_in_periods
    inner join focus_streets on incidents_in_periods.street = focus_streets.street

)

select * from final
