-- One row per landed line: its fields cleaned and typed, and what is wrong with them.
{{
    config(
        materialized='incremental',
        incremental_strategy=replace_dates_strategy(),
        unique_key='landed_date',
        partitioned_by=partitions(['landed_date']),
        on_schema_change='fail',
        pre_hook='{{ delete_dates_to_read() }}',
        post_hook='{{ remember_landed_files() }}',
    )
}}
{%- set seconds = landed_fields() | selectattr('kind', 'equalto', 'seconds') | map(attribute='column') | list %}

with landed as (

    select *
    from {{ ref('landed_texts') }}
    where {{ is_to_read('dt', literal='', raw_lines=ref('landed_texts')) }}

),

typed as (

    select
        {%- for field in landed_fields() %}
        {%- if field.kind != 'text' %}
        {{ field.column }} as {{ field.column }}_text,
        {%- endif %}
        {{ read_field(field.column, field.kind) }} as {{ field.column }},
        {%- endfor %}
        line,
        dt,
        is_object
    from landed

),

timed as (

    select
        *,
        {{ is_plausible_time('start_time', 'row_ts') }} as start_is_plausible,
        {{ is_plausible_time('end_time', 'row_ts') }} as end_is_plausible
    from typed

),

judged as (

    select
        *,
        array[
            case when not is_object then 'not a JSON object' end,
            case when is_object and incident_id is null then 'no incident_id' end,
            case when start_time_text is not null and start_time is null then 'unreadable start_time' end,
            case when not start_is_plausible then 'implausible start_time' end,
            case when end_time_text is not null and end_time is null then 'unreadable end_time' end,
            case when not end_is_plausible then 'implausible end_time' end,
            case
                when priority_text is not null and coalesce(priority not between 0 and 4, true)
                    then 'priority not 0-4'
            end,
            case when {{ seconds | join(' < 0 or ') }} < 0 then 'negative seconds' end,
            case
                when
                    {%- for column in seconds %}
                    ({{ column }}_text is not null and {{ column }} is null) or
                    {%- endfor %}
                    false
                    then 'unreadable seconds'
            end,
            case
                when
                    (longitude_text is not null and longitude is null)
                    or (latitude_text is not null and latitude is null)
                    then 'unreadable coordinates'
            end
        ] as faults
    from timed

),

rejected as (

    select *, nullif({{ present_items('faults') }}, array[]) as reject_reasons
    from judged

),

final as (

    select
        incident_id,
        cr_number,
        crash_reports,
        case when start_is_plausible then start_time end as start_time,
        case when end_is_plausible then end_time end as end_time,
        case when priority between 0 and 4 then priority end as priority,
        initial_type,
        close_type,
        address,
        {{ upper_case('city') }} as city,
        state,
        zip,
        longitude,
        latitude,
        police_district,
        sector,
        pra,
        {%- for column in seconds %}
        case when {{ column }} >= 0 then {{ column }} end as {{ column }},
        {%- endfor %}
        disposition,
        updated_at,
        row_ts,
        is_deleted,
        is_object and incident_id is not null and coalesce(start_is_plausible, true) as is_version,
        reject_reasons,
        case when reject_reasons is not null then line end as line,
        {{ md5_hex('line') }} as line_hash,
        cast(dt as date) as landed_date
    from rejected

)

select * from final
