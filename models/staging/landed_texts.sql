-- One row per landed line that is not blank: its fields as cleaned texts, null where there is none.
{{ config(materialized='view') }}
{%- set keys = landed_fields() | map(attribute='key') | list %}

with landed as (

    select line, dt
    from {{ source('raw', 'incidents') }}
    where not {{ is_blank('line') }}

),

looked_at as (

    select line, dt, {{ is_plain_json('line') }} as is_plain
    from landed

),

plain as (

    select
        line,
        dt,
        case when is_plain then {{ plain_json_texts(tidy_plain_json('line'), keys) }} end as plain_texts,
        case when is_plain then line else {{ numbers_as_texts('line') }} end as json
    from looked_at

),

judged as (

    select
        *,
        case
            when plain_texts is not null then true
            else {{ is_json_object('json') }} and not {{ is_loose_json('line') }}
        end as is_object
    from plain

),

parsed as (

    select
        *,
        case
            when is_object and plain_texts is null
                then {{ transform_list(json_texts('json', keys), decimal_text('item')) }}
        end as other_texts
    from judged

),

-- The texts of a plain line were cleaned along with it.
cleaned as (

    select
        line,
        dt,
        {%- for field in landed_fields() %}
        case
            when plain_texts is not null then plain_texts[{{ loop.index }}]
            {%- if field.kind != 'text' %}
            when other_texts[{{ loop.index }}] = {{ nested_value() }} then other_texts[{{ loop.index }}]
            {%- endif %}
            else {{ clean_text('other_texts[%d]' % loop.index) }}
        end as {{ field.column }},
        {%- endfor %}
        is_object
    from parsed

)

select * from cleaned
