-- In each period the areas of a kind have the incidents of the county, and the groups of a cell those of the cell.

with areas as (

    select period_id, area_kind, sum(incidents) as incidents
    from {{ ref('q22_response_by_area') }}
    where priority_label = 'ALL'
    group by period_id, area_kind

),

cells as (

    select
        period_id,
        city || ' ' || cell_id as place,
        sum(case when type_group = 'ALL' then incidents else 0 end) as incidents,
        sum(case when type_group <> 'ALL' then incidents else 0 end) as summed
    from {{ ref('q05_hotspots_by_group') }}
    group by period_id, city, cell_id

),

final as (

    select areas.period_id, areas.area_kind as place, areas.incidents as summed, county.incidents
    from areas
    inner join areas as county on areas.period_id = county.period_id and county.area_kind = 'all'
    where areas.incidents <> county.incidents
    union all
    select period_id, place, summed, incidents
    from cells
    where incidents <> summed

)

select * from final
