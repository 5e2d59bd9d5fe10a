{#- Athena has no transaction over several tables. Marts are built in a database of their own, and a published mart is an entry in
    the catalog that names the files of the mart that was built: to publish is to change one entry for each mart, which takes seconds. Each mart
    of each build has a folder of files of its own, which is kept for two more builds, so that queries end. -#}

{% macro default__build_schema(schema) %}{{ return(schema ~ '_build') }}{% endmacro %}

{% macro default__published_relation(relation) %}
    {{- return(relation.incorporate(path={'schema': relation.schema | replace('_marts_build', '_marts')})) -}}
{% endmacro %}

{% macro default__publish_tables(built) %}
    {%- set marts = [] -%}
    {%- for node in graph.nodes.values() if node.unique_id in built and node.fqn[1] == 'marts' -%}
        {%- do marts.append(api.Relation.create(node.database, node.schema, node.alias)) -%}
    {%- endfor -%}
    {%- if marts -%}
        {#- Should this end half-way, the next run finds the mark. -#}
        {%- do make_entry(switch_mark()) -%}
        {%- do switch_entries(marts) -%}
    {%- endif -%}
{% endmacro %}

{% macro default__finish_publishing() %}
    {%- set mark = switch_mark() -%}
    {%- if load_relation(mark) -%}
        {%- set built = adapter.list_relations_without_caching(mark) | rejectattr('identifier', 'equalto', mark.identifier) | list -%}
        {%- do switch_entries(unpublished_of(built)) -%}
        {%- do log('Published the marts of the last run, which was broken off before it had published all.', info=true) -%}
    {%- endif -%}
{% endmacro %}

{% macro switch_entries(marts) %}
    {%- do make_missing_entries(marts) -%}
    {%- for mart in marts -%}
        {%- do adapter.swap_table(mart, published_relation(mart)) -%}
    {%- endfor -%}
    {%- do adapter.delete_from_glue_catalog(switch_mark()) -%}
    {%- for mart in marts -%}
        {%- do adapter.expire_glue_table_versions(published_relation(mart), 3, True) -%}
    {%- endfor -%}
{% endmacro %}

{#- A run that failed is over: the next one makes each table anew. -#}
{% macro default__keep_build(built) %}{% endmacro %}
{% macro default__discard_build() %}{% endmacro %}

{#- Other runs may have built since the one that failed, so that a retry is not published. -#}
{% macro default__built_before() %}{{ return([]) }}{% endmacro %}

{% macro default__is_of_unpublished_run(table) %}
    {{- return(published_relation(table) != table and unpublished_of([table]) | length > 0) -}}
{% endmacro %}

{% macro default__where_builds_are() %}
    {%- set build = switch_mark() -%}
    {{- return('Readers go on with the build before in ' ~ published_relation(build).schema ~ '; this one is in ' ~ build.schema) -}}
{% endmacro %}

{#- Those of the built marts whose files are not those of the published ones. -#}
{% macro unpublished_of(marts) %}
    {%- set unpublished = [] -%}
    {%- for mart in marts -%}
        {%- if adapter.get_glue_table_location(mart) != adapter.get_glue_table_location(published_relation(mart)) -%}
            {%- do unpublished.append(mart) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(unpublished) -}}
{% endmacro %}

{#- Entries for marts that were never published, without files, to be switched. -#}
{% macro make_missing_entries(marts) %}
    {%- set published = published_relation(switch_mark()) -%}
    {%- if not adapter.check_schema_exists(published.database, published.schema) -%}
        {%- do create_schema(published.without_identifier()) -%}
    {%- endif -%}
    {%- set names = adapter.list_relations_without_caching(published) | map(attribute='identifier') | list -%}
    {%- for mart in marts if mart.identifier not in names -%}
        {%- do make_entry(published_relation(mart)) -%}
    {%- endfor -%}
{% endmacro %}

{% macro make_entry(relation) %}
    {%- do run_query(
        'create external table if not exists ' ~ relation.render_hive() ~ ' (`nothing` int) stored as parquet location \''
        ~ target.s3_data_dir.rstrip('/') ~ '/no_files/' ~ relation.schema ~ '/' ~ relation.identifier ~ '/\''
    ) -%}
{% endmacro %}

{% macro switch_mark() %}
    {{- return(api.Relation.create(target.database, generate_schema_name('marts', none), 'being_published')) -}}
{% endmacro %}

{#- Takes a table away. The files of a mart that is published stay: its entry is about to be made anew, and readers have them. -#}
{% macro athena__drop_relation(relation) %}
    {%- set published = published_relation(relation) -%}
    {%- if published != relation and not unpublished_of([relation]) -%}
        {%- do adapter.delete_from_glue_catalog(relation) -%}
    {%- else -%}
        {{- return(dbt.athena__drop_relation(relation)) -}}
    {%- endif -%}
{% endmacro %}
