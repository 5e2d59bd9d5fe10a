{#- Pieces of the sentences in `answers`. -#}

{#- What a panel has room for, and the contract of `answers` allows. -#}
{% macro longest_headline() %}200{% endmacro %}

{#- The first of some wordings that is not too long for a headline, else the last. -#}
{% macro first_that_fits(wordings) -%}
    case
        {%- for wording in wordings[:-1] %}
        when length({{ wording }}) <= {{ longest_headline() }} then {{ wording }}
        {%- endfor %}
        else {{ wordings[-1] }}
    end
{%- endmacro %}

{#- '1 incident', '3,349 incidents'. -#}
{% macro counted(number, noun, plural=none) -%}
    {{ format_count(number) }} || case when {{ number }} = 1 then ' {{ noun }}' else ' {{ plural or noun ~ 's' }}' end
{%- endmacro %}

{#- '35.6 %' of a per cent value, '7.8 min' of minutes. -#}
{% macro with_unit(number, unit) %}{{ format_decimal(number) }} || ' {{ unit }}'{% endmacro %}

{#- '7.8 to 15.5 min'. -#}
{% macro minutes_range(least, greatest) %}{{ format_decimal(least) }} || ' to '
|| {{ with_unit(greatest, 'min') }}{% endmacro %}

{#- ' (35.6 %)' of so many incidents; nothing of fewer than make a sample: of one, any share is 100 %. What is there, but would
    print as 0.0 %, is under 0.1 %. -#}
{% macro share_of(pct, incidents) -%}
    case
        when {{ incidents }} < {{ var('small_sample') }} then ''
        when {{ pct }} > 0 and {{ pct }} < 0.05e0 then ' (under 0.1 %)'
        else ' (' || {{ with_unit(pct, '%') }} || ')'
    end
{%- endmacro %}

{#- '35.6 %' of a change; what is there, but would print as 0.0 %, is under 0.1 %. -#}
{% macro change_of(pct) -%}
    case when abs({{ pct }}) < 0.05e0 then 'under 0.1 %' else {{ with_unit('abs(' ~ pct ~ ')', '%') }} end
{%- endmacro %}

{#- ' with ARREST', ' without a disposition'. -#}
{% macro with_disposition(disposition) -%}
    case {{ disposition }} when '(none)' then ' without a disposition' else ' with ' || {{ disposition }} end
{%- endmacro %}

{#- The text of the nth row of a group, where `nth` numbers them. -#}
{% macro nth(text, n) %}max(case when nth = {{ n }} then {{ text }} end){% endmacro %}

{#- The text of the first row of a group; with `equals` rows as great, of two of them: 'A', 'A and B', 'A, B and others'. -#}
{% macro first_of_equals(text) -%}
    {{ nth(text, 1) }} || case {{ nth('equals', 1) }}
        when 1 then ''
        when 2 then ' and ' || {{ nth(text, 2) }}
        else ', ' || {{ nth(text, 2) }} || ' and others'
    end
{%- endmacro %}

{#- The top cities of a group of which it is true, in their order: 'Olney and Rockville'; more than two are several. -#}
{% macro cities_where(condition) -%}
    case
        when sum(case when {{ condition }} then 1 else 0 end) > 2 then 'several top cities'
        else concat_ws(
            ' and ',
            {%- for n in range(1, var('top_n') + 1) %}
            max(case when city_order = {{ n }} and {{ condition }} then {{ title_case('city') }} end)
            {{- ',' if not loop.last }}
            {%- endfor %}
        )
    end
{%- endmacro %}
