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

{#- The most common value of a group, the first by name among equally common ones: one row per group that has any value. -#}
{% macro most_common(relation, group, value) -%}
    select {{ group }}, {{ value }}
    from (
        select
            {{ group }},
            {{ value }},
            row_number() over (partition by {{ group }} order by count(*) desc, {{ value }} asc) as place
        from {{ relation }}
        where {{ value }} is not null
        group by {{ group }}, {{ value }}
    ) as counted
    where place = 1
{%- endmacro %}
