{{ config(
    materialized='table',
    table_type='hive',
    format='parquet',
    write_compression='zstd',
    ha=true,
    contract={'enforced': true}
) }}

select
    readings.station,
    max(stations.name) as name,
    count(*) as readings,
    avg(readings.value) as mean_value,
    cast(max(readings.read_at) as timestamp(3)) as newest_at
from {{ ref('current_readings') }} as readings
left join {{ ref('stations') }} as stations on readings.station = stations.station
group by readings.station
