-- One row per landed line: its fields cleaned and typed, and what is wrong with them.
{{
    config(
        materialized='incremental',
        incremental_strategy=replace_dates_strategy(),
        unique_key='landed_date',
        partitioned_by=['landed_date'],
        on_schema_change='fail',
    )
}}
{%- set keys = [
    'incident_id', 'cr_number', 'crash_reports', 'start_time', 'end_time', 'priority', 'initial_type', 'close_type',
    'address', 'city', 'state', 'zip', 'longitude', 'latitude', 'police_district_number', 'sector', 'pra',
    'calltime_callroute', 'calltime_dispatch', 'calltime_arrive', 'calltime_cleared', 'callroute_dispatch',
    'dispatch_arrive', 'arrive_cleared', 'disposition_desc', ':updated_at', 'row_ts', 'deleted',
] %}
{%- set spans = [
    'calltime_callroute', 'calltime_dispatch', 'calltime_arrive', 'calltime_cleared', 'callroute_dispatch',
    'dispatch_arrive', 'arrive_cleared',
] %}

with landed as (

    select line, cast(dt as date) as landed_date
    from {{ source('raw', 'incidents') }}
    where trim(line) <> '' and {{ landed_lately('dt', literal='') }}

),

parsed as (

    select
        line,
        landed_date,
        {{ is_json_object('line') }} as is_object,
        {{ json_texts('line', keys) }} as texts
    from landed

),

fields as (

    select
        {%- for key in keys %}
        {{ clean_text('texts[' ~ loop.index ~ ']') }} as {{ key | replace(':', '') }},
        {%- endfor %}
        line,
        landed_date,
        is_object
    from parsed

),

typed as (

    select
        *,
        {%- for span in spans %}
        {{ read_integer(span) }} as {{ span }}_seconds,
        {%- endfor %}
        {{ read_timestamp('start_time') }} as start_at,
        {{ read_timestamp('end_time') }} as end_at,
        {{ read_integer('priority') }} as priority_number,
        {{ read_degrees('longitude') }} as longitude_degrees,
        {{ read_degrees('latitude') }} as latitude_degrees
    from fields

),

judged as (

    select
        *,
        nullif(concat_ws(
            '; ',
            case when not is_object then 'not a JSON object' end,
            case when is_object and incident_id is null then 'no incident_id' end,
            case when start_time is not null and start_at is null then 'unreadable start_time' end,
            case when end_time is not null and end_at is null then 'unreadable end_time' end,
            case
                when priority is not null and coalesce(priority_number not between 0 and 4, true)
                    then 'priority not 0-4'
            end,
            case
                when
                    {%- for span in spans %}
                    {{ span }}_seconds < 0 or
                    {%- endfor %}
                    false
                    then 'negative seconds'
            end,
            case
                when
                    {%- for span in spans %}
                    ({{ span }} is not null and {{ span }}_seconds is null) or
                    {%- endfor %}
                    false
                    then 'unreadable seconds'
            end,
            case
                when
                    (longitude is not null and longitude_degrees is null)
                    or (latitude is not null and latitude_degrees is null)
                    then 'unreadable coordinates'
            end
        ), '') as reject_reasons
    from typed

),

final as (

    select
        incident_id,
        cr_number,
        crash_reports,
        start_at as start_time,
        end_at as end_time,
        case when priority_number between 0 and 4 then priority_number end as priority,
        initial_type,
        close_type,
        address,
        upper(city) as city,
        state,
        zip,
        longitude_degrees as longitude,
        latitude_degrees as latitude,
        police_district_number as police_district,
        sector,
        pra,
        {%- for span in spans %}
        case when {{ span }}_seconds >= 0 then {{ span }}_seconds end as {{ span }}_seconds,
        {%- endfor %}
        disposition_desc as disposition,
        {{ read_utc_timestamp('updated_at') }} as updated_at,
        {{ read_utc_timestamp('row_ts') }} as row_ts,
        coalesce(deleted = 'true', false) as is_deleted,
        reject_reasons,
        case when reject_reasons is not null then line end as line,
        {{ md5_hex('line') }} as line_hash,
        landed_date
    from judged

)

select * from final
