{#- On DuckDB a run has a copy of the file that readers have, which takes that one's place. The plugin (warehouse/duckdb_file.py)
    made the copy at the start, and here hears what becomes of it. -#}

{% macro duckdb__build_schema(schema) %}{{ return(schema) }}{% endmacro %}

{% macro duckdb__published_relation(relation) %}{{ return(relation) }}{% endmacro %}

{#- To rename a file takes no time in which a run could be broken off. -#}
{% macro duckdb__finish_publishing() %}{% endmacro %}

{% macro duckdb__publish_tables(built) %}
    {%- do run_query('drop table if exists ' ~ built_table()) -%}
    {%- do end_build('publish') -%}
{% endmacro %}

{#- The copy stays, for `dbt retry` to go on with, until the next build. -#}
{% macro duckdb__keep_build(built) %}
    {%- do run_query(
        'create or replace table ' ~ built_table() ~ " as select unnest(['" ~ (built + built_before()) | join("', '") ~ "']) as node"
    ) -%}
    {%- do end_build('keep') -%}
{% endmacro %}

{% macro duckdb__discard_build() %}{% do end_build('discard') %}{% endmacro %}

{% macro duckdb__built_before() %}
    {%- if load_relation(built_table()) -%}
        {{- return(run_query('select node from ' ~ built_table()).columns[0].values() | list) -}}
    {%- endif -%}
    {{- return([]) -}}
{% endmacro %}

{#- A copy has the tables of one build. -#}
{% macro duckdb__is_of_unpublished_run(table) %}{{ return(false) }}{% endmacro %}

{% macro duckdb__where_builds_are() %}
    {%- set build = run_query("select path from duckdb_databases() where database_name = '" ~ target.database ~ "'").rows[0][0] -%}
    {{- return('Readers go on with the build before in ' ~ target.attach[0].path ~ '; this one is in ' ~ build) -}}
{% endmacro %}

{#- What was built in a copy that was not published, by unique id. -#}
{% macro built_table() %}{{ return(api.Relation.create(target.database, 'main', 'built_nodes')) }}{% endmacro %}

{% macro end_build(how) %}
    {#- The plugin closes the file, which nobody may read at that moment. -#}
    {%- do adapter.commit() -%}
    {%- do adapter.store_relation('duckdb_file', none, [], '', '', how) -%}
{% endmacro %}
