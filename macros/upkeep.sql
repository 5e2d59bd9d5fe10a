{#- Keeps the merged table quick. Each merge leaves small files and files of deleted rows behind, which every query reads. -#}

{#- Writes the files of stg_incidents anew, few and full, and removes those that no query needs any more:
    dbt run-operation compact -#}
{% macro compact() %}
    {%- set table = load_relation(ref('stg_incidents')) -%}
    {%- set files = count_files(table) if table -%}
    {%- if not table -%}
        {{- log('Nothing to compact: stg_incidents has not been built yet.', info=true) -}}
    {%- elif files is none -%}
        {{- log('Nothing to compact: on this engine stg_incidents has no files of its own.', info=true) -}}
    {%- else -%}
        {%- do compact_table(table) -%}
        {{- log('stg_incidents compacted: ' ~ files ~ ' files before, ' ~ count_files(table) ~ ' now.', info=true) -}}
    {%- endif -%}
{% endmacro %}

{#- At the end of a run that merged into stg_incidents: says when it is time to compact it. -#}
{% macro warn_when_compact_is_due(results) %}
    {%- set table = ref('stg_incidents') -%}
    {%- if execute -%}
        {%- for result in results if result.node.name == table.identifier and result.status == 'success' -%}
            {%- set files = count_files(table) -%}
            {%- if files is not none and files > var('compact_after_files') -%}
                {%- do exceptions.warn(
                    table.identifier ~ ' has ' ~ files ~ ' files, more than ' ~ var('compact_after_files')
                    ~ ': run `dbt run-operation compact`.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
