{{ config(
    materialized='incremental',
    incremental_strategy='insert_overwrite',
    table_type='hive',
    format='parquet',
    write_compression='snappy',
    partitioned_by=['day']
) }}

-- More partitions than one statement may open.
select
    {{ 2 if is_incremental() else 1 }} as version,
    day
from unnest(sequence(date '2024-01-01', date '{{ "2024-01-03" if is_incremental() else "2024-05-09" }}')) as t (day)
