-- One row per incident, details among them: what people need to look up the incidents behind a number.
-- A table, since Athena publishes tables alone together.

with incidents as (

    select * from {{ ref('incidents') }}

),

final as (

    select
        incident_id,
        start_time,
        city,
        address,
        street,
        cross_street,
        initial_type,
        close_type,
        priority,
        coalesce(initial_type, '(none)') || ':' || cast(priority as varchar) as pair,
        disposition,
        police_district,
        sector,
        zip,
        calltime_dispatch_seconds / 60e0 as call_to_dispatch_minutes,
        dispatch_arrive_seconds / 60e0 as dispatch_to_arrive_minutes,
        calltime_arrive_seconds / 60e0 as call_to_arrive_minutes,
        arrive_cleared_seconds / 60e0 as arrive_to_clear_minutes,
        missing_reason,
        is_detail,
        latitude,
        longitude
    from incidents

)

select * from final
