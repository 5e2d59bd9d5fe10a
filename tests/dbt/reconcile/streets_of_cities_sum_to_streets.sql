-- In each period the incidents of a street in all its cities are those of the street.

with cities as (

    select period_id, street, sum(block_incidents) as block_incidents, sum(incidents) as incidents
    from {{ ref('q04_streets_by_city') }}
    group by period_id, street

),

final as (

    select streets.period_id, streets.street, streets.incidents, cities.incidents as summed
    from {{ ref('q04_incidents_by_street') }} as streets
    left join cities on streets.period_id = cities.period_id and streets.street = cities.street
    where
        cities.incidents is distinct from streets.incidents
        or cities.block_incidents is distinct from streets.block_incidents

)

select * from final
