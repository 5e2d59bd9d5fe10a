{#- The rules of a table's columns, all in one statement. Returns a row for each rule that is broken: `problem` names the columns,
    the rule, and how many rows (of a key, how many keys) break it. Null passes `within` and `accepted_values`. -#}
{% test rules_hold(model, grain=[], unique=[], not_null=[], within={}, accepted_values={}) %}

{%- set rules = [] -%}
{%- for column in not_null -%}
    {%- do rules.append((column ~ ' is null', column ~ ' is null')) -%}
{%- endfor -%}
{%- for column, (least, greatest) in within.items() -%}
    {%- set is_between = ' between ' ~ least ~ ' and ' ~ greatest -%}
    {%- do rules.append((column ~ ' is not' ~ is_between, 'not ' ~ column ~ is_between)) -%}
{%- endfor -%}
{%- for column, values in accepted_values.items() -%}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append("'" ~ (value | replace("'", "''")) ~ "'" if value is string else value) -%}
    {%- endfor -%}
    {%- set is_none_of = ' not in (' ~ literals | join(', ') ~ ')' -%}
    {%- do rules.append((column ~ ' is' ~ is_none_of, column ~ is_none_of)) -%}
{%- endfor -%}
{%- set keys = ([grain | join(', ')] if grain else []) + unique -%}

with counted as (

    select
        {%- for _, is_broken in rules %}
        count(*) filter (where {{ is_broken }}) as broken_{{ loop.index }},
        {%- endfor %}
        count(*) as all_rows
    from {{ model }}

),

{%- for key in keys %}
repeated_{{ loop.index }} as (

    select count(*) as keys from (select {{ key }} from {{ model }} group by {{ key }} having count(*) > 1) as repeated

),

{%- endfor %}
told as (

    select array[
        {%- for what, _ in rules %}
        case when broken_{{ loop.index }} > 0
            then '{{ what | replace("'", "''") }}: ' || {{ counted('broken_' ~ loop.index, 'row') }} || '.' end,
        {%- endfor %}
        {%- for key in keys %}
        case when repeated_{{ loop.index }}.keys > 0
            then '{{ key }} is not unique: ' || {{ counted('repeated_%d.keys' % loop.index, 'key') }} || '.' end,
        {%- endfor %}
        null
    ] as problems
    from counted
    {%- for key in keys %}
    cross join repeated_{{ loop.index }}
    {%- endfor %}

)

select broken.problem
from told
cross join unnest(told.problems) as broken (problem)
where broken.problem is not null

{% endtest %}
