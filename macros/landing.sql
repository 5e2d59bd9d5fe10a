{#- Which landed dates a run reads, and which version of an incident wins. -#}

{#- The condition on a landed date that the run reads it, true for all on a first run. Dates are literals, since only then
    Athena reads no other partition. landed_dates_to_read says what the relation of raw lines is for. -#}
{% macro is_to_read(column, literal='date ', raw_lines=none) -%}
    {{ is_among_dates(column, landed_dates_to_read(raw_lines), literal) }}
{%- endmacro %}

{#- The condition for 'all', or for a span (since, until) and single dates. -#}
{% macro is_among_dates(column, wanted, literal='date ') -%}
    {%- set either = [] -%}
    {%- if wanted == 'all' -%}
        {%- do either.append('true') -%}
    {%- else -%}
        {%- if wanted.since -%}
            {%- do either.append(
                column ~ ' >= ' ~ literal ~ "'" ~ wanted.since ~ "' and " ~ column ~ ' <= ' ~ literal ~ "'" ~ wanted.until ~ "'"
            ) -%}
        {%- endif -%}
        {%- if wanted.dates -%}
            {%- do either.append(column ~ ' in (' ~ literal ~ "'" ~ wanted.dates | join("', " ~ literal ~ "'") ~ "')") -%}
        {%- endif -%}
    {%- endif -%}
    {{ '(' ~ (either or ['false']) | join(' or ') ~ ')' }}
{%- endmacro %}

{#- The last landed date that may be a true one: what lands in the future has a wrong clock, and is never the newest. -#}
{% macro last_possible_date() %}{{ return((run_started_at + modules.datetime.timedelta(days=1)).date() | string) }}{% endmacro %}

{#- The newest landed date of staged lines; the greatest if all of them lie in the future. -#}
{% macro newest_landed_date() -%}
    coalesce(max(landed_date) filter (where landed_date <= date '{{ last_possible_date() }}'), max(landed_date))
{%- endmacro %}

{#- The newest landed date of a table and landing_lookback_days before it, up to tomorrow: {since, until}; none without any. -#}
{% macro newest_landed_dates(table) -%}
    {%- set newest = run_query(
        'select cast(max(landed_date) as varchar) from ' ~ table ~ " where landed_date <= date '" ~ last_possible_date() ~ "'"
    ).rows[0][0] -%}
    {%- if newest -%}
        {%- set days = modules.datetime.timedelta(var('landing_lookback_days')) -%}
        {{- return({'since': modules.datetime.date.fromisoformat(newest) - days, 'until': last_possible_date()}) -}}
    {%- endif -%}
    {{- return(none) -}}
{%- endmacro %}

{#- The window over an incident's versions, newest first. A line that landed twice counts as it first landed, so that
    landing it again changes nothing. -#}
{% macro newest_version_first() -%}
    partition by incident_id
    order by updated_at desc nulls last, row_ts desc nulls last, landed_date asc, line_hash asc
{%- endmacro %}

{#- Takes out the incidents whose newest version says that the portal no longer has them, or that no landed line knows any
    more: a merge alone only adds. -#}
{% macro delete_withdrawn_incidents(lines) %}
    delete from {{ this }}
    where {% if weighs_all_versions() -%}
        incident_id not in (select incident_id from {{ lines }} where is_version) or
    {%- endif %} incident_id in (
        select incident_id
        from (
            select incident_id, is_deleted, row_number() over ({{ newest_version_first() }}) as version_rank
            from {{ lines }}
            where is_version and incident_id in (select incident_id from {{ lines }} where is_deleted)
        ) as versions
        where version_rank = 1 and is_deleted
    )
{% endmacro %}

{#- The fields of a landed row that staging reads: the key in the JSON, the column, and what kind of value it is. -#}
{% macro landed_fields() -%}
    {%- set fields = [] -%}
    {%- for key, column, kind in [
        ('incident_id', 'incident_id', 'text'),
        ('cr_number', 'cr_number', 'text'),
        ('crash_reports', 'crash_reports', 'text'),
        ('start_time', 'start_time', 'time'),
        ('end_time', 'end_time', 'time'),
        ('priority', 'priority', 'integer'),
        ('initial_type', 'initial_type', 'text'),
        ('close_type', 'close_type', 'text'),
        ('address', 'address', 'text'),
        ('city', 'city', 'text'),
        ('state', 'state', 'text'),
        ('zip', 'zip', 'text'),
        ('longitude', 'longitude', 'degrees'),
        ('latitude', 'latitude', 'degrees'),
        ('police_district_number', 'police_district', 'text'),
        ('sector', 'sector', 'text'),
        ('pra', 'pra', 'text'),
        ('calltime_callroute', 'calltime_callroute_seconds', 'seconds'),
        ('calltime_dispatch', 'calltime_dispatch_seconds', 'seconds'),
        ('calltime_arrive', 'calltime_arrive_seconds', 'seconds'),
        ('calltime_cleared', 'calltime_cleared_seconds', 'seconds'),
        ('callroute_dispatch', 'callroute_dispatch_seconds', 'seconds'),
        ('dispatch_arrive', 'dispatch_arrive_seconds', 'seconds'),
        ('arrive_cleared', 'arrive_cleared_seconds', 'seconds'),
        ('disposition_desc', 'disposition', 'text'),
        (':updated_at', 'updated_at', 'stamp'),
        ('row_ts', 'row_ts', 'stamp'),
        ('deleted', 'is_deleted', 'flag'),
    ] -%}
        {%- do fields.append({'key': key, 'column': column, 'kind': kind}) -%}
    {%- endfor -%}
    {{- return(fields) -}}
{%- endmacro %}
