{#- Prints the answers to the 18 questions for a period, numbered and wrapped:
    dbt --quiet run-operation print_answers --args '{period_id: last_28_days}' -#}
{% macro print_answers(period_id) %}
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
        "select question, headline from " ~ ref('answers') ~ " where period_id = '" ~ period_id ~ "' order by question"
    ) -%}
    {%- for question, headline in answers.rows -%}
        {{- print('%3d. ' % question ~ headline | wordwrap(90) | indent(5)) -}}
    {%- endfor -%}
{% endmacro %}
