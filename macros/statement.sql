{#- As dbt's own, but when the adapter for Athena has made a table, it sends what Athena said of that there once more, as a query
    of one text: it reads nothing and is charged like any other. That text is taken for its result. -#}
{% macro statement(name=none, fetch_result=false, auto_begin=true, language='sql') %}
    {%- set sql = caller() -%}
    {%- set said = modules.re.fullmatch('\\s*select \'([{]"rowcount".*[}])\';?\\s*', sql, modules.re.IGNORECASE) if name == 'main' -%}
    {%- if said -%}
        {%- set said = fromjson(said[1]) -%}
        {%- set message = 'OK, rows: ' ~ said.rowcount ~ ', bytes scanned: ' ~ said.data_scanned_in_bytes -%}
        {%- call noop_statement(name, message=message, code='OK', rows_affected=said.rowcount) -%}{{ sql }}{%- endcall -%}
    {%- else -%}
        {%- call dbt.statement(name, fetch_result, auto_begin, language) -%}{{ sql }}{%- endcall -%}
    {%- endif -%}
{% endmacro %}
