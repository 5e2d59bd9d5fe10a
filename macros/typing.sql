{#- Texts of the portal as typed values; null for what cannot be read. -#}

{#- Trimmed, inner runs of white space as one space, '' as null. -#}
{% macro clean_text(text) -%}
    nullif(trim({{ regexp_replace_all(text, '[ \\t\\r\\n\\f\\v]+', ' ') }}), '')
{%- endmacro %}

{#- An integer; '138.0' counts as 138. -#}
{% macro read_integer(text) -%}
    cast(case when {{ regexp_like(text, '^-?[0-9]{1,9}([.]0*)?$') }} then try_cast({{ text }} as double) end as integer)
{%- endmacro %}

{% macro read_degrees(text) -%}
    case when {{ regexp_like(text, '^-?[0-9]{1,3}([.][0-9]*)?$') }} then try_cast({{ text }} as double) end
{%- endmacro %}

{#- A time to the millisecond: local wall-clock time without a zone, or UTC with its mark. -#}
{% macro read_timestamp(text, zone='') -%}
    case
        when
            {{ regexp_like(text,
                '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?' ~ zone ~ '$') }}
            then try_cast(
                replace(substr(replace(replace({{ text }}, 'Z', ''), '+00:00', ''), 1, 23), 'T', ' ') as timestamp
            )
    end
{%- endmacro %}

{% macro read_utc_timestamp(text) %}{{ read_timestamp(text, zone='(Z|[+]00:00)?') }}{% endmacro %}
