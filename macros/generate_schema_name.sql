{#- A schema is named by its folder's +schema, after the target's own schema as a prefix where that is not `main`. A table
    without one would land in a place that nobody reads. Marts are built elsewhere on Athena, and then published. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is not none -%}
        {%- set schema = custom_schema_name if target.schema == 'main' else target.schema ~ '_' ~ custom_schema_name -%}
        {{- build_schema(schema) if custom_schema_name == 'marts' else schema -}}
    {%- elif node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {{- exceptions.raise_compiler_error(node.name ~ ': no +schema in dbt_project.yml for its folder') -}}
    {%- else -%}
        {{- target.schema -}}
    {%- endif -%}
{%- endmacro %}
