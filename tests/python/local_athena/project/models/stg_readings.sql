{{ config(materialized='view') }}

select
    cast(json_extract_scalar(line, '$.id') as integer) as reading_id,
    json_extract_scalar(line, '$.station') as station,
    cast(json_extract_scalar(line, '$.value') as double) as value,
    json_extract_scalar(line, '$.deleted') = 'true' as is_deleted,
    cast(from_iso8601_timestamp(json_extract_scalar(line, '$.at')) at time zone 'UTC' as timestamp(6)) as read_at,
    cast(dt as date) as landed_on
from {{ source('raw', 'readings') }}
where dt between '2024-06-10' and '{{ var("newest_day") }}'
