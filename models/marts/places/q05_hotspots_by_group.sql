-- One row per period, compared city, group of types (and ALL) and cell: where is a kind of incident concentrated?
{%- set cell = 'period_number, city_order, type_group_number, cell_row, cell_column' %}

with counts_in_cells_by_group as (

    select * from {{ ref('counts_in_cells_by_group') }}

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

top_cities as (

    select * from {{ ref('top_cities') }}

),

names as (

    select * from {{ ref('names') }}

),

{% for kind in ['street', 'type'] -%}
top_{{ kind }}s as (

    {{ most_common('counts_in_cells_by_group', cell, kind ~ '_number', 'sum(incidents)') }}

),

{% endfor -%}
cells as (

    select
        {{ cell }},
        cast(sum(incidents) as bigint) as incidents,
        sum(latitude_e8) / (1e8 * sum(incidents)) as latitude,
        sum(longitude_e8) / (1e8 * sum(incidents)) as longitude
    from counts_in_cells_by_group
    group by {{ cell }}

),

final as (

    select
        periods.period_id,
        coalesce(cities.city, 'ALL') as city,
        cast(cells.city_order as bigint) as city_order,
        coalesce(type_groups.name, 'ALL') as type_group,
        {{ cell_id('cells.cell_row', 'cells.cell_column') }} as cell_id,
        cells.latitude, cells.longitude, cells.incidents,
        rank() over (of_a_group order by cells.incidents desc) as cell_rank,
        {{ pct('cells.incidents', 'sum(cells.incidents) over of_a_group') }} as pct_of_group,
        streets.name as top_street,
        types.name as top_type
    from cells
    inner join reporting_periods as periods on cells.period_number = periods.sort_order
    {%- for tops in ['top_streets', 'top_types'] %}
    left join {{ tops }}
        on cells.period_number = {{ tops }}.period_number
        and cells.city_order = {{ tops }}.city_order
        and cells.type_group_number = {{ tops }}.type_group_number
        and cells.cell_row = {{ tops }}.cell_row
        and cells.cell_column = {{ tops }}.cell_column
    {%- endfor %}
    left join top_cities as cities on cells.city_order = cities.city_rank
    left join names as type_groups on type_groups.kind = 'type_group' and cells.type_group_number = type_groups.number
    left join names as streets on streets.kind = 'street' and top_streets.street_number = streets.number
    left join names as types on types.kind = 'type' and top_types.type_number = types.number
    window of_a_group as (partition by cells.period_number, cells.city_order, cells.type_group_number)

)

select * from final
