-- One row per kind of name and name: its number, in the order of the names of its kind.
{{ config(materialized='table') }}

with incidents as (

    select *, coalesce(initial_type, '(none)') as type_name
    from {{ ref('incidents') }}
    where not is_detail

),

named as (

    {%- for kind, column in [
        ('address', 'address'),
        ('city', 'city'),
        ('street', 'street'),
        ('street', 'cross_street'),
        ('type', 'type_name'),
        ('type_group', 'type_group'),
    ] %}
    select '{{ kind }}' as kind, {{ column }} as name
    from incidents
    {{ 'union' if not loop.last }}
    {%- endfor %}

),

final as (

    select kind, name, row_number() over (partition by kind order by name) as number
    from named
    where name is not null

)

select * from final
