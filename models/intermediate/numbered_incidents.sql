-- One row per incident that is no detail: where and what it was, with numbers in place of names.
{{ config(materialized='table') }}
{%- set columns = ['address', 'city', 'street', 'cross_street', 'type', 'type_group'] %}

with incidents as (

    select
        *,
        coalesce(initial_type, '(none)') as type,
        -- Rounded before the floor: 39.01 / 0.005 is a little less than 7802 in binary fractions.
        cast(floor(round(latitude / 0.005e0, 9)) as integer) as latitude_row,
        cast(floor(round(longitude / 0.005e0, 9)) as integer) as longitude_column
    from {{ ref('incidents') }}
    where not is_detail

),

top_cities as (

    select * from {{ ref('top_cities') }}

),

names as (

    select kind, name, cast(number as integer) as number from {{ ref('names') }}

),

final as (

    select
        incidents.start_date,
        cast(top_cities.city_rank as integer) as city_order,
        {%- for column in columns %}
        {{ column }}_names.number as {{ column }}_number,
        {%- endfor %}
        incidents.location_kind,
        coalesce(incidents.initial_type = 'TRAFFIC/TRANSPORTATION INCIDENT', false) as is_traffic,
        case when incidents.longitude is not null then incidents.latitude_row end as cell_row,
        case when incidents.latitude is not null then incidents.longitude_column end as cell_column,
        -- Exact in the 8 decimals that positions have.
        cast(round(incidents.latitude * 1e8) as bigint) as latitude_e8,
        cast(round(incidents.longitude * 1e8) as bigint) as longitude_e8
    from incidents
    left join top_cities on incidents.city = top_cities.city
    {%- for column in columns %}
    left join names as {{ column }}_names
        on {{ column }}_names.kind = '{{ column | replace('cross_', '') }}'
        and incidents.{{ column }} = {{ column }}_names.name
    {%- endfor %}

)

select * from final
