-- One row per incident: its newest version, typed and cleaned, nothing derived.
{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='incident_id',
        table_type='iceberg',
        on_schema_change='fail',
        post_hook=["{{ delete_withdrawn_incidents(ref('stg_landed_lines')) }}", '{{ remember_landed_files() }}'],
    )
}}
{%- set weighs_all = weighs_all_versions() %}
{%- set dates = landed_dates_to_read() %}
{%- set reads_all = weighs_all or dates == 'all' %}

with lines as (

    select *
    from {{ ref('stg_landed_lines') }}
    where is_version

),

{% if not reads_all -%}
landed_lately as (

    select distinct incident_id
    from lines
    where {{ is_among_dates('landed_date', dates) }}

),

{% endif -%}
versions as (

    select lines.*, row_number() over ({{ newest_version_first() }}) as version_rank
    from lines
    {%- if not reads_all %}
    where lines.incident_id in (select landed_lately.incident_id from landed_lately)
    {%- endif %}

),

newest as (

    select
        incident_id,
        cr_number,
        crash_reports,
        cast(start_time as {{ iceberg_timestamp() }}) as start_time,
        cast(end_time as {{ iceberg_timestamp() }}) as end_time,
        priority,
        initial_type,
        close_type,
        address,
        city,
        state,
        zip,
        longitude,
        latitude,
        police_district,
        sector,
        pra,
        calltime_callroute_seconds,
        calltime_dispatch_seconds,
        calltime_arrive_seconds,
        calltime_cleared_seconds,
        callroute_dispatch_seconds,
        dispatch_arrive_seconds,
        arrive_cleared_seconds,
        disposition,
        cast(updated_at as {{ iceberg_timestamp() }}) as updated_at,
        cast(row_ts as {{ iceberg_timestamp() }}) as row_ts,
        landed_date
    from versions
    where version_rank = 1 and not is_deleted

),

changed as (

    select * from newest
    {%- if weighs_all %}
    -- Most are there as they are.
    except
    select * from {{ this }}
    {%- endif %}

)

select * from changed
