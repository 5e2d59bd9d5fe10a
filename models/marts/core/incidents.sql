-- One row per incident, with what the questions need of it.

with stg_incidents as (

    select * from {{ ref('stg_incidents') }}

),

incident_types as (

    select * from {{ ref('incident_types') }}

),

road_suffixes as (

    select * from {{ ref('road_suffixes') }}

),

addressed as (

    select
        *,
        case
            when strpos(address, ' / ') > 0 then 'intersection'
            when strpos(address, ' BLK ') > 0 then 'block'
            when address is not null then 'other'
        end as location_kind
    from stg_incidents

),

located as (

    select
        *,
        case location_kind
            when 'block' then substr(address, strpos(address, ' BLK ') + 5)
            when 'intersection' then split_part(address, ' / ', 1)
        end as street,
        case when location_kind = 'intersection' then split_part(address, ' / ', 2) end as cross_street,
        cast(nullif(regexp_extract(address, '(?:^| )([0-9]{1,9}) BLK ', 1), '') as integer) as block_number,
        longitude between -77.60e0 and -76.80e0 and latitude between 38.90e0 and 39.40e0 as is_in_county
    from addressed

),

flagged as (

    select
        *,
        -- A route's number (I-270, MD-355) counts by the letters before it.
        coalesce(
            nullif(regexp_extract(street, '([A-Z]+-)[0-9]+[A-Z]*$', 1), ''), regexp_extract(street, '[^ ]+$', 0)
        ) as street_ending,
        {{ regexp_like("concat_ws('|', initial_type, close_type)",
            '(^|[^A-Za-z0-9])TRS([^A-Za-z0-9]|$)|TELEPHONE REPORTING UNIT') }} as is_telephone_report,
        coalesce(initial_type like 'DT-%' or initial_type like 'DT %', false) as is_detail
    from located

),

final as (

    select
        flagged.incident_id,
        flagged.cr_number,
        flagged.crash_reports,
        cast(flagged.start_time as timestamp) as start_time,
        cast(flagged.end_time as timestamp) as end_time,
        flagged.priority,
        flagged.initial_type,
        flagged.close_type,
        flagged.address,
        flagged.city,
        flagged.state,
        flagged.zip,
        case when flagged.is_in_county then flagged.longitude end as longitude,
        case when flagged.is_in_county then flagged.latitude end as latitude,
        flagged.police_district,
        flagged.sector,
        flagged.pra,
        flagged.calltime_callroute_seconds,
        flagged.calltime_dispatch_seconds,
        flagged.calltime_arrive_seconds,
        flagged.calltime_cleared_seconds,
        flagged.callroute_dispatch_seconds,
        flagged.dispatch_arrive_seconds,
        flagged.arrive_cleared_seconds,
        flagged.disposition,
        cast(flagged.updated_at as timestamp) as updated_at,
        cast(flagged.row_ts as timestamp) as row_ts,
        flagged.is_telephone_report,
        flagged.is_detail,
        coalesce(incident_types.type_group, 'Other') as type_group,
        flagged.location_kind,
        flagged.street,
        flagged.cross_street,
        flagged.block_number,
        road_suffixes.road_class,
        flagged.dispatch_arrive_seconds / 60e0 as dispatch_arrive_minutes,
        flagged.arrive_cleared_seconds / 60e0 as arrive_cleared_minutes,
        cast(flagged.start_time as date) as start_date,
        cast(extract(hour from flagged.start_time) as integer) as start_hour,
        cast({{ iso_weekday('flagged.start_time') }} as integer) as iso_weekday,
        case
            when flagged.dispatch_arrive_seconds is not null and flagged.arrive_cleared_seconds is not null then null
            when flagged.is_telephone_report then 'telephone report'
            when flagged.arrive_cleared_seconds is not null then 'arrival without dispatch time'
            when flagged.dispatch_arrive_seconds is not null then 'other'
            when flagged.calltime_dispatch_seconds is null then 'never dispatched'
            else 'cleared before arrival'
        end as missing_reason
    from flagged
    left join incident_types on flagged.initial_type = incident_types.initial_type
    left join road_suffixes on flagged.street_ending = road_suffixes.suffix

)

select * from final
