-- In each period: areas of a kind that do not have the incidents of the county, groups those of their cell, cities
-- those of a street, time buckets the timed incidents, and values of a dimension what q08 has in all. The dimension
-- missing_reason lists only the incidents that have a reason: it adds up in what is missing, not in the incidents.

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

streets as (

    select period_id, street, sum(block_incidents) as block_incidents, sum(incidents) as incidents
    from {{ ref('q04_streets_by_city') }}
    group by period_id, street

),

buckets as (

    {%- for mart in ['q09_dispatch_arrive_buckets', 'q10_arrive_cleared_buckets'] %}
    select
        '{{ mart }}' as mart,
        period_id,
        initial_type || ' ' || city as part,
        timed_incidents,
        sum(incidents) as summed,
        count(*) as buckets
    from {{ ref(mart) }}
    group by period_id, initial_type, city, timed_incidents
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

dimensions as (

    select
        period_id,
        dimension,
        sum(incidents) as incidents,
        sum(dispatch_arrive_missing) as dispatch_arrive_missing,
        sum(arrive_cleared_missing) as arrive_cleared_missing,
        sum(both_missing) as both_missing
    from {{ ref('q08_missing_times') }}
    group by period_id, dimension

),

final as (

    select
        'q22_response_by_area' as mart,
        areas.period_id,
        areas.area_kind as part,
        areas.incidents as summed,
        county.incidents
    from areas
    inner join areas as county on areas.period_id = county.period_id and county.area_kind = 'all'
    where areas.incidents <> county.incidents
    union all
    select 'q05_hotspots_by_group', period_id, place, summed, incidents
    from cells
    where incidents <> summed
    union all
    select 'q04_streets_by_city', whole.period_id, whole.street, streets.incidents as summed, whole.incidents
    from {{ ref('q04_incidents_by_street') }} as whole
    left join streets on whole.period_id = streets.period_id and whole.street = streets.street
    where
        streets.incidents is distinct from whole.incidents
        or streets.block_incidents is distinct from whole.block_incidents
    union all
    select mart, period_id, part, summed, timed_incidents
    from buckets
    where summed <> timed_incidents or buckets <> (select count(*) from {{ ref('time_buckets') }})
    union all
    select
        'q08_missing_times',
        dimensions.period_id,
        dimensions.dimension,
        dimensions.incidents as summed,
        overall.incidents
    from dimensions
    inner join dimensions as overall on dimensions.period_id = overall.period_id and overall.dimension = 'all'
    where
        (dimensions.incidents <> overall.incidents and dimensions.dimension <> 'missing_reason')
        or dimensions.dispatch_arrive_missing <> overall.dispatch_arrive_missing
        or dimensions.arrive_cleared_missing <> overall.arrive_cleared_missing
        or dimensions.both_missing <> overall.both_missing

)

select * from final
