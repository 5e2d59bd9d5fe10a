{#- What a run built is published when it is whole: nothing in it failed, and beside its marts there is none of another build.
    Else readers keep the build before. dialect.sql says how each engine publishes. -#}

{#- At the end of each run. -#}
{% macro publish_build(results) %}
    {%- if execute and changes_tables() -%}
        {%- set built = built_nodes(results) -%}
        {%- set failed = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list -%}
        {%- set outdated = outdated_tables(built + built_before()) if not failed else [] -%}
        {%- if failed or outdated -%}
            {%- set reason = failed | length ~ ' failed or were skipped' if failed else
                'this run left out ' ~ outdated | length ~ ' tables (' ~ outdated[:3] | join(', ')
                ~ (', ...' if outdated | length > 3 else '') ~ '), which dbt build does not' -%}
            {%- do exceptions.warn('Not published: ' ~ reason ~ '. ' ~ where_builds_are()) -%}
            {%- do keep_build(built) -%}
        {%- elif not built or flags.EMPTY -%}
            {%- do discard_build() -%}
        {%- else -%}
            {%- do publish_tables(built) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- Does this command change tables? Tests do only where they keep the rows that failed. -#}
{% macro changes_tables() %}
    {{- return(flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'clone'] or flags.WHICH == 'test' and flags.STORE_FAILURES) -}}
{% endmacro %}

{#- The models, seeds and snapshots that were built, by unique id. -#}
{% macro built_nodes(results) %}
    {%- set built = [] -%}
    {%- for result in results if result.node.resource_type in ['model', 'seed', 'snapshot'] and result.status == 'success' -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {{- return(built) -}}
{% endmacro %}

{#- The names of the tables beside which the built marts would be of another build: those that are there, were not built, and are
    made of what the marts are or are made of, and marts of a run that was not published. A run without a mart leaves readers all
    marts of the build before. -#}
{% macro outdated_tables(built) %}
    {%- set outdated = [] -%}
    {%- set nodes = graph.nodes.values() | rejectattr('config.materialized', 'in', ['view', 'ephemeral']) | list -%}
    {%- set marts = nodes | selectattr('unique_id', 'in', built) | selectattr('fqn.1', 'equalto', 'marts') | list -%}
    {%- set changed = made_of(built + inputs_of(marts)) -%}
    {%- for node in nodes if marts and node.resource_type == 'model' and node.unique_id not in built -%}
        {%- set table = api.Relation.create(node.database, node.schema, node.alias) -%}
        {%- if load_relation(table) and (node.unique_id in changed or is_of_unpublished_run(table)) -%}
            {%- do outdated.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(outdated) -}}
{% endmacro %}

{#- What marts are made of, but for what they have from other marts: models of staging and seeds, by unique id. -#}
{% macro inputs_of(marts) %}
    {%- set nodes = marts | list -%}
    {%- set inputs = [] -%}
    {#- The list grows while the loop walks it. -#}
    {%- for node in nodes -%}
        {%- for unique_id in node.depends_on.get('nodes', []) if unique_id in graph.nodes -%}
            {%- set parent = graph.nodes[unique_id] -%}
            {%- if parent.fqn[1] != 'marts' and parent not in nodes -%}
                {%- do nodes.append(parent) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if node.resource_type == 'seed' or node.fqn[1] == 'staging' -%}
            {%- do inputs.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(inputs) -}}
{% endmacro %}

{#- The models that are made of these nodes, directly or through others, by unique id. -#}
{% macro made_of(unique_ids) %}
    {%- set changed = unique_ids | list -%}
    {#- The list grows while the loop walks it. -#}
    {%- for unique_id in changed -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.unique_id not in changed -%}
            {%- if unique_id in node.depends_on.nodes -%}
                {%- do changed.append(node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(changed | reject('in', unique_ids) | list) -}}
{% endmacro %}
