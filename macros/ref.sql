{#- As dbt's own, but commands that only read find the marts that are published, and not those of a build that may be under way.
    -#}
{% macro ref() %}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {{- return(relation if changes_tables() else published_relation(relation)) -}}
{% endmacro %}
