-- One row per period and cell of 0.005 degrees with a valid position in it: where are incidents concentrated?
{%- set cell = 'period_number, cell_row, cell_column' %}

with counts_in_cells as (

    select * from {{ ref('counts_in_cells') }}

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

names as (

    select * from {{ ref('names') }}

),

cells as (

    select
        {{ cell }},
        -- From exact sums: the same to the last digit in every run.
        sum(latitude_e8) / (1e8 * sum(incidents)) as latitude,
        sum(longitude_e8) / (1e8 * sum(incidents)) as longitude,
        cast(sum(incidents) as bigint) as incidents,
        sum(intersection_incidents) as intersection_incidents,
        cast(sum(incidents - traffic_incidents) as bigint) as excluding_traffic
    from counts_in_cells
    group by {{ cell }}

),

{% for kind in ['street', 'city', 'type'] -%}
most_common_{{ kind }} as (

    {{ most_common('counts_in_cells', cell, kind ~ '_number', 'sum(incidents)') }}

),

{% endfor -%}
final as (

    select
        periods.period_id,
        {{ cell_id('cells.cell_row', 'cells.cell_column') }} as cell_id,
        cells.latitude,
        cells.longitude,
        cells.incidents,
        rank() over (partition by cells.period_number order by cells.incidents desc) as cell_rank,
        {{ pct('cells.intersection_incidents', 'cells.incidents') }} as intersection_pct,
        street_names.name as top_street,
        city_names.name as top_city,
        type_names.name as top_type,
        {{ pct('cells.incidents', 'periods.incidents') }} as pct_of_all,
        cells.excluding_traffic
    from cells
    inner join reporting_periods as periods on cells.period_number = periods.sort_order
    {%- for kind in ['street', 'city', 'type'] %}
    left join most_common_{{ kind }}
        on cells.period_number = most_common_{{ kind }}.period_number
        and cells.cell_row = most_common_{{ kind }}.cell_row
        and cells.cell_column = most_common_{{ kind }}.cell_column
    left join names as {{ kind }}_names
        on {{ kind }}_names.kind = '{{ kind }}' and most_common_{{ kind }}.{{ kind }}_number = {{ kind }}_names.number
    {%- endfor %}

)

select * from final
