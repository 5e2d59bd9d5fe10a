{#- Prints every question and its answer for a period, numbered and wrapped; without a period, which there are:
    dbt --quiet run-operation print_answers --args '{period_id: last_28_days}' -#}
{% macro print_answers(period_id=none) %}
    {%- if period_id is none -%}{{- return(print_periods()) -}}{%- endif -%}
    {%- set period_id = period_id | string | replace("'", "''") -%}
    {%- set periods = run_query("select label from " ~ ref('reporting_periods') ~ " where period_id = '" ~ period_id ~ "'") -%}
    {%- if not periods.rows and not run_query('select incident_id from ' ~ ref('incidents') ~ ' limit 1').rows -%}
        {{- return(print('No incidents have landed yet.')) -}}
    {%- elif not periods.rows -%}
        {%- set known = run_query('select period_id from ' ~ ref('reporting_periods') ~ ' order by sort_order') -%}
        {{- exceptions.raise_compiler_error(
            'No period ' ~ period_id ~ '. There are: ' ~ known.columns[0].values() | join(', ')
        ) -}}
    {%- endif -%}
    {{- print('\n' ~ periods.rows[0][0] ~ '\n') -}}
    {%- set answers = run_query(
        "select question, asked, headline from " ~ ref('answers') ~ " where period_id = '" ~ period_id ~ "' order by question"
    ) -%}
    {%- for question, asked, headline in answers.rows -%}
        {{- print('%3d. ' % question ~ asked | wordwrap(74) | indent(5)) -}}
        {{- print('     ' ~ headline | wordwrap(74) | indent(5) ~ '\n') -}}
    {%- endfor -%}
{% endmacro %}

{#- Prints the periods that answers can be asked for, with their incidents. -#}
{% macro print_periods() %}
    {%- set periods = run_query('select period_id, label, incidents from ' ~ ref('reporting_periods') ~ ' order by sort_order') -%}
    {%- if not periods.rows -%}{{- return(print('No incidents have landed yet.')) -}}{%- endif -%}
    {{- print('%-16s %-28s %9s' % ('period', '', 'incidents')) -}}
    {%- for period_id, label, incidents in periods.rows -%}
        {{- print('%-16s %-28s %9s' % (period_id, label, '{:,}'.format(incidents | int))) -}}
    {%- endfor -%}
{% endmacro %}
