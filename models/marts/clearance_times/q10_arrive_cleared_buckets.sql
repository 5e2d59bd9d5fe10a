-- One row per period, focus type, top city and time bucket: how long from the first unit's arrival to clearing?

with bucket_counts as (

    select *
    from {{ ref('bucket_counts') }}
    where metric = 'arrive_cleared'

),

final as (

    select
        period_id,
        initial_type,
        city,
        city_order,
        city || ' (n=' || {{ format_count('timed_incidents') }} || ')' as label,
        bucket,
        bucket_order,
        incidents,
        timed_incidents,
        {{ pct('incidents', 'timed_incidents') }} as pct_of_timed
    from bucket_counts

)

select * from final
