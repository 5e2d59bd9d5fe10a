{#- A mart's contract: its columns, their types and their order. dbt compares them before a table is made, by two queries that
    read nothing, which Athena charges like any other; there the table that was made is compared instead, with the catalog's own
    entry, for nothing (hold_contract). What breaks its contract is never published. -#}

{% macro athena__get_assert_columns_equivalent(sql) %}{% endmacro %}

{#- Raises dbt's own error about a contract unless the catalog's columns of this table are the promised ones. -#}
{% macro compare_with_the_catalog() %}
    {%- set words_of_the_catalog = {'string': 'varchar', 'int': 'integer'} -%}
    {%- set promised, made = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- do promised.append(contract_column(column.name, column.data_type)) -%}
    {%- endfor -%}
    {%- for column in adapter.get_columns_in_relation(this) -%}
        {#- A column of constant texts is a varchar of their length. -#}
        {%- set type = column.dtype.split('(')[0] -%}
        {%- do made.append(contract_column(column.name, words_of_the_catalog.get(type, type))) -%}
    {%- endfor -%}
    {%- if made != promised -%}{%- do exceptions.raise_contract_error(promised, made) -%}{%- endif -%}
{% endmacro %}

{% macro contract_column(name, type) %}
    {{- return({'name': name, 'data_type': type, 'formatted': name ~ ' ' ~ type}) -}}
{% endmacro %}
