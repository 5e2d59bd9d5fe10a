{#- Lines of JSON: what is one, and how its numbers read. Nearly every line is plain, which one look tells. -#}

{#- True of a line that needs no care: an object of lower-case keys, and of values that are `true`, a point, or texts of
    printable ASCII without an escape. A key may stand twice. -#}
{% macro is_plain_json(line) -%}
    {%- set number = '-?(0|[1-9][0-9]*)([.][0-9]+)?' -%}
    {%- set point = '[{]"type": ?"Point", ?"coordinates": ?\\[' ~ number ~ ', ?' ~ number ~ '\\][}]' -%}
    {%- set item = '"[a-z_:]+": ?("[ !#-\\[\\]-~]*"|true|' ~ point ~ ')' -%}
    {{ regexp_like(line, '^[{]' ~ item ~ '(, ?' ~ item ~ ')*[}]$') }}
{%- endmacro %}

{#- A plain line with all its texts cleaned at once, as clean_text does it: no quote is part of one, so that a blank beside a
    quote stands at an end, or between values. What is empty is null. -#}
{% macro tidy_plain_json(line) -%}
    case
        when {{ regexp_like(line, '  | "|" |""') }}
            then replace(replace(replace({{ regexp_replace_all(line, '  +', ' ') }}, ' "', '"'), '" ', '"'), ':""', ':null')
        else {{ line }}
    end
{%- endmacro %}

{#- The line with each number in quotes behind `\u0001`, as it is written: the engines read numbers differently. -#}
{% macro numbers_as_texts(line) -%}
    {%- set text_or_number = '("[^"\\\\]*(?:\\\\.[^"\\\\]*)*")|(-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?)' -%}
    {%- set marked = group_reference(1) ~ "' || chr(1) || '" ~ group_reference(2) ~ "' || chr(2) || '" -%}
    {%- set without_none = 'replace(' ~ regexp_replace_all(line, text_or_number, marked) ~ ', chr(1) || chr(2), \'\')' -%}
    replace(replace({{ without_none }}, chr(1), '"\u0001'), chr(2), '"')
{%- endmacro %}

{#- True of a line that one of the engines would take though it is no JSON: half of a surrogate pair, a comma behind the last
    value, NaN, Infinity, a raw control character; and a number as a key, which becomes a text. -#}
{% macro is_loose_json(line) -%}
    {%- set pairs = '\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}' -%}
    {%- set without_texts = regexp_replace_all(line, '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"', '"') -%}
    (
        {{ regexp_like(regexp_replace_all(line, pairs, ''), '\\\\u[dD][89a-fA-F]') }}
        or {{ regexp_like(without_texts, 'N|n[aA]|[iI]|,[ \\t]*[\\]}]|[0-9][ \\t]*:') }}
        or {{ regexp_like(line, '[\\x00-\\x08\\x0A-\\x1F]') }}
    )
{%- endmacro %}

{#- Of a number behind U+0001 its decimal text, `1.50E1` as `15`; an exponent of more than three digits stays as it is.
    Other texts as they are. -#}
{% macro decimal_text(text) -%}
    {%- set number = '^\\x01(-?)([0-9]+)[.]?([0-9]*)[eE]?([+-]?[0-9]{0,3})$' -%}
    {%- set whole, fraction = "regexp_extract(" ~ text ~ ", '" ~ number ~ "', 2)", "regexp_extract(" ~ text ~ ", '" ~ number ~ "', 3)" -%}
    {%- set exponent = "coalesce(try_cast(regexp_extract(" ~ text ~ ", '" ~ number ~ "', 4) as integer), 0)" -%}
    {#- The point moves within zeros enough for every exponent; those that lead or trail then go. -#}
    {%- set zeros = "rpad('', 1000, '0')" -%}
    {%- set digits = zeros ~ ' || ' ~ whole ~ ' || ' ~ fraction ~ ' || ' ~ zeros -%}
    {%- set point = 'cast(1000 + length(' ~ whole ~ ') + ' ~ exponent ~ ' as integer)' -%}
    {%- set moved = 'substr(' ~ digits ~ ', 1, ' ~ point ~ ") || '.' || substr(" ~ digits ~ ', ' ~ point ~ ' + 1)' -%}
    case
        when strpos({{ text }}, chr(1)) <> 1 or {{ text }} = chr(1) then {{ text }}
        when {{ regexp_like(text, number) }}
            then {{ signed_number("regexp_extract(" ~ text ~ ", '" ~ number ~ "', 1)", regexp_replace_all(moved, '^0+|[.]?0*$', '')) }}
        else substr({{ text }}, 2)
    end
{%- endmacro %}

{#- The text of a number from its sign and its digits, which lack what they need not have. -#}
{% macro signed_number(sign, digits) -%}
    case
        when {{ digits }} = '' then '0'
        when strpos({{ digits }}, '.') = 1 then {{ sign }} || '0' || {{ digits }}
        else {{ sign }} || {{ digits }}
    end
{%- endmacro %}

{#- What json_texts gives of an object or a list: cleaned, it is no text at all. -#}
{% macro nested_value() %}chr(1){% endmacro %}
