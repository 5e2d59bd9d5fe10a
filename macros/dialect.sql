{#- Every difference between DuckDB and Athena, and nothing else. dialect.md beside this file lists who uses what.
    `default__` is Athena (Trino); `duckdb__` is DuckDB. -#}

{#- ---- the landing zone ---- -#}

{#- The raw table: one row per landed line. Made anew at the start of each run, for nothing: it only points to files. -#}
{% macro create_raw_incidents() %}
    {% if execute %}{{ return(adapter.dispatch('create_raw_incidents', 'dispatch')()) }}{% endif %}
{% endmacro %}

{% macro duckdb__create_raw_incidents() %}
    {%- set files = env_var('DISPATCH_LANDING', 'data/landing') ~ '/incidents/dt=*/hh=*/*.gz' -%}
    {%- set raw = source('raw', 'incidents') -%}
    {%- do run_query('create schema if not exists ' ~ raw.schema) -%}
    {#- read_csv fails where no file is: an empty landing zone is an empty table. -#}
    {%- set found = run_query("select count(*) from glob('" ~ files ~ "')").rows[0][0] -%}
    create or replace view {{ raw }} as
    {% if found -%}
        select line, dt
        from read_csv(
            '{{ files }}', columns = {'line': 'varchar'}, auto_detect = false, header = false,
            delim = '', quote = '', escape = '', strict_mode = false, max_line_size = 16777216,
            hive_partitioning = true, hive_types_autocast = false
        )
    {%- else -%}
        select cast(null as varchar) as line, cast(null as varchar) as dt where false
    {%- endif %}
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

{#- How an incremental model replaces whole landed dates. -#}
{% macro replace_dates_strategy() %}{{ return(adapter.dispatch('replace_dates_strategy', 'dispatch')()) }}{% endmacro %}
{% macro duckdb__replace_dates_strategy() %}{{ return('delete+insert') }}{% endmacro %}
{% macro default__replace_dates_strategy() %}{{ return('insert_overwrite') }}{% endmacro %}

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

{#- ---- JSON ---- -#}

{#- True if the line is one JSON object. -#}
{% macro is_json_object(line) %}{{ return(adapter.dispatch('is_json_object', 'dispatch')(line)) }}{% endmacro %}
{% macro duckdb__is_json_object(line) %}(case when json_valid({{ line }}) then json_type({{ line }}) = 'OBJECT' else false end){% endmacro %}
{% macro default__is_json_object(line) %}(coalesce(substr(json_format(try(json_parse({{ line }}))), 1, 1) = '{', false)){% endmacro %}

{#- The values of the keys as texts, read in one pass: element i is that of key i, counted from 1. Null if the line is no
    JSON object. -#}
{% macro json_texts(line, keys) %}{{ return(adapter.dispatch('json_texts', 'dispatch')(line, keys)) }}{% endmacro %}
{% macro duckdb__json_texts(line, keys) -%}
    case when {{ is_json_object(line) }} then json_extract_string({{ line }}, ['{{ keys | join("', '") }}']) end
{%- endmacro %}
{% macro default__json_texts(line, keys) -%}
    case
        when {{ is_json_object(line) }}
            then try(cast(json_parse({{ line }}) as row("{{ keys | join('" varchar, "') }}" varchar)))
    end
{%- endmacro %}

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

{% macro md5_hex(text) %}{{ return(adapter.dispatch('md5_hex', 'dispatch')(text)) }}{% endmacro %}
{% macro duckdb__md5_hex(text) %}md5({{ text }}){% endmacro %}
{% macro default__md5_hex(text) %}lower(to_hex(md5(to_utf8({{ text }})))){% endmacro %}

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

{#- A double with fixed decimals. Rounded first: printing alone rounds ties differently on the two engines. -#}
{% macro format_decimal(number, decimals=1) %}
    {{- return(adapter.dispatch('format_decimal', 'dispatch')(number, decimals)) -}}
{% endmacro %}
{% macro duckdb__format_decimal(number, decimals) %}format('{:.{{ decimals }}f}', round({{ number }}, {{ decimals }})){% endmacro %}
{% macro default__format_decimal(number, decimals) -%}
    if({{ number }} is not null, format('%.{{ decimals }}f', round({{ number }}, {{ decimals }})))
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

{#- ---- aggregates ---- -#}

{#- The exact percentile (0 to 1) of the values that are not null, between two of them as percentile_cont interpolates. -#}
{% macro percentile(value, fraction) %}{{ return(adapter.dispatch('percentile', 'dispatch')(value, fraction)) }}{% endmacro %}
{% macro duckdb__percentile(value, fraction) %}quantile_cont({{ value }}, {{ fraction }}){% endmacro %}
{% macro default__percentile(value, fraction) -%}
    {%- set sorted = 'array_sort(array_agg(' ~ value ~ ') filter (where ' ~ value ~ ' is not null))' -%}
    {%- set place = fraction ~ 'e0 * (count(' ~ value ~ ') - 1)' -%}
    {%- set below = 'element_at(' ~ sorted ~ ', cast(floor(' ~ place ~ ') as bigint) + 1)' -%}
    {%- set above = 'element_at(' ~ sorted ~ ', cast(ceil(' ~ place ~ ') as bigint) + 1)' -%}
    ({{ below }} + ({{ place }} - floor({{ place }})) * ({{ above }} - {{ below }}))
{%- endmacro %}
