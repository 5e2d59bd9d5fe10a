{#- Texts of the portal as typed values; null for what cannot be read. -#}

{#- White space of Unicode and control characters, for between the brackets of a regular expression: the engines' own
    classes differ. C0 and blank, DEL and C1 and U+00A0, the spaces and separators, U+FEFF. -#}
{% macro white_space() -%}
    \x00-\x20\x7F-\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}
{%- endmacro %}

{% macro is_blank(text) %}{{ regexp_like(text, '^[' ~ white_space() ~ ']*$') }}{% endmacro %}

{#- Runs of white space as one blank, none at the ends, '' as null. -#}
{% macro clean_text(text) -%}
    nullif(trim({{ regexp_replace_all(text, '[' ~ white_space() ~ ']+', ' ') }}), '')
{%- endmacro %}

{#- An integer; '138.0' counts as 138. -#}
{% macro read_integer(text) -%}
    cast(case when {{ regexp_like(text, '^-?[0-9]{1,9}([.]0*)?$') }} then try_cast({{ text }} as double) end as integer)
{%- endmacro %}

{% macro read_degrees(text) -%}
    case when {{ regexp_like(text, '^-?[0-9]{1,3}([.][0-9]*)?$') }} then try_cast({{ text }} as double) end
{%- endmacro %}

{#- A time to the millisecond: local wall-clock time without a zone, or UTC with its mark. -#}
{% macro read_timestamp(text, zone='', year='[0-9]{4}') -%}
    case
        when
            {{ regexp_like(text,
                '^' ~ year ~ '-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?' ~ zone ~ '$') }}
            then try_cast(
                {%- set local = "replace(replace(" ~ text ~ ", 'Z', ''), '+00:00', '')" if zone else text %}
                replace(substr({{ local }}, 1, 23), 'T', ' ') as timestamp
            )
    end
{%- endmacro %}

{#- The year 0000, which DuckDB has before Christ, is none. -#}
{% macro read_utc_timestamp(text) %}{{ read_timestamp(text, zone='(Z|[+]00:00)?', year='[1-9][0-9]{3}') }}{% endmacro %}

{#- The value of a field's cleaned text, by the field's kind (landed_fields). -#}
{% macro read_field(text, kind) -%}
    {%- set readers = {
        'integer': read_integer, 'seconds': read_integer, 'degrees': read_degrees,
        'time': read_timestamp, 'stamp': read_utc_timestamp, 'flag': read_flag,
    } -%}
    {{ readers[kind](text) if kind in readers else text }}
{%- endmacro %}

{% macro read_flag(text) %}coalesce({{ text }} = 'true', false){% endmacro %}

{#- True of a time that can have been: from the year 2000 on, and no later than a day after the county's clock when the row was
    read (row_ts, UTC), if that is known. Null without a time. -#}
{% macro is_plausible_time(local_time, row_ts) -%}
    (
        {{ local_time }} >= timestamp '2000-01-01 00:00:00'
        and coalesce({{ local_time }} <= {{ utc_to_county_time(row_ts) }} + interval '1' day, true)
    )
{%- endmacro %}

{#- In upper case, equal on both engines: the sharp s is SS, and letters that got a capital in Unicode 16 stay small. -#}
{% macro upper_case(text) -%}
    {%- set capitals = '\ua7dc\ua7cb\u1c89\ua7cc\ua7da' ~ code_points(0x10d50, 0x10d65) -%}
    {%- set small = '\u019b\u0264\u1c8a\ua7cd\ua7db' ~ code_points(0x10d70, 0x10d85) -%}
    case
        when {{ regexp_like(text, '[^ -~]') }}
            then translate(upper(replace({{ text }}, '{{ '\u00df' }}', 'SS')), '{{ capitals }}', '{{ small }}')
        else upper({{ text }})
    end
{%- endmacro %}

{% macro code_points(first, last) -%}
    {%- for code_point in range(first, last + 1) -%}{{ '%c' | format(code_point) }}{%- endfor -%}
{%- endmacro %}
