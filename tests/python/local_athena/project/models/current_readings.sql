{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='reading_id',
    table_type='iceberg',
    table_properties={'vacuum_max_snapshot_age_seconds': 1},
    on_schema_change='fail',
    post_hook="delete from {{ this }} where is_deleted"
) }}

select reading_id, station, value, coalesce(is_deleted, false) as is_deleted, read_at
from {{ ref('stg_readings') }}
{% if is_incremental() %}
where landed_on = date '{{ var("newest_day") }}'
{% endif %}
