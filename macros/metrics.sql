{#- The arithmetic that the marts share. Every division has a double operand, so that both engines agree. -#}

{#- Per cent of the whole, 0 to 100, unrounded; null of nothing. -#}
{% macro pct(part, whole) %}100e0 * {{ part }} / nullif({{ whole }}, 0){% endmacro %}

{#- A mean of minutes from the exact sum of whole seconds, so that equal means compare as equal. -#}
{% macro mean_minutes(seconds, incidents) %}{{ seconds }} / (60e0 * nullif({{ incidents }}, 0)){% endmacro %}

{#- The whole seconds of a metric's incidents, summed. DuckDB's sum of integers is wider than a bigint. -#}
{% macro total_seconds(metric) %}cast(sum({{ metric }}_seconds) as bigint){% endmacro %}

{#- The sample standard deviation in minutes, from exact sums: the same to the last digit in every run. -#}
{% macro stddev_minutes(metric) -%}
    {%- set n = 'count(' ~ metric ~ '_seconds)' -%}
    {%- set total = total_seconds(metric) -%}
    {%- set squares = 'cast(sum(cast(' ~ metric ~ '_seconds as bigint) * ' ~ metric ~ '_seconds) as bigint)' -%}
    sqrt(
        cast(cast({{ n }} as decimal(38, 0)) * {{ squares }} - cast({{ total }} as decimal(38, 0)) * {{ total }} as double)
        / nullif(cast({{ n }} as double) * ({{ n }} - 1), 0)
    ) / 60e0
{%- endmacro %}

{#- The values of a group that are not null, sorted. Several expressions may need them: an engine sorts them once. -#}
{% macro sorted_values(value) %}array_sort(array_agg({{ value }}) filter (where {{ value }} is not null)){% endmacro %}

{#- The same as `percentile` (dialect.sql), of `sorted_values`: for a model that needs these anyway. -#}
{% macro percentile_of_sorted(value, fraction) -%}
    {%- set place = fraction ~ 'e0 * (count(' ~ value ~ ') - 1)' -%}
    {%- set below = sorted_values(value) ~ '[cast(floor(' ~ place ~ ') as bigint) + 1]' -%}
    {%- set above = sorted_values(value) ~ '[cast(ceil(' ~ place ~ ') as bigint) + 1]' -%}
    ({{ below }} + ({{ place }} - floor({{ place }})) * ({{ above }} - {{ below }}))
{%- endmacro %}

{#- An end ('low' or 'high') of the 95 % interval of the median, by order statistics: half as many of the n sorted values
    as n less 1.96 roots of n lie below the one, above the other. Null of fewer than 6 values: their interval would be
    wider than they are. -#}
{% macro median_bound(value, end) -%}
    {%- set n = 'count(' ~ value ~ ')' -%}
    {%- set places = {
        'low': 'greatest(1e0, floor((' ~ n ~ ' - 1.96e0 * sqrt(' ~ n ~ ')) / 2e0))',
        'high': 'least(1e0 * ' ~ n ~ ', ceil(1e0 + (' ~ n ~ ' + 1.96e0 * sqrt(' ~ n ~ ')) / 2e0))',
    } -%}
    case when {{ n }} >= 6 then {{ sorted_values(value) }}[cast({{ places[end] }} as bigint)] end
{%- endmacro %}

{#- The name of a cell: its south-west corner. Rows and columns count from 0 degrees. -#}
{% macro cell_id(cell_row, cell_column) -%}
    {{ format_decimal(cell_row ~ ' * 0.005e0', 3) }} || ':' || {{ format_decimal(cell_column ~ ' * 0.005e0', 3) }}
{%- endmacro %}

{#- The most common value of a group, the first by name among equally common ones, and how often it occurs: one row per group
    that has any value. `weight` is 'sum(incidents)' where a row of the relation stands for several. Where the value is a number
    for a name, one integer has the place of a row of both, which is slower to compare: numbers are below 2 to the 32nd. -#}
{% macro most_common(relation, group, value, weight='count(*)') -%}
    {%- set is_number = value.endswith('_number') -%}
    {%- set place = value ~ ' - 4294967296 * incidents' if is_number else 'row(-incidents, ' ~ value ~ ')' -%}
    select
        {{ group }},
        min_by({{ value }}, {{ place }}) as {{ value }},
        max(incidents) as incidents
    from (
        select {{ group }}, {{ value }}, cast({{ weight }} as bigint) as incidents
        from {{ relation }}
        where {{ value }} is not null
        group by {{ group }}, {{ value }}
    ) as counted
    group by {{ group }}
{%- endmacro %}

{#- Groups the rows of response_incidents by kind of area and area, with and without the priority. -#}
{% macro by_area_and_priority() -%}
    grouping sets (
        {%- for area in ['city_area', 'district_area', 'sector_area', 'zip_area'] %}
        (span_id, {{ area }}),
        (span_id, {{ area }}, priority),
        {%- endfor %}
        (span_id),
        (span_id, priority)
    )
{%- endmacro %}

{#- The kind of area that a row grouped like that is about. -#}
{% macro area_kind() -%}
    case
        when grouping(city_area) = 0 then 'city'
        when grouping(district_area) = 0 then 'police_district'
        when grouping(sector_area) = 0 then 'sector'
        when grouping(zip_area) = 0 then 'zip'
        else 'all'
    end
{%- endmacro %}
