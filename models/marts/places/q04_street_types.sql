-- One row per period, focus street and type: what happens on the blocks of the focus streets?

with incidents_on_focus_streets as (

    select * from {{ ref('incidents_on_focus_streets') }}

),

counted as (

    select period_id, street, street_order, initial_type, count(*) as incidents
    from incidents_on_focus_streets
    group by period_id, street, street_order, initial_type

),

final as (

    select
        *,
        rank() over (partition by period_id, street order by incidents desc) as type_rank,
        {{ pct('incidents', 'sum(incidents) over (partition by period_id, street)') }} as pct_of_street
    from counted

)

select * from final
