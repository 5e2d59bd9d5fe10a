-- One row per period that has incidents.
{{ config(materialized='table') }}

with incidents_in_periods as (

    select period_id from {{ ref('incidents_in_periods') }}

),

final as (

    select period_id, count(*) as incidents
    from incidents_in_periods
    group by period_id

)

select * from final
