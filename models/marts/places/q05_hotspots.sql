-- One row per period and cell of 0.005 degrees with a valid position in it: where are incidents concentrated?

with positioned as (

    select
        period_id,
        initial_type,
        nullif(city, '(no city)') as city,
        location_kind,
        street,
        latitude,
        longitude,
        -- Rounded before the floor: 39.01 / 0.005 is a little less than 7802 in binary fractions.
        cast(floor(round(latitude / 0.005e0, 9)) as bigint) as cell_row,
        cast(floor(round(longitude / 0.005e0, 9)) as bigint) as cell_column
    from {{ ref('incidents_in_periods') }}
    where latitude is not null and longitude is not null

),

period_totals as (

    select * from {{ ref('period_totals') }}

),

cells as (

    select
        period_id,
        cell_row,
        cell_column,
        -- From exact sums of the positions' 8 decimals: the same to the last digit in every run.
        sum(cast(round(latitude * 1e8) as bigint)) / (1e8 * count(*)) as latitude,
        sum(cast(round(longitude * 1e8) as bigint)) / (1e8 * count(*)) as longitude,
        count(*) as incidents,
        count(*) filter (where location_kind = 'intersection') as intersection_incidents,
        count(*) filter (where initial_type <> 'TRAFFIC/TRANSPORTATION INCIDENT') as excluding_traffic
    from positioned
    group by period_id, cell_row, cell_column

),

top_streets as (

    {{ most_common('positioned', 'period_id, cell_row, cell_column', 'street') }}

),

top_cities as (

    {{ most_common('positioned', 'period_id, cell_row, cell_column', 'city') }}

),

top_types as (

    {{ most_common('positioned', 'period_id, cell_row, cell_column', 'initial_type') }}

),

final as (

    select
        cells.period_id,
        {{ format_decimal('cells.cell_row * 0.005e0', 3) }} || ':'
        || {{ format_decimal('cells.cell_column * 0.005e0', 3) }} as cell_id,
        cells.latitude,
        cells.longitude,
        cells.incidents,
        rank() over (partition by cells.period_id order by cells.incidents desc) as cell_rank,
        {{ pct('cells.intersection_incidents', 'cells.incidents') }} as intersection_pct,
        top_streets.street as top_street,
        top_cities.city as top_city,
        top_types.initial_type as top_type,
        {{ pct('cells.incidents', 'period_totals.incidents') }} as pct_of_all,
        cells.excluding_traffic
    from cells
    inner join period_totals on cells.period_id = period_totals.period_id
    {%- for ctes in ['top_streets', 'top_cities', 'top_types'] %}
    left join {{ ctes }}
        on cells.period_id = {{ ctes }}.period_id
        and cells.cell_row = {{ ctes }}.cell_row
        and cells.cell_column = {{ ctes }}.cell_column
    {%- endfor %}

)

select * from final
