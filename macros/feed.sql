{#- What the tests of the feed (tests/dbt/feed) and those of the rules of columns found, as sentences. -#}

{#- The landed dates of which the rejected lines are judged, one row each: the newest, those after it, whose date is wrong,
    and those that had news. `lines` are the staged ones. -#}
{% macro judged_dates(lines) -%}
    select distinct landed_date
    from {{ lines }}
    where
        landed_date >= (select {{ newest_landed_date() }} from {{ lines }})
        or {{ is_among_dates('landed_date', {'dates': landed_dates_with_news(lines)}) }}
{%- endmacro %}

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
