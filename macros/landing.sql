{#- Which landed dates a run reads, and which version of an incident wins. -#}

{#- The newest landed date that the model holds, as 'YYYY-MM-DD'; none on a first run. -#}
{% macro newest_landed_date() -%}
    {%- if is_incremental() and execute -%}
        {{- return(run_query('select cast(max(landed_date) as varchar) from ' ~ this).rows[0][0]) -}}
    {%- endif -%}
{%- endmacro %}

{#- The condition on a landed date, true for all on a first run. Both ends are literals, since only then Athena reads no
    other partition. The newest date is read again, for it may have grown, and the day before it, for what came late. -#}
{% macro landed_lately(column, literal='date ') -%}
    {%- set newest = newest_landed_date() -%}
    {%- if newest -%}
        {%- set date = modules.datetime.date -%}
        {%- set days = modules.datetime.timedelta -%}
        {%- set since = date.fromisoformat(newest) - days(var('landing_lookback_days')) -%}
        {%- set until = run_started_at.date() + days(1) -%}
        {{ column }} >= {{ literal }}'{{ since }}' and {{ column }} <= {{ literal }}'{{ until }}'
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- The window over an incident's versions, newest first. A line that landed twice counts as it first landed, so that
    landing it again changes nothing. -#}
{% macro newest_version_first() -%}
    partition by incident_id
    order by updated_at desc nulls last, row_ts desc nulls last, landed_date asc, line_hash asc
{%- endmacro %}

{#- Takes out the incidents whose newest version says that the portal no longer has them: a merge alone only adds. -#}
{% macro delete_withdrawn_incidents(lines) %}
    delete from {{ this }}
    where incident_id in (
        select incident_id
        from (
            select incident_id, is_deleted, row_number() over ({{ newest_version_first() }}) as version_rank
            from {{ lines }}
            where incident_id in (select incident_id from {{ lines }} where is_deleted)
        ) as versions
        where version_rank = 1 and is_deleted
    )
{% endmacro %}

{#- Why a line could not be typed, in the order in which they are told. -#}
{% macro reject_reasons() -%}
    {{- return([
        'not a JSON object', 'no incident_id', 'unreadable start_time', 'unreadable end_time', 'priority not 0-4',
        'negative seconds', 'unreadable seconds', 'unreadable coordinates',
    ]) -}}
{%- endmacro %}
