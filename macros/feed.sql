{#- What the tests of the feed (tests/dbt/feed) and those of the rules of columns found, as sentences. -#}

{#- At the end of a run: the column `problem` of the rows that such a test has failed or warned with. -#}
{% macro tell_problems(results) %}
    {%- if execute -%}
        {%- for result in results if result.status in ['fail', 'warn'] and has_problems(result.node) -%}
            {%- set problems = run_query(
                'select problem, count(*) over () as found from (' ~ result.node.compiled_code ~ ') as problems order by problem limit 3'
            ).rows -%}
            {%- set rest = problems[0][1] - problems | length -%}
            {%- do exceptions.warn(
                result.node.name ~ ': ' ~ problems | map('first') | join(' ') ~ (' And ' ~ rest ~ ' more.' if rest else '')
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro has_problems(test) %}
    {%- set generic = test.test_metadata.name if test.test_metadata else none -%}
    {{- return('feed' in test.tags or generic == 'rules_hold') -}}
{% endmacro %}
