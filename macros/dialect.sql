{#- Every difference between DuckDB and Athena, and nothing else. dialect.md beside this file lists who uses what.
    `default__` is Athena (Trino); `duckdb__` is DuckDB. -#}

{#- ---- the landing zone ---- -#}

{#- The raw table: one row per landed line. Made anew at the start of each run, for nothing: it only points to files. -#}
{% macro create_raw_incidents() %}
    {% if execute %}{{ return(adapter.dispatch('create_raw_incidents', 'dispatch')()) }}{% endif %}
{% endmacro %}

{% macro duckdb__create_raw_incidents() %}
    {%- if not target.plugins -%}
        {{- exceptions.raise_compiler_error('profiles.yml is of an older version of dispatch: copy profiles.yml.example to it.') -}}
    {%- endif -%}
    {%- set raw = source('raw', 'incidents') -%}
    {%- if is_read_only() -%}{{- return('') -}}{%- endif -%}
    {%- set root = landing_root() -%}
    {%- set never = {
        '\\': 'DuckDB takes a backslash for the end of a folder', '/dt=': 'dt= is what the folders of landed dates are called',
        '://': 'DuckDB reads a folder of this machine',
    } -%}
    {%- if root.startswith('~') -%}
        {%- do never.update({root: 'that is your home only where a shell sees it without quotation marks'}) -%}
    {%- endif -%}
    {%- for part, reason in never.items() if part in '/' ~ root -%}
        {{- exceptions.raise_compiler_error('DISPATCH_LANDING is ' ~ root ~ ': ' ~ reason ~ '. Choose another path.') -}}
    {%- endfor -%}
    {%- set folder = landing_glob() -%}
    {%- set digit = '[0-9]' -%}
    {%- set files = folder ~ '/dt=%s-%s-%s/hh=*/[!._]*.gz' % (digit * 4, digit * 2, digit * 2) -%}
    {#- Of dates that the calendar has. -#}
    {%- set dated = "select file from glob('" ~ files ~ "') "
        ~ "where try_cast(regexp_extract(file, '/dt=([^/]+)/[^/]+/[^/]+$', 1) as date) is not null" -%}
    {%- do run_query('create schema if not exists ' ~ raw.schema) -%}
    {#- read_csv fails where no file is: an empty landing zone is an empty table. -#}
    {%- set found = run_query('select count(*) from (' ~ dated ~ ')').rows[0][0] -%}
    {%- set strays = run_query(
        "select file from glob('" ~ folder ~ "/**') where file not in (" ~ dated ~ ')'
        ~ " and not regexp_matches(substr(file, length('" ~ root.replace("'", "''") ~ "/incidents') + 1), '(^|/)[._]') order by file"
    ).columns[0].values() -%}
    {%- if strays -%}
        {%- set said = strays | length ~ ' of the landed files lie where no build reads them, first ' ~ strays[0]
            ~ ': a landed file is incidents/dt=YYYY-MM-DD/hh=HH/<name>.gz' -%}
        {%- do exceptions.warn(said) if found else exceptions.raise_compiler_error(said) -%}
    {%- endif -%}
    create or replace view {{ raw.render() }} as
    {% if found -%}
        select line, dt
        from read_csv(
            '{{ files }}', columns = {'line': 'varchar'}, auto_detect = false, header = false, compression = 'gzip',
            {#- An empty delim is a NUL, behind which a line would be lost; these never stand in JSON. -#}
            delim = '{{ '\x1f\x1e\x1f\x1e' }}', quote = '', escape = '', strict_mode = false, max_line_size = 16777216,
            hive_partitioning = true, hive_types_autocast = false
        )
        {%- if strays %}
        where try_cast(dt as date) is not null
        {%- endif %}
    {%- else -%}
        select cast(null as varchar) as line, cast(null as varchar) as dt where false
    {%- endif %}
{% endmacro %}

{#- Whether what has landed is the bundled sample: `make demo` marks the folder where it lands it. -#}
{% macro is_marked_as_sample() %}{{ return(adapter.dispatch('is_marked_as_sample', 'dispatch')()) }}{% endmacro %}
{% macro default__is_marked_as_sample() %}false{% endmacro %}
{% macro duckdb__is_marked_as_sample() %}exists (select file from glob('{{ landing_glob('.sample') }}')){% endmacro %}

{#- Where the landing zone is on this machine; an empty variable counts as none, as ingest has it. -#}
{% macro landing_root() %}{{ return(env_var('DISPATCH_LANDING', '') or 'data/landing') }}{% endmacro %}

{#- A part of the landing zone as a glob in a text of SQL. Its path may have any character with which DuckDB can read it. -#}
{% macro landing_glob(part='incidents') %}
    {{- return((landing_root() ~ '/' ~ part).replace('[', '[[]').replace('*', '[*]').replace('?', '[?]').replace("'", "''")) -}}
{% endmacro %}

{% macro default__create_raw_incidents() %}
    {%- set raw = source('raw', 'incidents') -%}
    {%- set root = env_var('DISPATCH_LANDING') -%}
    {%- if not root.startswith('s3://') -%}
        {{- exceptions.raise_compiler_error('DISPATCH_LANDING is ' ~ root ~ ': on Athena it must be s3://bucket/prefix') -}}
    {%- endif -%}
    {%- set landing = (root ~ '/').replace('//', '/').replace('s3:/', 's3://') ~ 'incidents/' -%}
    {%- do run_query('create schema if not exists `' ~ raw.schema ~ '`') -%}
    create external table if not exists `{{ raw.schema }}`.`{{ raw.identifier }}` (`line` string)
    partitioned by (`dt` string)
    row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe'
    with serdeproperties ('input.regex' = '^(.*)$')
    stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'
    outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    location '{{ landing }}'
    tblproperties (
        'projection.enabled' = 'true', 'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy-MM-dd',
        'projection.dt.range' = '{{ var("first_landing_date") }},NOW',
        'projection.dt.interval' = '1', 'projection.dt.interval.unit' = 'DAYS',
        'storage.location.template' = '{{ landing }}dt=${dt}/'
    )
{% endmacro %}

{#- What has landed, and what of it was read before: on DuckDB a list of the files, in tables of the raw schema. Stops at a
    damaged file, and where all that was staged seems to be gone. -#}
{% macro list_landed_files() %}{% if execute %}{{ return(adapter.dispatch('list_landed_files', 'dispatch')()) }}{% endif %}{% endmacro %}
{% macro default__list_landed_files() %}{% endmacro %}
{% macro duckdb__list_landed_files() %}
    {%- if not is_read_only() -%}
        {%- do adapter.commit() -%}
        {%- do adapter.store_relation('landed_files', none, [], '', '', {
            'table': files_table('landed_files'), 'landing': landing_root(), 'listed_at': run_started_at,
        }) -%}
        {%- set damaged = run_query('select file, fault from ' ~ files_table('landed_files') ~ ' where fault is not null order by file') -%}
        {%- for file, fault in damaged.rows -%}
            {%- do exceptions.warn(file ~ ' is damaged: ' ~ fault) -%}
        {%- endfor -%}
        {%- if damaged.rows -%}
            {%- set others = damaged.rows | length - 1 -%}
            {{- exceptions.raise_compiler_error(
                damaged.rows[0][0] ~ ' is damaged (' ~ damaged.rows[0][1] ~ ')'
                ~ (', as ' ~ ('is' if others == 1 else 'are') ~ ' ' ~ others ~ ' more' if others) ~ ', so nothing is built.'
                ~ ' Fetch the file again, or move it out of the landing zone.'
            ) -}}
        {%- endif -%}
        {#- Single files go from staging too; all of them at once are rather on a disk that is not there. -#}
        {%- set lines = api.Relation.create(target.database, generate_schema_name('staging'), 'stg_landed_lines') -%}
        {%- set landed = run_query('select count(*) from ' ~ files_table('landed_files')).rows[0][0] -%}
        {%- if not landed and not flags.FULL_REFRESH and load_relation(lines) and run_query('from ' ~ lines ~ ' limit 1').rows -%}
            {%- set published = target.attach[0].path -%}
            {{- exceptions.raise_compiler_error(
                'DISPATCH_LANDING is ' ~ landing_root() ~ ', where no file has landed, but ' ~ published ~ ' was built from some, so'
                ~ ' nothing is built. Mount it, or name another folder. If they are gone for good, delete ' ~ published
                ~ ' or run dbt build --full-refresh.'
            ) -}}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- Remembers which files a model has taken in, and which landed dates it has read for that. -#}
{% macro remember_landed_files() %}{{ return(adapter.dispatch('remember_landed_files', 'dispatch')()) }}{% endmacro %}
{% macro default__remember_landed_files() %}{% endmacro %}
{% macro duckdb__remember_landed_files() %}
    create or replace table {{ files_table('files_in_' ~ this.identifier) }} as
    select file, stamp, landed_date, {{ is_to_read('landed_date', literal='') }} as was_read
    from {{ files_table('landed_files') }}
{% endmacro %}

{#- The landed dates that an incremental model reads: 'all', or {since, until} and a list of dates. On DuckDB those whose
    files are not the ones that it has taken in. On Athena the newest, which may have grown, and landing_lookback_days before
    it, for what came late; once a day also those of which the raw lines are others in number than this table's. -#}
{% macro landed_dates_to_read(raw_lines=none) %}
    {%- if not (execute and is_incremental()) -%}{{- return('all') -}}{%- endif -%}
    {{- return(adapter.dispatch('landed_dates_to_read', 'dispatch')(raw_lines)) -}}
{% endmacro %}
{% macro duckdb__landed_dates_to_read(raw_lines) %}
    {%- if not has_files_table('files_in_' ~ this.identifier) -%}{{- return('all') -}}{%- endif -%}
    {{- return({'dates': run_query(
        'select distinct coalesce(now.landed_date, before.landed_date) as landed_date from ' ~ changed_files() ~ ' order by 1'
    ).columns[0].values()}) -}}
{% endmacro %}
{% macro default__landed_dates_to_read(raw_lines) %}
    {%- set wanted = newest_landed_dates(this) -%}
    {%- if not wanted -%}{{- return('all') -}}{%- endif -%}
    {%- if raw_lines and all_dates_are_due() -%}
        {%- do wanted.update({'dates': run_query(
            'select raw.dt from (select dt, count(*) as landed from ' ~ raw_lines ~ ' group by dt) as raw
            left join (select cast(landed_date as varchar) as dt, count(*) as staged from ' ~ this ~ ' group by 1) as lines
                on raw.dt = lines.dt
            where raw.landed <> coalesce(lines.staged, 0) order by 1'
        ).columns[0].values()}) -%}
    {%- endif -%}
    {{- return(wanted) -}}
{% endmacro %}

{#- Does the run weigh every version of every incident anew? On DuckDB when a landed file is gone or is another one, so that a
    version may be gone; on Athena once a day. -#}
{% macro weighs_all_versions() %}
    {%- if not (execute and is_incremental()) -%}{{- return(false) -}}{%- endif -%}
    {{- return(adapter.dispatch('weighs_all_versions', 'dispatch')()) -}}
{% endmacro %}
{% macro duckdb__weighs_all_versions() %}
    {%- if not has_files_table('files_in_' ~ this.identifier) -%}{{- return(true) -}}{%- endif -%}
    {{- return(run_query('select count(*) from ' ~ changed_files() ~ ' and before.stamp is not null').rows[0][0] > 0) -}}
{% endmacro %}
{% macro default__weighs_all_versions() %}{{ return(all_dates_are_due()) }}{% endmacro %}

{#- Takes the lines of the landed dates that are read out of the table: a date may have none any more. -#}
{% macro delete_dates_to_read() %}{{ return(adapter.dispatch('delete_dates_to_read', 'dispatch')()) }}{% endmacro %}
{% macro default__delete_dates_to_read() %}{% endmacro %}
{% macro duckdb__delete_dates_to_read() %}
    {%- if execute and is_incremental() -%}delete from {{ this }} where {{ is_to_read('landed_date') }}{%- endif -%}
{% endmacro %}

{#- The landed dates of which the lines in the raw table are counted against the staged ones: those that the last run read, and
    once a day all. -#}
{% macro landed_dates_to_compare(lines) %}
    {%- if not execute -%}{{- return('all') -}}{%- endif -%}
    {{- return(adapter.dispatch('landed_dates_to_compare', 'dispatch')(lines)) -}}
{% endmacro %}
{% macro duckdb__landed_dates_to_compare(lines) %}
    {%- if all_dates_are_due() or not has_files_table('files_in_' ~ lines.identifier) -%}{{- return('all') -}}{%- endif -%}
    {{- return({'dates': run_query(
        'select distinct landed_date from ' ~ files_table('files_in_' ~ lines.identifier) ~ ' where was_read order by 1'
    ).columns[0].values()}) -}}
{% endmacro %}
{% macro default__landed_dates_to_compare(lines) %}
    {{- return('all' if all_dates_are_due() else newest_landed_dates(lines) or 'all') -}}
{% endmacro %}

{#- The landed dates that the last run read since a file had come late, or was another one; none where it read all. Their
    rejected lines are judged. Athena reads the newest dates in every run, so that nothing tells which of them are new. -#}
{% macro landed_dates_with_news(lines) %}
    {%- if not execute -%}{{- return([]) -}}{%- endif -%}
    {{- return(adapter.dispatch('landed_dates_with_news', 'dispatch')(lines)) -}}
{% endmacro %}
{% macro duckdb__landed_dates_with_news(lines) %}
    {%- if not has_files_table('files_in_' ~ lines.identifier) -%}{{- return([]) -}}{%- endif -%}
    {{- return(run_query(
        'select distinct landed_date from (select *, bool_and(was_read) over () as all_were from '
        ~ files_table('files_in_' ~ lines.identifier) ~ ') where was_read and not all_were order by 1'
    ).columns[0].values()) -}}
{% endmacro %}
{% macro default__landed_dates_with_news(lines) %}{{ return([]) }}{% endmacro %}

{#- Is it time to look at all landed dates? var('compare_all_dates') is 'always', 'never' or 'daily': in the first run of a day
    (UTC), for as long as it takes. -#}
{% macro all_dates_are_due() %}
    {%- if var('compare_all_dates') == 'daily' -%}{{- return(adapter.dispatch('is_first_run_of_the_day', 'dispatch')()) -}}{%- endif -%}
    {{- return(var('compare_all_dates') == 'always') -}}
{% endmacro %}
{% macro duckdb__is_first_run_of_the_day() %}
    {%- if not has_files_table('landed_files') -%}{{- return(true) -}}{%- endif -%}
    {{- return(run_query(
        'select count(*) from ' ~ files_table('landed_files') ~ ' where cast(listed_before as date) = cast(listed_at as date)'
    ).rows[0][0] == 0) -}}
{% endmacro %}
{% macro default__is_first_run_of_the_day() %}
    {#- Whatever else failed today, a run that merged incidents had looked. -#}
    {%- set incidents = api.Relation.create(schema=generate_schema_name('staging'), identifier='stg_incidents') -%}
    {%- if not load_relation(incidents) -%}{{- return(true) -}}{%- endif -%}
    {%- set snapshots = api.Relation.create(schema=incidents.schema, identifier='stg_incidents$snapshots') -%}
    {%- set now = run_started_at.strftime('%Y-%m-%d %H:%M:%S') -%}
    {{- return(run_query(
        'select count(*) from ' ~ snapshots ~ " where committed_at >= timestamp '" ~ now[:10] ~ " 00:00:00 UTC'"
        " and committed_at < timestamp '" ~ now ~ " UTC'"
    ).rows[0][0] == 0) -}}
{% endmacro %}

{#- A table of the raw schema about files, on DuckDB. -#}
{% macro files_table(name) %}{{ return(source('raw', 'incidents').incorporate(path={'identifier': name}).render()) }}{% endmacro %}
{% macro has_files_table(name) %}
    {%- set raw = source('raw', 'incidents') -%}
    {{- return(run_query(
        "select count(*) from duckdb_tables() where database_name = '" ~ raw.database ~ "' and schema_name = '" ~ raw.schema
        ~ "' and table_name = '" ~ name ~ "'"
    ).rows[0][0] > 0) -}}
{% endmacro %}
{% macro changed_files() %}
    {{- return(files_table('landed_files') ~ ' as now full join ' ~ files_table('files_in_' ~ this.identifier)
        ~ ' as before on now.file = before.file where now.stamp is distinct from before.stamp') -}}
{% endmacro %}

{#- A command that only reads finds what the last build left. -#}
{% macro is_read_only() %}
    {{- return(run_query("select readonly from duckdb_databases() where database_name = '" ~ target.database ~ "'").rows[0][0]) -}}
{% endmacro %}

{#- How an incremental model replaces whole landed dates. -#}
{% macro replace_dates_strategy() %}{{ return(adapter.dispatch('replace_dates_strategy', 'dispatch')()) }}{% endmacro %}
{% macro duckdb__replace_dates_strategy() %}{{ return('delete+insert') }}{% endmacro %}
{% macro default__replace_dates_strategy() %}{{ return('insert_overwrite') }}{% endmacro %}

{#- The columns by whose values a table's files are kept apart; none where a table has no files. -#}
{% macro partitions(columns) %}{{ return(adapter.dispatch('partitions', 'dispatch')(columns)) }}{% endmacro %}
{% macro duckdb__partitions(columns) %}{{ return(none) }}{% endmacro %}
{% macro default__partitions(columns) %}{{ return(columns) }}{% endmacro %}

{#- How many files a query of a merged table opens, those of deleted rows among them; none where a table has no files. -#}
{% macro count_files(table) %}{{ return(adapter.dispatch('count_files', 'dispatch')(table)) }}{% endmacro %}
{% macro duckdb__count_files(table) %}{{ return(none) }}{% endmacro %}
{% macro default__count_files(table) -%}
    {%- set files = api.Relation.create(schema=table.schema, identifier=table.identifier ~ '$files') -%}
    {{- return(run_query('select count(*) from ' ~ files).rows[0][0]) -}}
{%- endmacro %}

{#- Writes a merged table's files anew and removes the old ones when they are older than the table keeps them. -#}
{% macro compact_table(table) %}{{ return(adapter.dispatch('compact_table', 'dispatch')(table)) }}{% endmacro %}
{% macro duckdb__compact_table(table) %}{% endmacro %}
{% macro default__compact_table(table) %}
    {#- Athena ends either of them early with an error that asks for more runs, which the adapter makes. -#}
    {%- set name = table.schema ~ '.' ~ table.identifier -%}
    {%- do adapter.run_operation_with_potential_multiple_runs(
        'optimize ' ~ name ~ ' rewrite data using bin_pack', 'optimize'
    ) -%}
    {%- do adapter.run_operation_with_potential_multiple_runs('vacuum ' ~ name, 'vacuum') -%}
{% endmacro %}

{#- After a mart is made: holds its contract against what was made, where dbt has not (contracts.sql). -#}
{% macro hold_contract() %}{{ return(adapter.dispatch('hold_contract', 'dispatch')()) }}{% endmacro %}
{% macro duckdb__hold_contract() %}{% endmacro %}
{% macro default__hold_contract() %}{%- if execute -%}{%- do compare_with_the_catalog() -%}{%- endif -%}{% endmacro %}

{#- ---- publishing: publish.sql says when; publish_on_duckdb.sql and publish_on_athena.sql say how ---- -#}

{#- The schema in which marts are built. -#}
{% macro build_schema(schema) %}{{ return(adapter.dispatch('build_schema', 'dispatch')(schema)) }}{% endmacro %}

{#- The relation that readers have, of one as it was built. -#}
{% macro published_relation(relation) %}{{ return(adapter.dispatch('published_relation', 'dispatch')(relation)) }}{% endmacro %}

{#- At the start of a run: ends what a run that was broken off had begun to publish. -#}
{% macro finish_publishing() %}
    {% if execute and changes_tables() %}{% do adapter.dispatch('finish_publishing', 'dispatch')() %}{% endif %}
{% endmacro %}

{#- Lets readers have what was built. -#}
{% macro publish_tables(built) %}{% do adapter.dispatch('publish_tables', 'dispatch')(built) %}{% endmacro %}

{#- Lets readers keep the build before. -#}
{% macro keep_build(built) %}{% do adapter.dispatch('keep_build', 'dispatch')(built) %}{% endmacro %}

{#- Forgets what was built, where that is possible. -#}
{% macro discard_build() %}{% do adapter.dispatch('discard_build', 'dispatch')() %}{% endmacro %}

{#- What the run had built that this one retries. -#}
{% macro built_before() %}{{ return(adapter.dispatch('built_before', 'dispatch')()) }}{% endmacro %}

{#- Is the table as a run left it that was not published? -#}
{% macro is_of_unpublished_run(table) %}{{ return(adapter.dispatch('is_of_unpublished_run', 'dispatch')(table)) }}{% endmacro %}

{#- Where the build is that readers have, and where this one is. -#}
{% macro where_builds_are() %}{{ return(adapter.dispatch('where_builds_are', 'dispatch')()) }}{% endmacro %}

{#- ---- JSON ---- -#}

{#- True if the engine takes the line for one JSON object. -#}
{% macro is_json_object(line) %}{{ return(adapter.dispatch('is_json_object', 'dispatch')(line)) }}{% endmacro %}
{% macro duckdb__is_json_object(line) %}(case when json_valid({{ line }}) then json_type({{ line }}) = 'OBJECT' else false end){% endmacro %}
{% macro default__is_json_object(line) %}(coalesce(substr(json_format(try(json_parse({{ line }}))), 1, 1) = '{', false)){% endmacro %}

{#- The value of one key as text, null where there is none; of a line that is no JSON it may be anything. -#}
{% macro json_text(line, key) %}{{ return(adapter.dispatch('json_text', 'dispatch')(line, key)) }}{% endmacro %}
{% macro duckdb__json_text(line, key) %}try(json_extract_string({{ line }}, '{{ key }}')){% endmacro %}
{% macro default__json_text(line, key) %}json_extract_scalar({{ line }}, '$["{{ key }}"]'){% endmacro %}

{#- The values of a plain object's keys (is_plain_json) as texts, read in one pass: element i is that of key i, counted from 1.
    Null on Athena if a key stands twice. -#}
{% macro plain_json_texts(line, keys) %}{{ return(adapter.dispatch('plain_json_texts', 'dispatch')(line, keys)) }}{% endmacro %}
{% macro duckdb__plain_json_texts(line, keys) %}json_extract_string({{ line }}, ['{{ keys | join("', '") }}']){% endmacro %}
{% macro default__plain_json_texts(line, keys) -%}
    try(cast(json_parse({{ line }}) as row("{{ keys | join('" varchar, "') }}" varchar)))
{%- endmacro %}

{#- The same of any object whose numbers are texts (numbers_as_texts). Of a key that stands twice the first counts; an object
    or a list is U+0001. -#}
{% macro json_texts(line, keys) %}{{ return(adapter.dispatch('json_texts', 'dispatch')(line, keys)) }}{% endmacro %}
{% macro duckdb__json_texts(line, keys) -%}
    {%- set keys = "['" ~ keys | join("', '") ~ "']" -%}
    list_transform(
        list_zip(json_extract_string({{ line }}, {{ keys }}), json_type({{ line }}, {{ keys }})),
        lambda value: case when value[2] in ('OBJECT', 'ARRAY') then chr(1) else value[1] end
    )
{%- endmacro %}
{% macro default__json_texts(line, keys) -%}
    transform(
        array['$["{{ keys | join('"]\', \'$["') }}"]'],
        key -> coalesce(
            json_extract_scalar({{ line }}, key), if(json_format(json_extract({{ line }}, key)) <> 'null', chr(1))
        )
    )
{%- endmacro %}

{#- A list with an expression instead of each element, which it calls `item`. -#}
{% macro transform_list(list, expression) %}{{ return(adapter.dispatch('transform_list', 'dispatch')(list, expression)) }}{% endmacro %}
{% macro duckdb__transform_list(list, expression) %}list_transform({{ list }}, lambda item: {{ expression }}){% endmacro %}
{% macro default__transform_list(list, expression) %}transform({{ list }}, item -> {{ expression }}){% endmacro %}

{#- The elements of a list that are not null. -#}
{% macro present_items(list) %}{{ return(adapter.dispatch('present_items', 'dispatch')(list)) }}{% endmacro %}
{% macro duckdb__present_items(list) %}list_filter({{ list }}, lambda item: item is not null){% endmacro %}
{% macro default__present_items(list) %}filter({{ list }}, item -> item is not null){% endmacro %}

{#- ---- text ---- -#}

{% macro regexp_like(text, pattern) %}{{ return(adapter.dispatch('regexp_like', 'dispatch')(text, pattern)) }}{% endmacro %}
{% macro duckdb__regexp_like(text, pattern) %}regexp_matches({{ text }}, '{{ pattern }}'){% endmacro %}
{% macro default__regexp_like(text, pattern) %}regexp_like({{ text }}, '{{ pattern }}'){% endmacro %}

{#- Every match, not only the first. -#}
{% macro regexp_replace_all(text, pattern, replacement) %}
    {{- return(adapter.dispatch('regexp_replace_all', 'dispatch')(text, pattern, replacement)) -}}
{% endmacro %}
{% macro duckdb__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
{% macro default__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{#- How the replacement of regexp_replace_all names what a group has matched. -#}
{% macro group_reference(number) %}{{ return(adapter.dispatch('group_reference', 'dispatch')(number)) }}{% endmacro %}
{% macro duckdb__group_reference(number) %}{{ return('\\' ~ number) }}{% endmacro %}
{% macro default__group_reference(number) %}{{ return('$' ~ number) }}{% endmacro %}

{% macro md5_hex(text) %}{{ return(adapter.dispatch('md5_hex', 'dispatch')(text)) }}{% endmacro %}
{% macro duckdb__md5_hex(text) %}md5({{ text }}){% endmacro %}
{% macro default__md5_hex(text) %}lower(to_hex(md5(to_utf8({{ text }})))){% endmacro %}

{#- The texts of a list with another between them. -#}
{% macro join_texts(list, separator) %}{{ return(adapter.dispatch('join_texts', 'dispatch')(list, separator)) }}{% endmacro %}
{% macro duckdb__join_texts(list, separator) %}array_to_string({{ list }}, {{ separator }}){% endmacro %}
{% macro default__join_texts(list, separator) %}array_join({{ list }}, {{ separator }}){% endmacro %}

{#- 'SILVER SPRING' as 'Silver Spring'. -#}
{% macro title_case(text) %}{{ return(adapter.dispatch('title_case', 'dispatch')(text)) }}{% endmacro %}
{% macro duckdb__title_case(text) -%}
    array_to_string(
        list_transform(string_split(lower({{ text }}), ' '), lambda word: upper(substr(word, 1, 1)) || substr(word, 2)), ' '
    )
{%- endmacro %}
{% macro default__title_case(text) -%}
    array_join(transform(split(lower({{ text }}), ' '), word -> upper(substr(word, 1, 1)) || substr(word, 2)), ' ')
{%- endmacro %}

{#- ---- numbers as text ---- -#}

{#- 3349 as '3,349'. -#}
{% macro format_count(number) %}{{ return(adapter.dispatch('format_count', 'dispatch')(number)) }}{% endmacro %}
{% macro duckdb__format_count(number) %}format('{:,}', cast({{ number }} as bigint)){% endmacro %}
{% macro default__format_count(number) -%}
    if({{ number }} is not null, format('%,d', cast({{ number }} as bigint)))
{%- endmacro %}

{#- A double with fixed decimals, a half rounded away from zero. round(x, 1) would decide 8.35 by its binary fraction on one
    engine and not on the other; round(x * 10) / 10 gives both the same text, and so does printing what is rounded so. -#}
{% macro format_decimal(number, decimals=1) %}
    {%- set rounded = 'round((' ~ number ~ ') * 1e' ~ decimals ~ ') / 1e' ~ decimals -%}
    {{- return(adapter.dispatch('format_decimal', 'dispatch')(rounded, decimals)) -}}
{% endmacro %}
{% macro duckdb__format_decimal(rounded, decimals) %}format('{:.{{ decimals }}f}', {{ rounded }}){% endmacro %}
{% macro default__format_decimal(rounded, decimals) -%}
    if({{ rounded }} is not null, format('%.{{ decimals }}f', {{ rounded }}))
{%- endmacro %}

{#- ---- time ---- -#}

{#- The type of a time in an Iceberg table, which refuses other precisions than microseconds. A Hive table refuses those, and
    into one a unit test puts what the model gives. -#}
{% macro iceberg_timestamp() %}{{ return(adapter.dispatch('iceberg_timestamp', 'dispatch')()) }}{% endmacro %}
{% macro duckdb__iceberg_timestamp() %}timestamp{% endmacro %}
{% macro default__iceberg_timestamp() %}timestamp{{ '(6)' if config.get('table_type') == 'iceberg' }}{% endmacro %}

{#- 1 (Monday) to 7. -#}
{% macro iso_weekday(date) %}{{ return(adapter.dispatch('iso_weekday', 'dispatch')(date)) }}{% endmacro %}
{% macro duckdb__iso_weekday(date) %}isodow({{ date }}){% endmacro %}
{% macro default__iso_weekday(date) %}day_of_week({{ date }}){% endmacro %}

{#- 'June 2024'. -#}
{% macro month_label(date) %}{{ return(adapter.dispatch('month_label', 'dispatch')(date)) }}{% endmacro %}
{% macro duckdb__month_label(date) %}strftime({{ date }}, '%B %Y'){% endmacro %}
{% macro default__month_label(date) %}date_format({{ date }}, '%M %Y'){% endmacro %}

{#- A local time of Montgomery County in UTC. An hour that the clocks pass twice is taken as its first passing: the engines
    differ there, so DuckDB asks for an hour earlier and adds it again. -#}
{% macro county_time_to_utc(local_time) %}{{ return(adapter.dispatch('county_time_to_utc', 'dispatch')(local_time)) }}{% endmacro %}
{% macro duckdb__county_time_to_utc(local_time) -%}
    least(
        {{ local_time }} at time zone 'America/New_York' at time zone 'UTC',
        ({{ local_time }} - interval '1' hour) at time zone 'America/New_York' at time zone 'UTC' + interval '1' hour
    )
{%- endmacro %}
{% macro default__county_time_to_utc(local_time) -%}
    cast(at_timezone(with_timezone({{ local_time }}, 'America/New_York'), 'UTC') as timestamp)
{%- endmacro %}

{#- A time in UTC as the county's clocks show it. -#}
{% macro utc_to_county_time(utc_time) %}{{ return(adapter.dispatch('utc_to_county_time', 'dispatch')(utc_time)) }}{% endmacro %}
{% macro duckdb__utc_to_county_time(utc_time) -%}
    ({{ utc_time }} at time zone 'UTC' at time zone 'America/New_York')
{%- endmacro %}
{% macro default__utc_to_county_time(utc_time) -%}
    cast(at_timezone(with_timezone({{ utc_time }}, 'UTC'), 'America/New_York') as timestamp)
{%- endmacro %}

{#- ---- aggregates ---- -#}

{#- The exact percentile (0 to 1) of the values that are not null, between two of them as percentile_cont interpolates. -#}
{% macro percentile(value, fraction) %}{{ return(adapter.dispatch('percentile', 'dispatch')(value, fraction)) }}{% endmacro %}
{% macro duckdb__percentile(value, fraction) %}quantile_cont({{ value }}, {{ fraction }}){% endmacro %}
{% macro default__percentile(value, fraction) -%}
    {%- set sorted = 'array_sort(array_agg(' ~ value ~ ') filter (where ' ~ value ~ ' is not null))' -%}
    {%- set position = fraction ~ 'e0 * (count(' ~ value ~ ') - 1)' -%}
    {%- set below = 'element_at(' ~ sorted ~ ', cast(floor(' ~ position ~ ') as bigint) + 1)' -%}
    {%- set above = 'element_at(' ~ sorted ~ ', cast(ceil(' ~ position ~ ') as bigint) + 1)' -%}
    ({{ below }} + ({{ position }} - floor({{ position }})) * ({{ above }} - {{ below }}))
{%- endmacro %}
